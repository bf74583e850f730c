"""Where a tracker looks for its target in the next frame, and what it makes of the answer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trackers.inference.penalties import context_side

__all__ = ["LastPlace", "Search"]

Float = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Search:
    """A square of the image to search, in its pixels.

    `center` is (x, y); `size` (w, h) is what the target is taken to measure; `side` the least the square must
    measure. `expected` says that the target should be here; elsewhere only a sure answer is believed.
    """

    center: Float
    size: Float
    side: float = 0.0
    expected: bool = True

    def region(self, ratio: float = 255 / 127) -> float:
        """The square's side: `ratio` times the template's, at least `side`.

        >>> Search(np.zeros(2), np.array([10.0, 10.0])).region(2.0)
        40.0
        """
        return max(self.side, ratio * float(context_side(self.size)))


class LastPlace:
    """Searches where the target was last: what siamese trackers do.

    `center` (x, y) and `size` (w, h) are the target's, in image pixels; `image` is (w, h). A tracker asks `search`
    before it crops, tells `observe` what it found, and reports `center` and `size`.
    """

    def __init__(self, center: Float, size: Float, image: Float) -> None:
        self.center, self.size, self.image = center, size, image

    def search(self) -> Search:
        """What to search next."""
        return Search(self.center, self.size)

    def observe(self, search: Search, center: Float, size: Float, score: float) -> None:
        """Take in the answer to `search`: a box, and its score from 0 to 1 before any penalty."""
        self.center, self.size = center, size
