"""SiamX's adaptive tracking scheme, for any tracker that scores its answers.

Huang and Yeung, "SiamX", ICRA 2022, section IV, eq. 9 and 10. No code was published, and the paper leaves much open;
each such point is a field of `AdaptiveSettings`, or said here. A score at the threshold is sure (what is lower is
not). Displacements exceed the target's size along either axis, and count only between two sure frames in a row: the
way to a place found again is no motion. A search stays inside the image. Re-localisation acts on the next frame, so
that a frame costs one search. While lost, the last place is searched in between. Where the target is expected, answers
are believed as without the scheme; elsewhere only a sure one is, and no other moves the box.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from harness import HarnessError
from trackers.inference.heatmap import HeatMap
from trackers.inference.search import LastPlace, Search

__all__ = ["Adaptive", "AdaptiveSettings"]

Float = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class AdaptiveSettings:
    """What the paper says (`threshold`), and what it leaves open.

    =========== ========== =======================================================================================
    field       default    why
    =========== ========== =======================================================================================
    threshold   0.85       th of eq. 9 and 10; the text names no other for re-localisation
    fast        1.0        displacement, in target sizes, from which the search drifts: "exceeds target sizes"
    patience    2          unsure frames before the target counts as lost: one blurred frame is no loss
    every       2          of a lost target's frames, one in so many searches elsewhere; 1 never looks back
    relocate    likeliest  argmax of the heat-map; "everywhere" is the global search the paper compares with
    places      2          how many peaks of the heat-map take turns; 1 is the paper's argmax
    spread      0.5        the Gaussian's standard deviation, in target sizes: two of them span the target
    decay       1.0        the past's weight is multiplied by this each sure frame; eq. 10 has none
    grid        256        cells a side of the heat-map: 15 x 8 pixels at 4K, less than the smallest target
    =========== ========== =======================================================================================
    """

    threshold: float = 0.85
    fast: float = 1.0
    patience: int = 2
    every: int = 2
    relocate: Literal["likeliest", "everywhere"] = "likeliest"
    places: int = 2
    spread: float = 0.5
    decay: float = 1.0
    grid: int = 256

    def __post_init__(self) -> None:
        for name in ("patience", "every", "places", "grid"):
            if getattr(self, name) < 1:
                raise HarnessError(f"{name}: expected 1 or more, found {getattr(self, name)}")
        if not self.spread > 0:
            raise HarnessError(f"spread: expected more than 0, found {self.spread}")


class Adaptive(LastPlace):
    """Drifts along with a fast target, and searches for a lost one where it was most often."""

    def __init__(self, center: Float, size: Float, image: Float, settings: AdaptiveSettings) -> None:
        super().__init__(center, size, image)
        self.settings = settings
        self._step = np.zeros(2)  # displacement between the last two frames, if both were sure
        self._unsure = 0  # frames since the last sure one
        self._heat = HeatMap(image, settings.grid)
        self._remember(center, size)

    def search(self) -> Search:
        lost = self._unsure - self.settings.patience
        if lost >= 0 and lost % self.settings.every == 0:
            return self._elsewhere(lost // self.settings.every)
        if not self._unsure and (np.abs(self._step) > self.settings.fast * self.size).any():
            return Search(np.clip(self.center + self._step, 0, self.image), self.size)
        return super().search()

    def observe(self, search: Search, center: Float, size: Float, score: float) -> None:
        sure = score >= self.settings.threshold
        if sure:
            self._step = np.zeros(2) if self._unsure else center - self.center
            self._unsure = 0
            self._remember(center, size)
        else:
            self._unsure += 1
        if sure or search.expected:
            super().observe(search, center, size, score)

    def _elsewhere(self, attempt: int) -> Search:
        if self.settings.relocate == "everywhere":
            return Search(self.image / 2, self._sure_size, float(self.image.max()), expected=False)
        apart = Search(self.center, self._sure_size).region() / 2
        peaks = self._heat.peaks(self.settings.places, apart)
        return Search(peaks[attempt % len(peaks)], self._sure_size, expected=False)

    def _remember(self, center: Float, size: Float) -> None:
        self._sure_size = size
        if self.settings.decay != 1:
            self._heat.fade(self.settings.decay)
        self._heat.add(center, self.settings.spread * size)
