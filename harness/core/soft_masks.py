"""Soft masks, small enough to keep one a frame: cut to what is not 0, in 8 bits, deflated."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from harness.core.tracker import SoftMask

__all__ = ["HALF", "PackedSoftMask"]

HALF = 128  # the lowest level that stands for a probability of .5 or more


@dataclass(frozen=True, slots=True)
class PackedSoftMask:
    """The levels, 255 times a probability and rounded, of a window ``w x h`` whose top-left pixel is ``(x, y)``.

    Outside the window there is nothing; `deflated` holds its rows from the top, as zlib writes them.
    """

    x: int
    y: int
    w: int
    h: int
    deflated: bytes

    @classmethod
    def pack(cls, soft: SoftMask, width: int, height: int) -> PackedSoftMask:
        """What of `soft` lies in an image. Raises ValueError for what are no probabilities ``(h, w)``.

        >>> packed = PackedSoftMask.pack(SoftMask(-1, 0, np.array([[1, 0.5, 0]])), 4, 2)
        >>> (packed.x, packed.y, packed.w, packed.h), packed.levels(4, 2).tolist()
        ((0, 0, 1, 1), [[128, 0, 0, 0], [0, 0, 0, 0]])
        """
        values = np.asarray(soft.values, np.float32)
        if values.ndim != 2 or not ((values >= 0) & (values <= 1)).all():
            raise ValueError(f"expected probabilities (h, w) from 0 to 1, found {_spell(values)}")
        levels = np.rint(255 * values).astype(np.uint8)
        rows, columns = (np.flatnonzero(levels.any(axis)) for axis in (1, 0))
        rows = rows[(rows >= -soft.y) & (rows < height - soft.y)]
        columns = columns[(columns >= -soft.x) & (columns < width - soft.x)]
        if not rows.size or not columns.size:
            return cls(0, 0, 0, 0, zlib.compress(b""))
        top, left = int(rows[0]), int(columns[0])
        window = levels[top : rows[-1] + 1, left : columns[-1] + 1]
        h, w = window.shape
        return cls(int(soft.x) + left, int(soft.y) + top, w, h, zlib.compress(window.tobytes(), level=1))

    def levels(self, width: int, height: int) -> NDArray[np.uint8]:
        """The level of each pixel of the image it was packed for ``(height, width)``.

        Raises ValueError where what was deflated is not the window.
        """
        try:
            window = np.frombuffer(zlib.decompress(self.deflated), np.uint8).reshape(self.h, self.w)
        except zlib.error as error:
            raise ValueError(f"not deflated by zlib ({error})") from None
        image = np.zeros((height, width), np.uint8)
        image[self.y : self.y + self.h, self.x : self.x + self.w] = window
        return image


def _spell(values: NDArray[np.float32]) -> str:
    return f"shape {values.shape}" if values.ndim != 2 else f"{values.min()} to {values.max()}"
