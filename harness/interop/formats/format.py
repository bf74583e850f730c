"""What a format of raw results is: it reads entries out of a stranger's source, and writes entries as files."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from harness.core.regions import Regions
from harness.interop.source import Source

__all__ = ["Coordinates", "Entry", "Format"]


@dataclass(frozen=True, slots=True)
class Coordinates:
    """How four numbers spell a box, and the number `first` of the leftmost pixel's column.

    ``xyxy`` is left, top, right, bottom; ``corners`` are the pixels of two corners, both part of the box.
    """

    order: Literal["xywh", "xyxy", "corners"] = "xywh"
    first: Literal[0, 1] = 0

    def __str__(self) -> str:
        return f"{self.order} from {self.first}"


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One trial's result as a stranger's file holds it.

    `sequence` is spelt as there; `suffix` is what the trial's name has behind the sequence's (``""`` in one pass,
    ``_001`` for a repetition, ``_00000050`` for an anchor); `regions` are the numbers as written, `coordinates` what
    they mean (None: to be found out against the truth). `file` is what a message should name. `fault` says why a file
    cannot be read; then it has no regions, and the others go on. `size` is the (width, height) of images of labels.
    """

    sequence: str
    suffix: str
    protocol: str
    regions: Regions
    file: str
    coordinates: Coordinates | None = None
    confidences: NDArray[np.float64] | None = None
    seconds: NDArray[np.float64] | None = None
    fault: str | None = None
    size: tuple[int, int] | None = None


class Format(ABC):
    """A layout of raw results on disk, in a zip or in one file."""

    name: ClassVar[str]

    @abstractmethod
    def recognises(self, source: Source) -> bool:
        """Whether a source looks like this format; cheap, by names and a first file. At most one format should."""

    def trackers(self, source: Source) -> Mapping[str, Source]:
        """The results of each tracker in a source, by a name for it; one's, where the layout says no more."""
        return {source.name: source}

    @abstractmethod
    def entries(self, source: Source) -> Iterator[Entry]:
        """All trials of one tracker. Raises BadResults naming the file (and line) that cannot be read."""

    @abstractmethod
    def files(self, label: str, dataset: str, entries: Iterable[Entry]) -> Iterator[tuple[str, bytes]]:
        """Path (posix, relative) and content of each file that holds `entries` of one tracker in this format.

        Entries come with the benchmark's own names, boxes as xywh from 0 and whole trajectories. Raises UsageError
        for a protocol or a kind of region that the format cannot hold.
        """
