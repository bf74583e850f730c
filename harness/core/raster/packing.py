"""Regions of a whole trajectory in three arrays: what compiled loops read."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from harness.core.errors import EvaluationError
from harness.core.regions import Box, Mask, Polygon, Region, Regions, Special

__all__ = ["BOX", "EMPTY", "MASK", "POLYGON", "RUNS", "PackedRegions"]

EMPTY, BOX, POLYGON, MASK = range(4)  # kinds of region
RUNS = 3  # where a mask's runs begin

# No image is larger. What a tracker answers beyond is taken here, so that its rows stay countable.
_FAR = 2.0**20


@dataclass(frozen=True, slots=True, eq=False)
class PackedRegions:
    """N regions: `kinds` ``(N,)``, and the numbers of region i at ``values[starts[i]:starts[i + 1]]``.

    A box is x, y, w, h; a polygon its corners x, y, x, y …; a mask its window's x, y and w, and its runs.
    VOT's codes, misses and masks without pixels are empty. Packing objects costs as much as comparing them, so
    a truth is packed once for many trajectories.
    """

    kinds: NDArray[np.uint8]
    starts: NDArray[np.int64]
    values: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.kinds)

    def window(self, start: int, stop: int) -> PackedRegions:
        """Regions `start` to `stop` (exclusive), of the same numbers."""
        return PackedRegions(self.kinds[start:stop], self.starts[start : stop + 1], self.values)

    @property
    def arrays(self) -> tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.float64]]:
        return self.kinds, self.starts, self.values

    @property
    def empty(self) -> NDArray[np.bool_]:
        """Where nothing is: no region, or a box without width or height ``(N,)``."""
        flat = self.kinds == BOX
        boxes = self.values[self.starts[:-1][flat, None] + np.arange(4)]
        flat[flat] = (boxes[:, 2:] <= 0).any(1)
        return np.asarray(flat | (self.kinds == EMPTY))

    @classmethod
    def pack(cls, regions: Regions) -> PackedRegions:
        """Raises EvaluationError for labels: overlaps are of one target.

        >>> PackedRegions.pack(Regions([[1, 2, 3, 4]])).values
        array([1., 2., 3., 4.])
        """
        if regions.all_boxes:
            values = regions.boxes.ravel()
            kinds = np.where(np.isnan(regions.boxes).any(1), EMPTY, BOX)
            starts = 4 * np.arange(len(kinds) + 1)
        else:
            rows = [(BOX, r.xywh) if type(r) is Box else _numbers(r) for r in regions]
            kinds = np.array([kind for kind, _ in rows])
            starts = np.cumsum([0, *[len(numbers) for _, numbers in rows]])
            values = np.fromiter(chain.from_iterable([numbers for _, numbers in rows]), np.float64, starts[-1])
        return cls(kinds.astype(np.uint8), starts.astype(np.int64), np.clip(values, -_FAR, _FAR))


def _numbers(region: Region | Special | None) -> tuple[int, tuple[float, ...]]:
    match region:
        case Box():
            return BOX, region.xywh
        case None | Special():
            return EMPTY, ()
        case Polygon(points):
            numbers = tuple(chain.from_iterable(points))
            return (EMPTY, ()) if any(map(math.isnan, numbers)) else (POLYGON, numbers)
        case Mask():
            return (MASK, (region.x, region.y, region.w, *region.runs)) if region.area else (EMPTY, ())
    raise EvaluationError("expected one target a frame, found labels of several")
