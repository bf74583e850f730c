"""Precision: the share of frames whose centre error stays within a threshold."""

from __future__ import annotations

import numpy as np

from harness.metrics.ragged import Float, Ragged

__all__ = ["precision_curves"]


def precision_curves(errors: Ragged, thresholds: Float) -> Float:
    """The share of each sequence's frames whose centre error is at most each threshold ``(S, T)``.

    `errors` holds one value a frame (pixels, or whatever unit the rising `thresholds` have); NaN never
    counts. Every toolkit compares with ``<=``; OTB and LaSOT (MATLAB) divide by the length plus the float
    epsilon.

    >>> precision_curves(Ragged.join([np.array([0.0, 20.0, np.nan, 50.1])]), np.array([0.0, 20.0, 50.0]))
    array([[0.25, 0.5 , 0.5 ]])
    """
    tally = errors.tally(np.searchsorted(thresholds, errors.values, "left"), len(thresholds) + 1)
    return tally[:, :-1].cumsum(1) / (errors.lengths[:, None] + np.finfo(float).eps)
