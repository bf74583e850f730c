"""Batch norms put into the convolutions before them: the same answers, a pass over each feature map fewer."""

from __future__ import annotations

from itertools import pairwise

from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

__all__ = ["folded"]


def folded(network: nn.Module) -> nn.Module:
    """`network` itself, in which no batch norm is left that is registered right after a convolution.

    So it must be called right after it, too, as in every network here. Only for a network that is not trained.

    >>> network = nn.Sequential(nn.Conv2d(3, 8, 1, bias=False), nn.BatchNorm2d(8), nn.ReLU()).eval()
    >>> folded(network)
    Sequential(
      (0): Conv2d(3, 8, kernel_size=(1, 1), stride=(1, 1))
      (1): Identity()
      (2): ReLU()
    )
    """
    for parent in list(network.modules()):
        for (name, convolution), (after, norm) in pairwise(list(parent.named_children())):
            if isinstance(convolution, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d):
                parent.add_module(name, fuse_conv_bn_eval(convolution, norm))
                parent.add_module(after, nn.Identity())
    return network
