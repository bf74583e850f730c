"""Extract-or-Correlation blocks: attention within an image or across two, with the same weights.

Xie, Wang, Wang, Cao, Yang and Zeng, "Correlation-Aware Deep Tracking", CVPR 2022 (arXiv 2203.01666), sections 3.1-3.3.
Layers and names are those of PVTv2 (Wang et al., arXiv 2106.13797), so that its state dicts and the official SBT's
load as they are. Features are maps ``(batch, height, width, channels)`` throughout: what acts on tokens needs no
reshaping, and what convolves sees them as channels-last images without a copy.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import scaled_dot_product_attention

__all__ = ["EoCBlock", "PatchEmbedding", "convolved_and_activated"]


def _convolve(conv: nn.Conv2d, x: Tensor) -> Tensor:
    """A convolution of a map ``(B, H, W, C)``."""
    return conv(x.permute(0, 3, 1, 2)).permute(0, 2, 3, 1)


class PatchEmbedding(nn.Module):
    """A strided convolution and a layer norm: ``(B, H, W, inputs)`` to ``(B, H / stride, W / stride, width)``."""

    def __init__(self, inputs: int, width: int, kernel: int, stride: int) -> None:
        super().__init__()
        self.proj = nn.Conv2d(inputs, width, kernel, stride, kernel // 2)
        self.norm = nn.LayerNorm(width, eps=1e-5)

    def forward(self, x: Tensor) -> Tensor:
        return self.norm(_convolve(self.proj, x))


class SpatialReductionAttention(nn.Module):
    """Attention whose keys and values come from a map that is `reduction` times smaller (SRG in the paper)."""

    def __init__(self, width: int, heads: int, reduction: int) -> None:
        super().__init__()
        self.heads = heads
        self.q = nn.Linear(width, width)
        self.kv = nn.Linear(width, 2 * width)
        self.proj = nn.Linear(width, width)
        self.sr = self.norm = None
        if reduction > 1:
            self.sr = nn.Conv2d(width, width, reduction, reduction)
            self.norm = nn.LayerNorm(width, eps=1e-5)

    def forward(self, x: Tensor, source: Tensor) -> Tensor:
        """What `x` finds in `source`; both ``(B, H, W, width)``, of sizes of their own. Eq. 3."""
        if self.sr is not None:
            source = self.norm(_convolve(self.sr, source))
        query = self.q(x).flatten(1, 2).unflatten(-1, (self.heads, -1)).transpose(1, 2)
        key, value = self.kv(source).flatten(1, 2).unflatten(-1, (2, self.heads, -1)).permute(2, 0, 3, 1, 4)
        found = scaled_dot_product_attention(query, key, value)
        return self.proj(found.transpose(1, 2).flatten(2).unflatten(1, x.shape[1:3]))


class DepthwiseConv(nn.Module):
    """A 3x3 convolution of each channel: what tells tokens where they are."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.dwconv = nn.Conv2d(width, width, 3, padding=1, groups=width)

    def forward(self, x: Tensor) -> Tensor:
        return _convolve(self.dwconv, x)


class MixFFN(nn.Module):
    """Two linear layers with a depthwise convolution and a GELU between."""

    def __init__(self, width: int, hidden: int) -> None:
        super().__init__()
        self.fc1 = nn.Linear(width, hidden)
        self.dwconv = DepthwiseConv(hidden)
        self.act = nn.GELU()
        self.fc2 = nn.Linear(hidden, width)

    def forward(self, x: Tensor) -> Tensor:
        return self.fc2(convolved_and_activated(self.dwconv.dwconv, self.act, self.fc1(x)))


def convolved_and_activated(conv: nn.Conv2d, act: nn.GELU, x: Tensor) -> Tensor:
    """A convolution of a map ``(B, H, W, C)`` and its GELU; on a processor by one pass of oneDNN, where torch has it.

    Two passes over such maps took 1.4 to 2.4 times as long. The operator is the one that torch's own compiler uses.
    """
    fused = getattr(torch.ops.mkldnn, "_convolution_pointwise", None) if torch.backends.mkldnn.is_available() else None
    if fused is None or x.device.type != "cpu" or x.dtype != torch.float32 or torch.is_grad_enabled():
        return act(_convolve(conv, x))
    how = conv.padding, conv.stride, conv.dilation, conv.groups
    image = x.permute(0, 3, 1, 2)
    return fused(image, conv.weight, conv.bias, *how, "gelu", [], act.approximate).permute(0, 2, 3, 1)


class DropPath(nn.Module):
    """Stochastic depth (Huang et al., ECCV 2016): in training, drops a residual branch for whole samples."""

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or self.rate == 0:
            return x
        kept = torch.empty(len(x), *[1] * (x.ndim - 1), dtype=x.dtype, device=x.device).bernoulli_(1 - self.rate)
        return x * kept / (1 - self.rate)


class EoCBlock(nn.Module):
    """One block, in either use: `forward` is EoC-SA, `correlate` and `correlate_search` are EoC-CA."""

    def __init__(self, width: int, heads: int, reduction: int, mlp_ratio: int, drop_path: float) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(width, eps=1e-6)
        self.attn = SpatialReductionAttention(width, heads, reduction)
        self.drop_path = DropPath(drop_path)
        self.norm2 = nn.LayerNorm(width, eps=1e-6)
        self.mlp = MixFFN(width, width * mlp_ratio)

    def forward(self, x: Tensor) -> Tensor:
        """Self-attention (eq. 4); ``(B, H, W, width)`` in and out."""
        own = self.norm1(x)
        return self._mix(x, own, own)

    def correlate(self, z: Tensor, x: Tensor) -> tuple[Tensor, Tensor]:
        """Cross-attention both ways, each map attending to the other as it was before the block (eq. 5)."""
        template, search = self.norm1(z), self.norm1(x)
        return self._mix(z, template, search), self._mix(x, search, template)

    def correlate_search(self, z: Tensor, x: Tensor) -> Tensor:
        """The second half of `correlate`: the new `x` alone."""
        return self._mix(x, self.norm1(x), self.norm1(z))

    def _mix(self, x: Tensor, query: Tensor, source: Tensor) -> Tensor:
        x = x + self.drop_path(self.attn(query, source))
        return x + self.drop_path(self.mlp(self.norm2(x)))
