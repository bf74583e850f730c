"""What siamese trackers hold against an answer: a change of size or shape, and distance.

Li, Yan, Wu, Zhu and Hu, "High Performance Visual Tracking with Siamese Region Proposal Network", CVPR 2018, section
4.3; as PySOT and Ocean compute it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["change_penalty", "context_side", "hann_window"]

Float = NDArray[np.float64]

CONTEXT = 0.5  # of width plus height, added to each side


def context_side(sizes: Float) -> Float:
    """The side ``(...)`` of a square around targets of `sizes` (w, h) ``(..., 2)`` that leaves them some context.

    >>> context_side(np.array([[20.0, 20.0], [5.0, 11.0]])).round(4).tolist()  # the second: sqrt(13 x 19)
    [40.0, 15.7162]
    """
    side: Float = np.sqrt((sizes + CONTEXT * sizes.sum(-1, keepdims=True)).prod(-1))
    return side


def hann_window(cells: int) -> Float:
    """Weights ``(cells, cells)``: 1 in the middle, 0 at the border.

    >>> hann_window(3)
    array([[0., 0., 0.],
           [0., 1., 0.],
           [0., 0., 0.]])
    """
    line = np.hanning(cells)
    return np.outer(line, line)


def change_penalty(sizes: Float, previous: Float, strength: float) -> Float:
    """How likely, from 1 down to 0, a target of size `previous` ``(..., 2)`` now has `sizes` ``(..., 2)``.

    exp(-(r s - 1) strength), where r and s are by how much the aspect ratio and the scale grew or shrank.

    >>> penalty = change_penalty(np.array([[20.0, 20.0], [10.0, 10.0]]), np.array([20.0, 20.0]), 0.1)
    >>> penalty.round(4).tolist()  # the second: exp(-0.1 (2 - 1))
    [1.0, 0.9048]
    """
    scale = _change(context_side(sizes) / context_side(previous))
    aspect = _change(sizes[..., 0] / sizes[..., 1] * previous[..., 1] / previous[..., 0])
    penalty: Float = np.exp(-(scale * aspect - 1) * strength)
    return penalty


def _change(ratio: Float) -> Float:
    return np.maximum(ratio, 1 / ratio)
