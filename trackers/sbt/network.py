"""SBT: the trunk and its heads, split where tracking needs it.

Xie, Wang, Wang, Cao, Yang and Zeng, "Correlation-Aware Deep Tracking", CVPR 2022 (arXiv 2203.01666). Official code:
github.com/phiphiphi31/SBT (MIT), whose state dicts load as they are.
"""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor, nn

from trackers.blocks.single_branch import SingleBranch
from trackers.sbt.architectures import Architecture
from trackers.sbt.head import BoxHead

__all__ = ["SBT", "Response"]


class Response(NamedTuple):
    """What each cell of the search image says; see `BoxHead`."""

    logits: Tensor  # (B, cells, 2)
    boxes: Tensor  # (B, cells, 4)


class SBT(nn.Module):
    """The whole network.

    A target's state is a tensor with the batch first: states of targets that began at different times are joined by
    `torch.cat`, and searched in one call.
    """

    def __init__(self, architecture: Architecture) -> None:
        super().__init__()
        self.architecture = architecture
        self.backbone = SingleBranch(architecture.stages)
        self.box_head = BoxHead(architecture.head, architecture.grid**2, architecture.stages[-1].width)

    def template(self, z: Tensor) -> Tensor:
        """The state of targets: template crops ``(B, 3, H, W)`` up to the first correlation."""
        return self.backbone.extract(z)

    def search(self, state: Tensor, x: Tensor) -> Response:
        """What the search crops ``(B, 3, search_size, search_size)`` show of these targets, one for one."""
        return Response(*self.box_head(self.backbone.correlate(state, self.backbone.extract(x))))

    def forward(self, z: Tensor, x: Tensor) -> Response:
        """Template and search crops at once, as in training."""
        return self.search(self.template(z), x)
