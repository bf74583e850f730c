"""What a layout says of a benchmark: its sequences' names and lengths, its files, and the zips it comes in."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator
from collections.abc import Sequence as Row
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from harness.core.errors import UsageError
from harness.datasets.synthetic.motion import boxes
from harness.datasets.synthetic.render import areas
from harness.datasets.synthetic.scenes import Scene

__all__ = ["Clip", "Layout", "Text", "Video", "flags", "lines", "shared", "whole_pixels"]

Text: TypeAlias = tuple[str, str]  # a file's path below the benchmark's folder, and what it holds


@dataclass(frozen=True, slots=True)
class Video:
    """A row of frames as a benchmark numbers them, and the sequences that are made of it, one a target."""

    names: tuple[str, ...]
    numbers: range


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """A sequence to be written: `boxes` (N, 4) of the whole target, hidden or not, and its pixels `areas` (N, 3)."""

    scene: Scene
    boxes: NDArray[np.float64]
    areas: NDArray[np.int64]

    @classmethod
    def of(cls, scene: Scene) -> Clip:
        return cls(scene, boxes(scene.target, scene.length), areas(scene))

    @property
    def name(self) -> str:
        return self.scene.name

    @property
    def outside(self) -> NDArray[np.bool_]:
        """Where all of the target is out of view (N,)."""
        return np.equal(self.areas[:, 1], 0)

    @property
    def absent(self) -> NDArray[np.bool_]:
        """Where nothing of it is to be seen (N,)."""
        return np.equal(self.areas[:, 2], 0)


@dataclass(frozen=True, slots=True)
class Layout(ABC):
    """A benchmark's layout, for one of its splits (empty where it has none)."""

    split: str
    splits: ClassVar[tuple[str, ...]] = ()
    own_lengths: ClassVar[bool] = False  # whether the benchmark says how long each sequence is

    @abstractmethod
    def videos(self, number: int, targets: int, length: int) -> list[Video]:
        """Videos for `number` sequences under their official names, of `length` frames where it does not say.

        Raises UsageError where the benchmark has not so many.
        """

    @abstractmethod
    def annotations(self, clip: Clip) -> Iterator[Text]:
        """The text files of a sequence."""

    def masks(self, scenes: Row[Scene]) -> Iterator[tuple[str, bytes]]:
        """The files that hold the pixels of all the targets of a video."""
        return iter(())

    @abstractmethod
    def image(self, name: str, number: int) -> str:
        """Where an image of a sequence lies; the same path where two sequences share it."""

    @abstractmethod
    def archive(self, path: str) -> tuple[str, str] | None:
        """The zip in which a file is downloaded, and its path inside; None for a file that lies beside the zips."""

    def lists(self, names: Collection[str]) -> Iterable[Text]:
        """The files that tell which sequences there are."""
        return ()


def shared(known: Row[str], number: int, targets: int, frames: range) -> list[Video]:
    """The first `number` of `known` as videos of `targets` each.

    >>> shared(["a", "b", "c"], 3, 2, range(1, 60))
    [Video(names=('a', 'b'), numbers=range(1, 60)), Video(names=('c',), numbers=range(1, 60))]
    """
    if number > len(known):
        raise UsageError(f"there are {len(known)} official sequences of these, found --number {number}")
    return [Video(tuple(known[first : min(first + targets, number)]), frames) for first in range(0, number, targets)]


def whole_pixels(boxes: NDArray[np.float64], origin: int) -> NDArray[np.int64]:
    """Boxes (N, 4) rounded to integers, counted from `origin`, and never without an extent.

    >>> whole_pixels(np.array([[0.5, 2.4, 3.0, 0.2]]), origin=1)
    array([[2, 3, 3, 1]])
    """
    rounded = np.floor(boxes + 0.5).astype(np.int64)
    return np.hstack((rounded[:, :2] + origin, np.maximum(rounded[:, 2:], 1)))


def lines(rows: ArrayLike, separator: str = ",", form: str = "d") -> str:
    """Numbers (N, K) as text, a row a line.

    >>> lines([[1, 2], [3, 4]])
    '1,2\\n3,4\\n'
    """
    return "".join(separator.join(format(value, form) for value in row) + "\n" for row in np.asarray(rows).tolist())


def flags(labels: Iterable[str], codes: Collection[str]) -> str:
    """A benchmark's challenge labels as its line of 0 and 1.

    >>> flags(["IV", "POC", "FM"], {"FM"})
    '0,0,1\\n'
    """
    return lines([[label in codes for label in labels]])
