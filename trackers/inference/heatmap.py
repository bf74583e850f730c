"""Where in the image a target has been, as a probability over a coarse grid."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

__all__ = ["HeatMap"]

Float = NDArray[np.float64]

REACH = 3.0  # standard deviations that a Gaussian is drawn to
SHARPEST = 1e-3  # cells; a box without extent still has a place


class HeatMap:
    """A sum of Gaussians over an image of (w, h) pixels, in `grid` x `grid` cells whatever its size.

    A cell holds a Gaussian's mass, not its height, so that a target smaller than a cell counts as much as any.

    >>> heat = HeatMap(np.array([100.0, 50.0]), 10)
    >>> heat.add(np.array([75.0, 12.5]), np.array([2.0, 1.0]))
    >>> heat.peaks(1, 10.0)
    [array([75. , 12.5])]
    """

    def __init__(self, image: Float, grid: int) -> None:
        self._image, self._cell = image, image / grid
        self._mass = np.zeros((grid, grid), np.float32)

    def add(self, center: Float, sigma: Float) -> None:
        """A Gaussian of mass 1 around `center` (x, y) with standard deviations `sigma` (x, y), all in pixels."""
        center = np.clip(center, 0, self._image)
        columns, across = self._masses(center, sigma, 0)
        rows, down = self._masses(center, sigma, 1)
        self._mass[rows, columns] += np.outer(down, across)

    def fade(self, factor: float) -> None:
        """Let what was added so far count `factor` times as much."""
        self._mass *= np.float32(factor)

    def peaks(self, count: int, apart: float) -> list[Float]:
        """The heaviest cells' centers (x, y), heaviest first: up to `count`, further than `apart` pixels apart."""
        left = self._mass.copy()
        found: list[Float] = []
        while len(found) < count and left.any():
            row, column = np.unravel_index(int(left.argmax()), left.shape)
            found.append((np.array([column, row]) + 0.5) * self._cell)
            low = np.maximum((found[-1] - apart) // self._cell, 0).astype(int)
            high = ((found[-1] + apart) // self._cell).astype(int) + 1
            left[low[1] : high[1], low[0] : high[0]] = 0
        return found

    def _masses(self, center: Float, sigma: Float, axis: int) -> tuple[slice, Float]:
        """The cells along an axis that a Gaussian reaches, and its mass in each."""
        grid, middle = len(self._mass), center[axis] / self._cell[axis]
        spread = max(sigma[axis] / self._cell[axis], SHARPEST)
        first = int(np.clip(np.floor(middle - REACH * spread), 0, grid - 1))
        last = int(np.clip(np.ceil(middle + REACH * spread), first + 1, grid))
        masses: Float = np.diff(ndtr((np.arange(first, last + 1) - middle) / spread))
        return slice(first, last), masses
