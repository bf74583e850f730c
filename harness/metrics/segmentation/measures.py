"""Agreement of two masks, and what becomes of it over a sequence: DAVIS's formulas.

Perazzi et al., "A Benchmark Dataset and Evaluation Methodology for Video Object Segmentation", CVPR 2016;
davis2017-evaluation: metrics.py, utils.py. Masks are boolean ``(H, W)``.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from harness.metrics.ragged import Float, Int

__all__ = ["boundary", "boundary_f", "decay", "jaccard", "tolerance_radius"]

Pixels = NDArray[np.bool_]


def jaccard(a: Pixels, b: Pixels) -> float:
    """Intersection over union in pixels, J; of two empty masks 1.

    >>> jaccard(np.array([[True, True]]), np.array([[True, False]]))
    0.5
    """
    union = np.count_nonzero(a | b)
    return float(np.count_nonzero(a & b) / union) if union else 1.0


def boundary(mask: Pixels) -> Pixels:
    """The pixels that differ from their right, lower or lower right neighbour ``(H, W)``.

    Beyond the image its edge repeats, so a mask has no boundary where it is cut off there.

    >>> boundary(np.array([[0, 0, 0], [0, 1, 1], [0, 1, 1]], bool)).astype(int)
    array([[1, 1, 1],
           [1, 0, 0],
           [1, 0, 0]])
    """
    wider = np.pad(mask, (0, 1), "edge")
    here = wider[:-1, :-1]
    return np.asarray((here != wider[:-1, 1:]) | (here != wider[1:, :-1]) | (here != wider[1:, 1:]))


def tolerance_radius(height: int, width: int, tolerance: float) -> int:
    """How many pixels apart boundaries may lie: `tolerance` of the image's diagonal, rounded up.

    >>> tolerance_radius(480, 854, 0.008)
    8
    """
    return math.ceil(tolerance * math.hypot(height, width))


def boundary_f(a: Pixels, b: Pixels, radius: int) -> float:
    """F-measure of boundaries: the harmonic mean of the shares of each that lie within `radius` pixels of the other.

    Of two masks without a boundary it is 1, of one and another without 0. The toolkit widens boundaries by a
    disk; the nearest pixel being within its radius is the same, without an image.

    >>> one = np.zeros((20, 20), bool)
    >>> one[5:10, 5:10] = True
    >>> boundary_f(one, np.roll(one, 2, 1), 2), boundary_f(one, np.roll(one, 9, 1), 2)
    (1.0, 0.0)
    """
    of_a, of_b = _points(boundary(a)), _points(boundary(b))
    if not len(of_a) or not len(of_b):
        return float(len(of_a) == len(of_b))
    precision, recall = _share_near(of_a, of_b, radius), _share_near(of_b, of_a, radius)
    return 2 * precision * recall / (precision + recall) if precision else 0.0  # both or neither are 0


def decay(values: Float) -> float:
    """What a measure ``(N,)`` loses over a sequence: its mean over the first quarter less that over the last.

    Quarters share their end frames. The toolkit counts frames in 8 bits, and so does this: beyond 256 values the
    last "quarter" is none, and there is no decay (NaN), or from 342 on some other part.

    >>> decay(np.array([1.0, 0.9, 0.8, 0.7, 0.5]))
    0.35
    >>> decay(np.ones(300))
    nan
    """
    ends = (np.round(np.linspace(1, len(values), 5) + 1e-10) - 1).astype(np.int64) % 256
    first, last = values[: ends[1] + 1], values[ends[3] : ends[4] + 1]
    return float(first.mean() - last.mean()) if last.size else math.nan


def _points(pixels: Pixels) -> Int:
    """Row and column of each ``(P, 2)``; ten times quicker than `numpy.argwhere`."""
    return np.column_stack(np.divmod(np.flatnonzero(pixels), pixels.shape[1]))


def _share_near(points: Int, others: Int, radius: int) -> float:
    # A search that ends just beyond the radius is quick; squared distances are whole, so the comparison is exact.
    distances, _ = cKDTree(others).query(points, distance_upper_bound=radius + 0.5)
    return float(np.count_nonzero(distances <= radius) / len(points))
