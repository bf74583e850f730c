"""Ocean's object-aware classification: features sampled over the box that a cell predicts.

Zhang, Peng, Fu, Li and Hu, "Ocean: Object-aware Anchor-free Tracking", ECCV 2020. The official code shifts the taps of
a deformable convolution (Dai et al., ICCV 2017); sampling them side by side and convolving with stride 3 is the same,
and needs no operator of its own.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import grid_sample, relu

__all__ = ["AlignHead", "tap_places"]

TAPS = 3  # a side
STRIDE = 8  # search-region pixels of a cell
FIRST = 31.5  # the place in the search region of the first cell


class AlignHead(nn.Module):
    """Logits ``(N, 1, R, R)`` from features ``(N, C, R, R)`` and the boxes ``(N, 4, R, R)`` that they predict.

    Boxes are x1, y1, x2, y2 in pixels of the search region.
    """

    def __init__(self, channels: int = 256) -> None:
        super().__init__()
        convolution = nn.Conv2d(channels, channels, TAPS, stride=TAPS, bias=False)
        self.rpn_conv = nn.ModuleDict({"conv": convolution})
        self.rpn_cls = nn.Conv2d(channels, 1, 1)

    def forward(self, features: Tensor, boxes: Tensor) -> Tensor:
        side = features.shape[-1]
        places = tap_places(boxes) * (2 / (side - 1)) - 1  # as grid_sample counts: -1 and 1 are the outer cells
        taps = grid_sample(features, places, mode="bilinear", padding_mode="zeros", align_corners=True)
        logits: Tensor = self.rpn_cls(relu(self.rpn_conv["conv"](taps)))
        return logits


def tap_places(boxes: Tensor) -> Tensor:
    """Where in the map each cell's 3 x 3 taps lie, as ``(N, 3 R, 3 R, 2)`` of (column, row), in cells.

    `boxes` are x1, y1, x2, y2 ``(N, 4, R, R)`` in pixels of the search region. The taps of cell (i, j) are at rows
    3 i to 3 i + 2 and columns 3 j to 3 j + 2: the box's middle, and half a box to its sides.

    >>> box = torch.tensor([24.0, 16.0, 39.0, 47.0]).view(1, 4, 1, 1)  # 15 x 31 around the first cell
    >>> places = tap_places(box)
    >>> places[0, 1, :, 0].tolist(), places[0, :, 1, 1].tolist()
    ([-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0])
    """
    n, _, rows, columns = boxes.shape
    tap = torch.arange(TAPS, device=boxes.device, dtype=boxes.dtype) - TAPS // 2
    low, high = boxes[:, :2], boxes[:, 2:]
    center = ((low + high) / 2 - FIRST) / STRIDE  # (N, 2, R, R), x before y
    reach = (high - low + 1) / (2 * STRIDE)
    along = center[..., None] + tap * reach[..., None]  # (N, 2, R, R, 3)
    x = along[:, 0, :, None, :, :].expand(n, rows, TAPS, columns, TAPS)
    y = along[:, 1].permute(0, 1, 3, 2)[..., None].expand(n, rows, TAPS, columns, TAPS)
    return torch.stack((x, y), -1).reshape(n, rows * TAPS, columns * TAPS, 2)
