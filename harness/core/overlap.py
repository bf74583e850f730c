"""How well two regions agree: overlap and centre distance, vectorised over frames.

All functions take boxes ``(N, 4)`` as xywh in pixels and return ``(N,)``; arrays whose columns are contiguous
are quickest. NaN follows MATLAB, whose `max` and `min` ignore it: a box whose x or y alone is NaN is taken at
the other's edge on that axis; NaN in w or h makes the overlap NaN.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["box_overlap", "center_error", "normalized_center_error", "relative_center_error"]

Float = NDArray[np.float64]


def box_overlap(a: ArrayLike, b: ArrayLike, epsilon: float = 0.0) -> Float:
    """Intersection over union of each pair of boxes; two boxes without area give NaN.

    The toolkits' pixel form (``right = x + w - 1``, lengths ``+ 1``) is the same number: the ones cancel.
    `epsilon` is added to the union (got10k).

    >>> box_overlap([[0, 0, 2, 2]], [[1, 0, 2, 2]])
    array([0.33333333])
    """
    ax, ay, aw, ah = np.asarray(a, np.float64).T
    bx, by, bw, bh = np.asarray(b, np.float64).T
    with np.errstate(invalid="ignore", divide="ignore"):
        intersection = _shared(ax, aw, bx, bw) * _shared(ay, ah, by, bh)
        overlap: Float = intersection / (aw * ah + bw * bh - intersection + epsilon)
    return overlap


def center_error(a: ArrayLike, b: ArrayLike) -> Float:
    """Distance between centres, in pixels.

    >>> center_error([[0, 0, 2, 2]], [[3, 4, 2, 2]])
    array([5.])
    """
    (ax, ay), (bx, by) = _centers(a), _centers(b)
    return _length(ax - bx, ay - by)


def normalized_center_error(boxes: ArrayLike, truth: ArrayLike, epsilon: float = 0.0) -> Float:
    """Distance between centres, each first divided by the truth's width and height (LaSOT, pysot, pytracking).

    `epsilon` is added to width and height (pysot). Dividing first decides ties in the last bit.

    >>> normalized_center_error([[0, 0, 2, 4]], [[1, 0, 2, 4]])
    array([0.5])
    """
    w, h = np.asarray(truth, np.float64).T[2:] + epsilon
    (ax, ay), (bx, by) = _centers(boxes), _centers(truth)
    with np.errstate(invalid="ignore", divide="ignore"):
        return _length(ax / w - bx / w, ay / h - by / h)


def relative_center_error(boxes: ArrayLike, truth: ArrayLike, least: float = 0.0) -> Float:
    """The difference of centres divided by the truth's width and height (TrackingNet, got10k).

    A side shorter than `least` pixels counts as that (got10k: 1).

    >>> relative_center_error([[0, 0, 2, 4]], [[1, 0, 0.5, 4]], least=1)
    array([0.25])
    """
    w, h = np.maximum(np.asarray(truth, np.float64).T[2:], least) if least else np.asarray(truth, np.float64).T[2:]
    (ax, ay), (bx, by) = _centers(boxes), _centers(truth)
    with np.errstate(invalid="ignore", divide="ignore"):
        return _length((ax - bx) / w, (ay - by) / h)


def _shared(a: Float, a_length: Float, b: Float, b_length: Float) -> Float:
    """What two intervals share, never below 0."""
    shared: Float = np.fmax(np.fmin(a + a_length, b + b_length) - np.fmax(a, b), 0)
    return shared


def _centers(boxes: ArrayLike) -> tuple[Float, Float]:
    """As the toolkits write them, of pixels: half a pixel less, which cancels but for the last bit."""
    x, y, w, h = np.asarray(boxes, np.float64).T
    return x + (w - 1) / 2, y + (h - 1) / 2


def _length(dx: Float, dy: Float) -> Float:
    length: Float = np.sqrt(dx * dx + dy * dy)
    return length
