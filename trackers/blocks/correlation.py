"""How a siamese tracker looks for one feature map in another.

Depth-wise cross-correlation is SiamRPN++'s (Li et al., CVPR 2019): each channel of the search region is correlated
with the same channel of the template.
"""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn.functional import conv2d

__all__ = ["Neck", "depthwise_correlation", "encoder"]

TEMPLATE = 7  # cells of a template's middle that are kept
WIDEST_TEMPLATE = 19  # cells; what is wider is a search region


class Neck(nn.Module):
    """Fewer channels, and of a template only the middle 7 x 7 cells: the target without its surroundings."""

    def __init__(self, inputs: int, channels: int = 256) -> None:
        super().__init__()
        self.downsample = nn.Sequential(nn.Conv2d(inputs, channels, 1, bias=False), nn.BatchNorm2d(channels))

    def forward(self, x: Tensor) -> Tensor:
        width = x.shape[-1]
        if width <= WIDEST_TEMPLATE:
            first = (width - TEMPLATE) // 2
            x = x[..., first : first + TEMPLATE, first : first + TEMPLATE]
        reduced: Tensor = self.downsample(x)
        return reduced


def encoder(channels: int = 256, dilation: tuple[int, int] = (1, 1)) -> nn.Sequential:
    """What a feature map passes before it is correlated: a 3 x 3 convolution without padding, norm and ReLU."""
    convolution = nn.Conv2d(channels, channels, 3, dilation=dilation, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(channels), nn.ReLU(inplace=True))


def depthwise_correlation(search: Tensor, kernel: Tensor) -> Tensor:
    """Each channel of `search` ``(N, C, H, W)`` correlated with that of `kernel` ``(N, C, h, w)``.

    Returns ``(N, C, H - h + 1, W - w + 1)``. Every item has a kernel of its own; one grouped convolution does
    them all.

    >>> import torch
    >>> depthwise_correlation(torch.tensor([[[[1.0, 2.0, 3.0]]]]), torch.tensor([[[[1.0, 10.0]]]]))
    tensor([[[[21., 32.]]]])
    """
    n, c = search.shape[:2]
    channels = search.reshape(1, n * c, *search.shape[2:])
    response = conv2d(channels, kernel.reshape(n * c, 1, *kernel.shape[2:]), groups=n * c)
    return response.view(n, c, *response.shape[2:])
