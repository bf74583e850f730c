"""Success: the share of frames whose overlap with the truth exceeds a threshold."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np

from harness.metrics.ragged import Float, Ragged

__all__ = ["Comparison", "curve_mean", "success_curves"]

Comparison: TypeAlias = Literal[">", ">="]


def success_curves(overlaps: Ragged, thresholds: Float, comparison: Comparison = ">") -> Float:
    """The share of each sequence's frames whose overlap exceeds each threshold ``(S, T)``.

    `overlaps` holds one value a frame, `thresholds` rise. Ties are decided by `comparison`, NaN never
    succeeds. OTB and LaSOT (MATLAB) compare with ``>`` and divide by the length plus the float epsilon.

    >>> success_curves(Ragged.join([np.array([0.5, 1.0, np.nan, 0.1])]), np.array([0.0, 0.5, 1.0]))
    array([[0.75, 0.25, 0.  ]])
    """
    beaten = np.searchsorted(thresholds, overlaps.values, "left" if comparison == ">" else "right")
    beaten[np.isnan(overlaps.values)] = 0  # searchsorted puts NaN last
    tally = overlaps.tally(beaten, len(thresholds) + 1)
    successes = tally[:, :0:-1].cumsum(1)[:, ::-1]
    return successes / (overlaps.lengths[:, None] + np.finfo(float).eps)


def curve_mean(curves: Float) -> Float:
    """The area under each curve as the mean of its values, not by trapezoids: OTB's and LaSOT's score.

    >>> curve_mean(np.array([1.0, 0.5, 0.0]))
    np.float64(0.5)
    """
    mean: Float = curves.mean(-1)
    return mean
