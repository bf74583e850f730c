"""Frames, their truth, and the sequences and datasets they form.

Nothing here knows files: a frame carries a function that decodes it, a dataset one that opens a sequence.
Views (`window`, `reversed`, `subset`) are the same types again, so a protocol never does index arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from collections.abc import Sequence as Row
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from harness.core.errors import MissingData, UnknownName, UsageError
from harness.core.regions import Regions

__all__ = ["Dataset", "Frame", "Frames", "GroundTruth", "Image", "Sequence", "canonical_name"]

Image: TypeAlias = NDArray[np.uint8]


class Frame:
    """One image of a sequence.

    `index` counts from 0 in the sequence (or view) at hand; `pixels` is uint8 ``(H, W, 3)`` RGB, decoded on
    first use.
    """

    __slots__ = ("_decode", "_locate", "_path", "_pixels", "index")

    def __init__(
        self, index: int, decode: Callable[[], Image], locate: Callable[[], str | None] = lambda: None
    ) -> None:
        self.index, self._decode, self._locate = index, decode, locate
        self._pixels: Image | None = None
        self._path: str | None = None

    @property
    def pixels(self) -> Image:
        """The decoded image; read-only, since others may look at it too. Raises BadImage."""
        if self._pixels is None:
            self._pixels = self._decode()
            self._pixels.flags.writeable = False
        return self._pixels

    @property
    def path(self) -> str | None:
        """A file that holds the image, for trackers that want one; None where there is none.

        Of a frame inside a zip it is a copy, there as long as this frame or this very string is held.
        Raises MissingData.
        """
        if self._path is None:
            self._path = self._locate()
        return self._path


@dataclass(frozen=True, slots=True)
class Frames:
    """A lazy row of frames: `numbers` are the source's own, in playing order."""

    numbers: Row[int]
    decode: Callable[[int], Image]
    locate: Callable[[int], str | None] = field(default=lambda _: None)

    def __len__(self) -> int:
        return len(self.numbers)

    def __getitem__(self, index: int) -> Frame:
        number = self.numbers[index]
        return Frame(range(len(self))[index], lambda: self.decode(number), lambda: self.locate(number))

    def view(self, part: slice) -> Frames:
        return replace(self, numbers=self.numbers[part])


@dataclass(frozen=True, slots=True, eq=False)
class GroundTruth:
    """What is known of the target in each frame.

    `regions` holds one region a frame (NaN boxes where the file has NaN); `absent` says where the target
    is occluded or out of view; `flags` holds further per-frame facts by name (a benchmark's cover, tags).
    """

    regions: Regions
    absent: NDArray[np.bool_]
    flags: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)

    @classmethod
    def visible(cls, regions: Regions) -> GroundTruth:
        """Truth of a benchmark that marks no absence."""
        return cls(regions, np.zeros(len(regions), bool))

    def __len__(self) -> int:
        return len(self.regions)

    def view(self, part: slice) -> GroundTruth:
        flags = {name: values[part] for name, values in self.flags.items()}
        return GroundTruth(self.regions[part], self.absent[part], flags)


@dataclass(frozen=True, slots=True, eq=False)
class Sequence:
    """Frames and truth of one target (or of the labelled targets of one video).

    `frames` is None where only annotations are at hand: such a sequence can be scored, not run.
    `size` is (width, height) where the benchmark says it; `attributes` are its challenge labels and
    `object_class` the kind of target, where it balances its scores by kinds.
    """

    name: str
    truth: GroundTruth
    frames: Frames | None = None
    size: tuple[int, int] | None = None
    attributes: frozenset[str] = frozenset()
    object_class: str = ""

    def __post_init__(self) -> None:
        if self.frames is not None and len(self.frames) != len(self.truth):
            raise MissingData(f"{self.name}: {len(self.truth)} rows of truth but {len(self.frames)} frames")

    def __len__(self) -> int:
        return len(self.truth)

    def window(self, start: int, stop: int) -> Sequence:
        """Frames `start` to `stop` (exclusive) as a sequence of their own."""
        return self._view(slice(start, stop))

    def reversed(self) -> Sequence:
        """The same frames, last first."""
        return self._view(slice(None, None, -1))

    def _view(self, part: slice) -> Sequence:
        frames = None if self.frames is None else self.frames.view(part)
        return replace(self, truth=self.truth.view(part), frames=frames)


def canonical_name(name: str) -> str:
    """The form in which sequence names of different toolkits are compared.

    >>> canonical_name("Jogging-1") == canonical_name("jogging_1") == canonical_name("Jogging.1")
    True
    """
    return name.lower().replace("-", ".").replace("_", ".")


@dataclass(frozen=True, slots=True)
class Dataset:
    """A benchmark (or a split or part of one).

    `expected` are the names the official list holds, `available` those found in this copy, and `extra` what
    looks like a sequence in it but is on no list; `open` reads one of the available, and raises a DataError
    where it is broken.
    """

    name: str
    expected: tuple[str, ...]
    available: tuple[str, ...]
    open: Callable[[str], Sequence]
    root: str | None = None
    extra: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.available)

    def __iter__(self) -> Iterator[Sequence]:
        return (self.open(name) for name in self.available)

    def __getitem__(self, name: str) -> Sequence:
        """A sequence by its name, in any toolkit's spelling."""
        return self.open(self._find(name))

    @property
    def missing(self) -> tuple[str, ...]:
        found = set(self.available)
        return tuple(name for name in self.expected if name not in found)

    def subset(self, names: Row[str]) -> Dataset:
        """The named sequences only, in the benchmark's order; `expected` stays whole."""
        chosen = {self._find(name) for name in names}
        return replace(self, available=tuple(n for n in self.available if n in chosen))

    def spread(self, count: int) -> Dataset:
        """`count` sequences spread evenly over the available ones.

        Raises UsageError for a count that is not positive.
        """
        if count < 1:
            raise UsageError(f"a subset has at least 1 sequence, found {count}")
        picks = np.unique(np.linspace(0, len(self.available) - 1, min(count, len(self.available))).round().astype(int))
        return replace(self, available=tuple(self.available[i] for i in picks))

    def _find(self, name: str) -> str:
        if name in self.available:
            return name
        known = {canonical_name(n): n for n in self.available}
        try:
            return known[canonical_name(name)]
        except KeyError:
            if canonical_name(name) in map(canonical_name, self.expected):
                raise MissingData(f"{self.name}: sequence {name!r} is not in this copy ({self.root})") from None
            raise UnknownName("sequence", name, known.values()) from None
