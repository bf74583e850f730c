"""How well two regions agree: overlap and centre distance, vectorised over frames.

All functions take boxes ``(N, 4)`` as xywh in pixels and return ``(N,)``. NaN follows MATLAB, whose
`max` and `min` ignore it: a box whose x or y alone is NaN is taken at the other's edge on that axis;
NaN in w or h makes the overlap NaN.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["box_overlap", "center_error", "normalized_center_error"]

Float = NDArray[np.float64]


def box_overlap(a: ArrayLike, b: ArrayLike) -> Float:
    """Intersection over union of each pair of boxes; two boxes without area give NaN.

    The toolkits' pixel form (``right = x + w - 1``, lengths ``+ 1``) is the same number: the ones cancel.

    >>> box_overlap([[0, 0, 2, 2]], [[1, 0, 2, 2]])
    array([0.33333333])
    """
    p, q = np.asarray(a, np.float64), np.asarray(b, np.float64)
    low = np.fmax(p[:, :2], q[:, :2])
    high = np.fmin(p[:, :2] + p[:, 2:], q[:, :2] + q[:, 2:])
    intersection = np.fmax(high - low, 0).prod(1)
    with np.errstate(invalid="ignore", divide="ignore"):
        union = p[:, 2] * p[:, 3] + q[:, 2] * q[:, 3] - intersection
        overlap: Float = intersection / union
    return overlap


def center_error(a: ArrayLike, b: ArrayLike) -> Float:
    """Distance between centres, in pixels.

    >>> center_error([[0, 0, 2, 2]], [[3, 4, 2, 2]])
    array([5.])
    """
    p, q = np.asarray(a, np.float64), np.asarray(b, np.float64)
    difference = (p[:, :2] + p[:, 2:] / 2) - (q[:, :2] + q[:, 2:] / 2)
    distance: Float = np.sqrt((difference**2).sum(1))
    return distance


def normalized_center_error(boxes: ArrayLike, truth: ArrayLike) -> Float:
    """Distance between centres, each first divided by the truth's width and height (LaSOT, pysot).

    >>> normalized_center_error([[0, 0, 2, 4]], [[1, 0, 2, 4]])
    array([0.5])
    """
    p, q = np.asarray(boxes, np.float64), np.asarray(truth, np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        difference = (p[:, :2] + p[:, 2:] / 2) / q[:, 2:] - (q[:, :2] + q[:, 2:] / 2) / q[:, 2:]
    distance: Float = np.sqrt((difference**2).sum(1))
    return distance
