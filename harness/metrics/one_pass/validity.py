"""Which frames of the truth count.

Each function takes boxes ``(N, 4)``, xywh in the toolkit's coordinates, and says it of each frame ``(N,)``.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from harness.metrics.ragged import Float

__all__ = ["Mask", "center_positive", "every", "normalized_center_positive", "positive", "sized", "without_nan"]

Mask: TypeAlias = NDArray[np.bool_]


def every(truth: Float) -> Mask:
    """All frames (got10k, TrackingNet)."""
    return np.ones(len(truth), bool)


def without_nan(truth: Float) -> Mask:
    """Frames without any NaN (got10k's UAV123 and LaSOT, where others do not exist)."""
    return np.asarray(~np.isnan(truth).any(1))


def positive(truth: Float) -> Mask:
    """Frames whose truth has x, y, w and h all above zero (NaN is not): OTB's and LaSOT's ``all(gt > 0)``.

    >>> positive(np.array([[1.0, 1.0, 5.0, 5.0], [0.0, 1.0, 5.0, 5.0]]))
    array([ True, False])
    """
    return np.asarray((truth > 0).all(1))


def sized(truth: Float) -> Mask:
    """Frames whose truth has w and h above zero, wherever it is (STARK and its descendants, STVIR's pysot).

    >>> sized(np.array([[-9.0, 1.0, 5.0, 5.0], [1.0, 1.0, 0.0, 5.0]]))
    array([ True, False])
    """
    return np.asarray((truth[:, 2:] > 0).all(1))


def center_positive(truth: Float) -> Mask:
    """Frames whose truth has its centre right of and below the origin (pysot's centre error)."""
    return np.asarray((truth[:, :2] + (truth[:, 2:] - 1) / 2 > 0).all(1))


def normalized_center_positive(truth: Float) -> Mask:
    """`center_positive` of the centre divided by the size: a negative size counts as left of the origin (pysot).

    >>> normalized_center_positive(np.array([[9.0, 9.0, 5.0, 5.0], [9.0, 9.0, 5.0, -1.0]]))
    array([ True, False])
    """
    size = truth[:, 2:] + 1e-16
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(((truth[:, :2] + (truth[:, 2:] - 1) / 2) / size > 0).all(1))
