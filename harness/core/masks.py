"""Sets of pixels: the mask of one target, run-length encoded, and the labels of several."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Labels", "Mask"]


@dataclass(frozen=True, slots=True)
class Mask:
    """A set of pixels, run-length encoded in a window, as VOT writes it.

    The window's top-left pixel is ``(x, y)``, its size ``w x h``; `runs` are the lengths of alternating
    runs in row-major order, the first of zeros (0 when the window begins with a one). Outside the window
    there is nothing. Raises ValueError for runs that do not fill the window.
    """

    x: int
    y: int
    w: int
    h: int
    runs: tuple[int, ...]

    def __post_init__(self) -> None:
        if min(self.w, self.h, *self.runs) < 0 or sum(self.runs) != self.w * self.h:
            raise ValueError(f"runs of a mask {self.w} x {self.h} fill it, found {sum(self.runs)} pixels")

    @classmethod
    def encode(cls, pixels: ArrayLike, x: int = 0, y: int = 0) -> Mask:
        """From a 2-d array (non-zero = target) whose top-left pixel is ``(x, y)``; trimmed to the target.

        >>> Mask.encode([[0, 0, 0], [0, 1, 1]])
        Mask(x=1, y=1, w=2, h=1, runs=(0, 2))
        """
        full = np.asarray(pixels) != 0
        rows, columns = np.flatnonzero(full.any(1)), np.flatnonzero(full.any(0))
        if not rows.size:
            return cls(0, 0, 0, 0, ())  # VOT writes the empty mask so
        top, left = int(rows[0]), int(columns[0])
        tight = full[top : rows[-1] + 1, left : columns[-1] + 1]
        flat = np.concatenate(([False], tight.ravel(), [not tight[-1, -1]]))
        edges = np.flatnonzero(flat[1:] != flat[:-1])
        runs = np.diff(edges, prepend=0)
        return cls(x + left, y + top, tight.shape[1], tight.shape[0], tuple(runs.tolist()))

    def decode(self, width: int, height: int) -> NDArray[np.bool_]:
        """The mask as a boolean image ``(height, width)``; what lies outside is cut off.

        >>> Mask(1, 1, 2, 1, (0, 2)).decode(3, 2).astype(int).tolist()
        [[0, 0, 0], [0, 1, 1]]
        """
        window = self._window()
        image = np.zeros((height, width), bool)
        left, top = max(self.x, 0), max(self.y, 0)
        right, bottom = min(self.x + self.w, width), min(self.y + self.h, height)
        if left < right and top < bottom:
            image[top:bottom, left:right] = window[top - self.y : bottom - self.y, left - self.x : right - self.x]
        return image

    def trimmed(self) -> Mask:
        """The same pixels in the smallest window; what `encode` gives is trimmed, a file's need not be."""
        return Mask.encode(self._window(), self.x, self.y)

    @property
    def area(self) -> int:
        """Number of pixels."""
        return sum(self.runs[1::2])

    def _window(self) -> NDArray[np.bool_]:
        return np.repeat(np.arange(len(self.runs)) % 2 == 1, self.runs).reshape(self.h, self.w)


@dataclass(frozen=True, slots=True)
class Labels:
    """Several targets at once: the mask of each object id, disjoint; ids count from 1."""

    masks: tuple[tuple[int, Mask], ...]

    @classmethod
    def encode(cls, ids: ArrayLike) -> Labels:
        """From an index image ``(H, W)`` in which 0 is background and 255 void."""
        image = np.asarray(ids)
        found = [int(i) for i in np.flatnonzero(np.bincount(image.ravel())) if i not in (0, 255)]
        return cls(tuple((i, Mask.encode(image == i)) for i in found))

    def decode(self, width: int, height: int) -> NDArray[np.uint8]:
        """The index image ``(height, width)``."""
        image = np.zeros((height, width), np.uint8)
        for number, mask in self.masks:
            image[mask.decode(width, height)] = number
        return image
