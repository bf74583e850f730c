"""SiamX's network: cross-level correlation of ResNet-50 features and anchor-free towers.

Huang and Yeung, "SiamX: An Efficient Long-term Tracker Using Cross-level Feature Correlation and Adaptive Tracking
Scheme", ICRA 2022; https://github.com/HuajianUP/360Tracking. Parameters have the official names and order; images
are raw 0..255, in BGR order. What differs: correlation is linear in its kernel, so the fusion's weights are put into
the template's kernels, and those are encoded once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, cast

import torch
from torch import Tensor, nn

from trackers.blocks.alignment import AlignHead
from trackers.blocks.correlation import Neck, depthwise_correlation, encoder
from trackers.blocks.resnet import DilatedResNet50
from trackers.blocks.towers import cell_boxes, tower

__all__ = ["PAIRS", "Answer", "SiamX"]

Pair = tuple[int, int]
PAIRS: tuple[Pair, ...] = ((4, 3), (3, 4), (4, 4))  # template's level, search region's level: L4xL3, L3xL4, L4xL4
CHANNELS = 256
BRANCHES = ("cls_encoder", "reg_encoder")


class Answer(NamedTuple):
    """What the network says of N search regions, at R x R cells.

    `logits` ``(N, R, R)``: is the target's middle here. `distances` ``(N, 4, R, R)``: from the cell to the target's
    left, top, right and bottom side, in pixels of the search region. `aligned`: logits of the aligned head, if any.
    """

    logits: Tensor
    distances: Tensor
    aligned: Tensor | None = None


class SiamX(nn.Module):
    """The network; `pairs` chooses the correlated levels (Table III of the paper), `align` adds Ocean's aligned head.

    A template is a tensor whose first axis counts targets: those of several tracks are concatenated, and searched
    for together.
    """

    def __init__(self, pairs: Sequence[Pair] = PAIRS, align: bool = False) -> None:
        super().__init__()
        self.features = nn.ModuleDict({"features": DilatedResNet50(layers=3)})
        self.neck = nn.ModuleDict({"downsample0": Neck(512, CHANNELS), "downsample1": Neck(1024, CHANNELS)})
        self.pred_head = Head(pairs)
        self.align_head = AlignHead(CHANNELS) if align else None

    def levels(self, images: Tensor) -> dict[int, Tensor]:
        """The features of levels 3 and 4 ``(N, 256, S, S)``; of templates only the middle 7 x 7 cells."""
        _, conv3, conv4 = self.features["features"](images)
        return {3: self.neck["downsample0"](conv3), 4: self.neck["downsample1"](conv4)}

    def template(self, images: Tensor) -> Tensor:
        """Kernels ``(N, 2, pairs, 256, 5, 5)``, classification before regression, of images ``(N, 3, 127, 127)``."""
        return self.pred_head.kernels(self.levels(images))

    def search(self, template: Tensor, images: Tensor) -> Answer:
        """Where in images ``(N, 3, 255, 255)`` the targets of a template are."""
        logits, distances, features = self.pred_head(template, self.levels(images))
        if self.align_head is None:
            return Answer(logits[:, 0], distances)
        return Answer(logits[:, 0], distances, self.align_head(features, cell_boxes(distances))[:, 0])

    def forward(self, templates: Tensor, images: Tensor) -> Answer:
        return self.search(self.template(templates), images)


class Encoders(nn.Module):
    """The two encoders of a correlation."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder_search = encoder(CHANNELS)
        self.encoder_kernel = encoder(CHANNELS)


class Head(nn.Module):
    """Correlations of each pair of levels, their fusion (eq. 3 and 4), and the two towers."""

    def __init__(self, pairs: Sequence[Pair]) -> None:
        super().__init__()
        self.pairs = tuple(pairs)
        self.cls_weight = nn.Parameter(torch.ones(len(pairs)))
        self.reg_weight = nn.Parameter(torch.ones(len(pairs)))
        self.adjust = nn.Parameter(torch.full((1,), 0.1))
        self.bias = nn.Parameter(torch.ones(1, 4, 1, 1))
        for number in range(len(pairs)):
            self.add_module(f"feature_correlation{number}", nn.ModuleDict({name: Encoders() for name in BRANCHES}))
        self.cls_tower, self.bbox_tower = tower(CHANNELS), tower(CHANNELS)
        self.cls_predictor = nn.Conv2d(CHANNELS, 1, 3, padding=1)
        self.bbox_predictor = nn.Conv2d(CHANNELS, 4, 3, padding=1)

    def kernels(self, levels: Mapping[int, Tensor]) -> Tensor:
        """The template's encoded kernels, each times its pair's share in the fusion."""
        branches = []
        for branch, weight in zip(BRANCHES, (self.cls_weight, self.reg_weight), strict=True):
            each = zip(self._encoders(branch), self.pairs, strict=True)
            encoded = [encoders.encoder_kernel(levels[template]) for encoders, (template, _) in each]
            branches.append(torch.stack(encoded, 1) * weight.softmax(0).view(-1, 1, 1, 1))
        return torch.stack(branches, 1)

    def forward(self, kernels: Tensor, levels: Mapping[int, Tensor]) -> tuple[Tensor, Tensor, Tensor]:
        """Logits ``(N, 1, R, R)``, distances ``(N, 4, R, R)``, and the regression tower's features."""
        cls, reg = (self._correlate(branch, kernels[:, i], levels) for i, branch in enumerate(BRANCHES))
        features = self.bbox_tower(reg)
        distances = torch.exp(self.adjust * self.bbox_predictor(features) + self.bias)
        return 0.1 * self.cls_predictor(self.cls_tower(cls)), distances, features

    def _correlate(self, branch: str, kernels: Tensor, levels: Mapping[int, Tensor]) -> Tensor:
        """One branch's correlations, fused: kernels ``(N, pairs, 256, 5, 5)`` give ``(N, 256, R, R)``."""
        responses = [
            depthwise_correlation(encoders.encoder_search(levels[searched]), kernels[:, number])
            for number, (encoders, (_, searched)) in enumerate(zip(self._encoders(branch), self.pairs, strict=True))
        ]
        return torch.stack(responses).sum(0)

    def _encoders(self, branch: str) -> list[Encoders]:
        names = [f"feature_correlation{number}.{branch}" for number in range(len(self.pairs))]
        return [cast("Encoders", self.get_submodule(name)) for name in names]
