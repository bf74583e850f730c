"""Anchor-free heads: towers of convolutions, and the boxes that their cells predict.

Tian, Shen, Chen and He, "FCOS", ICCV 2019; in tracking as Ocean (ECCV 2020) has it.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

__all__ = ["cell_boxes", "tower"]

DEPTH = 4
STRIDE = 8  # search-region pixels of a cell
FIRST = 31  # the pixel that the first cell sees: 127, the middle of 255, lies 12 cells further


def tower(channels: int = 256) -> nn.Sequential:
    """Four times a 3 x 3 convolution, norm and ReLU; the map keeps its size."""
    layers: list[nn.Module] = []
    for _ in range(DEPTH):
        layers += [nn.Conv2d(channels, channels, 3, padding=1), nn.BatchNorm2d(channels), nn.ReLU(inplace=True)]
    return nn.Sequential(*layers)


def cell_boxes(distances: Tensor) -> Tensor:
    """Boxes x1, y1, x2, y2 ``(N, 4, R, R)`` from distances left, top, right, bottom, all in search-region pixels.

    >>> cell_boxes(torch.tensor([1.0, 2.0, 3.0, 4.0]).view(1, 4, 1, 1)).flatten()
    tensor([30., 29., 34., 35.])
    """
    cells = torch.arange(distances.shape[-1], device=distances.device, dtype=distances.dtype) * STRIDE + FIRST
    y, x = torch.meshgrid(cells, cells, indexing="ij")
    return torch.stack((x, y, x, y)) + distances * distances.new_tensor([-1, -1, 1, 1]).view(4, 1, 1)
