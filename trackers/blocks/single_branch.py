"""The single-branch trunk: one pyramid of EoC blocks for template and search image, correlation inside.

Xie et al., "Correlation-Aware Deep Tracking", CVPR 2022 (arXiv 2203.01666), figure 3 and table 2; where they differ,
as the official code has it (github.com/phiphiphi31/SBT, MIT).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from torch import Tensor, linspace, nn

from trackers.blocks.eoc import EoCBlock, PatchEmbedding

__all__ = ["SingleBranch", "Stage"]

DROP_PATH = 0.1  # in training, of the last block's branches; grows linearly from 0 at the first


@dataclass(frozen=True, slots=True)
class Stage:
    """A patch embedding and `depth` blocks.

    `width`: channels. `stride`: of the patch embedding. `reduction`: how many times smaller, a side, the map is that
    keys and values come from. `mlp_ratio`: hidden channels over `width`. `cross`: which blocks correlate, counted
    from 1; the others extract. ValueError where a block does not exist or `width` does not divide by `heads`.
    """

    width: int
    depth: int
    heads: int
    stride: int
    reduction: int
    mlp_ratio: int
    cross: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if absent := set(self.cross) - set(range(1, self.depth + 1)):
            raise ValueError(f"a stage of {self.depth} blocks cannot correlate in block {min(absent)}")
        if self.width % self.heads:
            raise ValueError(f"{self.width} channels cannot be split into {self.heads} heads")


class SingleBranch(nn.Module):
    """The trunk. `extract` is all that an image can have computed alone, `correlate` the rest for a pair of them.

    Images are ``(B, 3, H, W)``, features ``(B, h, w, channels)``, smaller by the product of the strides. As in the
    official code, blocks of the last stage after its last correlation do not run.
    """

    def __init__(self, stages: tuple[Stage, ...]) -> None:
        super().__init__()
        self.stages = stages
        rates = iter(linspace(0, DROP_PATH, sum(stage.depth for stage in stages), device="cpu").tolist())
        inputs = 3
        for number, stage in enumerate(stages, 1):
            blocks = [
                EoCBlock(stage.width, stage.heads, stage.reduction, stage.mlp_ratio, next(rates))
                for _ in range(stage.depth)
            ]
            # The names of PVTv2. Its norms of all stages but the last are part of a state dict, and unused here.
            embedding = PatchEmbedding(inputs, stage.width, 7 if number == 1 else 3, stage.stride)
            self.add_module(f"patch_embed{number}", embedding)
            self.add_module(f"block{number}", nn.ModuleList(blocks))
            self.add_module(f"norm{number}", nn.LayerNorm(stage.width, eps=1e-6))
            inputs = stage.width
        self.apply(_initialise)

    def extract(self, image: Tensor) -> Tensor:
        """The features of one image up to the first block that correlates."""
        alone, _ = self._steps()
        x = image.permute(0, 2, 3, 1)
        for step in alone:
            x = step(x)
        return x

    def correlate(self, z: Tensor, x: Tensor) -> Tensor:
        """Search features, normed, of an extracted template `z` and an extracted search image `x`.

        Nothing of the template is computed that they do not depend on.
        """
        _, joint = self._steps()
        last = max((i for i, (_, cross) in enumerate(joint) if cross), default=0)
        for step, cross in joint[:last]:
            z, x = step.correlate(z, x) if cross else (step(z), step(x))
        for step, cross in joint[last:]:
            x = step.correlate_search(z, x) if cross else step(x)
        return self._norm(x)

    def forward(self, template: Tensor, search: Tensor) -> tuple[Tensor, Tensor]:
        """The features of both images at the end of the trunk, normed."""
        _, joint = self._steps()
        z, x = self.extract(template), self.extract(search)
        for step, cross in joint:
            z, x = step.correlate(z, x) if cross else (step(z), step(x))
        return self._norm(z), self._norm(x)

    def _steps(self) -> tuple[list[nn.Module], list[tuple[nn.Module, bool]]]:
        """What runs before the first correlation, in order; and the rest, each with whether it correlates."""
        steps: list[tuple[nn.Module, bool]] = []
        for number, stage in enumerate(self.stages, 1):
            steps.append((self.get_submodule(f"patch_embed{number}"), False))
            stops = max(stage.cross) if stage.cross and number == len(self.stages) else stage.depth
            blocks = [self.get_submodule(f"block{number}.{i}") for i in range(stops)]
            steps += [(block, position in stage.cross) for position, block in enumerate(blocks, 1)]
        first = next((i for i, (_, cross) in enumerate(steps) if cross), len(steps))
        return [step for step, _ in steps[:first]], steps[first:]

    def _norm(self, x: Tensor) -> Tensor:
        return self.get_submodule(f"norm{len(self.stages)}")(x)


def _initialise(module: nn.Module) -> None:
    """As PVTv2 does before training from scratch; layer norms are at 1 and 0 already."""
    if isinstance(module, nn.Linear):
        nn.init.trunc_normal_(module.weight, std=0.02)
        nn.init.zeros_(module.bias)
    elif isinstance(module, nn.Conv2d):
        fan_out = module.weight[0, 0].numel() * module.out_channels // module.groups
        nn.init.normal_(module.weight, std=math.sqrt(2 / fan_out))
        nn.init.zeros_(module.bias)
