"""What a trial leaves: a tracker's answers over the frames of a sequence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from harness.core.regions import Regions
from harness.core.soft_masks import PackedSoftMask

__all__ = ["Trajectory"]

Float = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Trajectory:
    """One region a frame, with confidences (NaN where the tracker gives none) and seconds.

    `seconds` is the time of each call, without decoding; `shared` says that other trials were in flight
    at the same time, so that they are no measure of the tracker's own speed. `soft` holds soft masks, one a frame or
    none at all; `size` is (width, height) of the images where regions are labels, which are stored as such.
    """

    regions: Regions
    confidences: Float
    seconds: Float
    shared: bool = False
    soft: tuple[PackedSoftMask | None, ...] = ()
    size: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        if not len(self.regions) == len(self.confidences) == len(self.seconds):
            found = f"{len(self.regions)}, {len(self.confidences)} and {len(self.seconds)}"
            raise ValueError(f"regions, confidences and seconds are one a frame, found {found}")
        if self.soft and len(self.soft) != len(self.regions):
            raise ValueError(f"soft masks are one a frame, found {len(self.soft)} for {len(self.regions)} frames")

    def __len__(self) -> int:
        return len(self.regions)

    @property
    def misses(self) -> int:
        """Frames without an answer: None, or a box with NaN."""
        return self.regions.misses
