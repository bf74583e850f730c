"""From what SBT's heads say to boxes in the image, for a batch of targets.

As in the official code; the paper only says that the most confident cell's box is taken, which is `influence` 0.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

__all__ = ["INFLUENCE", "clip_boxes", "place", "select"]

Float = NDArray[np.float64]

INFLUENCE = 0.49  # of the window, in the official code


def select(logits: Tensor, boxes: Tensor, window: Tensor, influence: float = INFLUENCE) -> tuple[Tensor, Tensor]:
    """The best cell of each target: its foreground probability ``(B,)`` and its box ``(B, 4)``.

    `logits` ``(B, cells, 2)`` with the foreground first, `boxes` ``(B, cells, 4)``, `window` ``(cells,)``: a Hann
    window along rows. The cell with the largest ``(1 - influence) * probability + influence * window`` wins; of equals
    the first.

    >>> logits = torch.tensor([[[0.0, 0.0], [9.0, 0.0], [2.0, 0.0]]])
    >>> score, box = select(logits, torch.eye(4)[None, :3], torch.tensor([0.0, 0.0, 1.0]))
    >>> score, box
    (tensor([0.8808]), tensor([[0., 0., 1., 0.]]))
    """
    scores = logits.softmax(-1)[..., 0]
    best = ((1 - influence) * scores + influence * window).argmax(1)
    rows = torch.arange(len(best), device=best.device)
    return scores[rows, best], boxes[rows, best]


def place(boxes: Float, centers: Float, sides: Float) -> Float:
    """Boxes of crops as boxes ``(B, 4)`` (x, y, w, h) of the image.

    `boxes` ``(B, 4)``: centre and size as fractions of the crop. The crops lie in the image around `centers`
    ``(B, 2)`` and have `sides` ``(B,)`` pixels.

    >>> place(np.array([[0.5, 0.75, 0.25, 0.5]]), np.array([[100.0, 60.0]]), np.array([80.0]))
    array([[90., 60., 20., 40.]])
    """
    sizes = boxes[:, 2:] * sides[:, None]
    return np.hstack([centers + (boxes[:, :2] - 0.5) * sides[:, None] - sizes / 2, sizes])


def clip_boxes(boxes: Float, image_sizes: NDArray[np.int64], margin: float = 10.0) -> Float:
    """Boxes ``(B, 4)`` that reach `margin` pixels into their images ``(B, 2)`` (width, height), and are as large.

    >>> clip_boxes(np.array([[-20.0, 90.0, 60.0, 3.0]]), np.array([[141, 97]]))
    array([[ 0., 87., 40., 10.]])
    """
    first, last = boxes[:, :2], boxes[:, :2] + boxes[:, 2:]
    first = np.minimum(np.maximum(0, first), image_sizes - margin)
    last = np.minimum(np.maximum(margin, last), image_sizes)
    return np.hstack([first, np.maximum(margin, last - first)])
