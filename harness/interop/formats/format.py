"""What a format of raw results is: it reads entries out of a stranger's source, and writes entries as files."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from harness.core.regions import Regions
from harness.interop.source import Source

__all__ = ["Coordinates", "Entry", "Format"]


@dataclass(frozen=True, slots=True)
class Coordinates:
    """How four numbers spell a box: its `order`, and the number `first` of the leftmost pixel's column."""

    order: Literal["xywh", "xyxy"] = "xywh"
    first: Literal[0, 1] = 0


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One trial's result as a stranger's file holds it.

    `sequence` is spelt as there; `suffix` is what the trial's name has behind the sequence's (``""`` in one pass,
    ``_001`` for a repetition, ``_00000050`` for an anchor); `regions` are the numbers as written, `coordinates` what
    they mean (None: to be found out against the truth). `file` is what a message should name.
    """

    sequence: str
    suffix: str
    protocol: str
    regions: Regions
    file: str
    coordinates: Coordinates | None = None
    confidences: NDArray[np.float64] | None = None
    seconds: NDArray[np.float64] | None = None


class Format(ABC):
    """A layout of raw results on disk, in a zip or in one file."""

    name: ClassVar[str]

    @abstractmethod
    def recognises(self, source: Source) -> bool:
        """Whether a source looks like this format; cheap, by names and a first file. At most one format should."""

    @abstractmethod
    def entries(self, source: Source) -> Iterator[Entry]:
        """All trials of the source. Raises BadResults naming the file (and line) that cannot be read."""

    @abstractmethod
    def files(self, label: str, dataset: str, entries: Iterable[Entry]) -> Iterator[tuple[str, bytes]]:
        """Path (posix, relative) and content of each file that holds `entries` of one tracker in this format.

        Entries come with the benchmark's own names, boxes as xywh from 0 and whole trajectories. Raises UsageError
        for a protocol or a kind of region that the format cannot hold.
        """
