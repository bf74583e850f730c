"""The heads of SBT: every cell of the search features says how likely it is the target, and a box.

Two kinds: Mix-MLP blocks (section 3.4; the official code's prediction head), and one MLP a cell, as TransT has (Chen et
al., CVPR 2021), with which the figures of the paper's table 1 agree.
"""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn.functional import relu

__all__ = ["BoxHead", "CellLinear", "HeadKind"]

HeadKind = Literal["mixer", "mixer_eq7", "mlp"]


class Mixer(nn.Module):
    """Two Mix-MLP blocks: ``(B, cells, width)`` to ``(B, cells, outputs)``.

    Between the blocks there are `width` cells. The official code mixes cells first and channels second, in each block;
    eq. 7 of the paper the other way round (`channels_first`). A ReLU follows each layer but the last: after that, as
    eq. 7 has it, no logit could be negative and no box smaller than half the crop.
    """

    def __init__(self, cells: int, width: int, outputs: int, channels_first: bool) -> None:
        super().__init__()
        self.channels_first = channels_first
        # Spelt as in the official state dicts.
        self.layers_channle = nn.ModuleList([nn.Linear(width, width), nn.Linear(width, outputs)])
        self.layers_spatial = nn.ModuleList([CellLinear(cells, width), CellLinear(width, cells)])

    def forward(self, x: Tensor) -> Tensor:
        channel, spatial = self.layers_channle, self.layers_spatial
        if self.channels_first:
            x = relu(spatial[0](relu(channel[0](x))))
            return spatial[1](relu(channel[1](x)))
        x = relu(channel[0](relu(spatial[0](x))))
        return channel[1](relu(spatial[1](x)))


class CellLinear(nn.Linear):
    """A linear layer on the cells of each channel: ``(B, inputs, width)`` to ``(B, outputs, width)``.

    The layer comes first in the product, so that neither its input nor its output is transposed.
    """

    def forward(self, x: Tensor) -> Tensor:
        return torch.baddbmm(self.bias[:, None], self.weight.expand(len(x), -1, -1), x)


class MLP(nn.Sequential):
    """Three layers of `width` with ReLU between, for each cell alone."""

    def __init__(self, width: int, outputs: int) -> None:
        hidden = [nn.Linear(width, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU()]
        super().__init__(*hidden, nn.Linear(width, outputs))


class BoxHead(nn.Module):
    """Both branches: features ``(B, h, w, width)`` to logits ``(B, cells, 2)`` and boxes ``(B, cells, 4)``.

    Cells run along rows. Logit 0 is of the foreground. Boxes are centre x, centre y, width, height as fractions of
    the crop, of the whole crop and not of the cell.
    """

    def __init__(self, kind: HeadKind, cells: int, width: int) -> None:
        super().__init__()

        def branch(outputs: int) -> nn.Module:
            return MLP(width, outputs) if kind == "mlp" else Mixer(cells, width, outputs, kind == "mixer_eq7")

        self.class_head = branch(2)
        self.bbox_head = branch(4)
        for parameter in self.parameters():
            if parameter.ndim > 1:
                nn.init.xavier_uniform_(parameter)

    def forward(self, features: Tensor) -> tuple[Tensor, Tensor]:
        cells = features.flatten(1, 2)
        return self.class_head(cells), self.bbox_head(cells).sigmoid()
