"""ResNet-50 as siamese trackers cut it: stride 8 throughout, the deep layers dilated instead.

He, Zhang, Ren and Sun, "Deep Residual Learning for Image Recognition", CVPR 2016; changed as in SiamRPN++ (Li et
al., CVPR 2019; PySOT), which Ocean, SiamBAN and SiamX took over: no padding where the stride is 2, so that a feature's
place does not depend on the border; the first block of a dilated layer dilated by half; shortcuts of 3 x 3.
"""

from __future__ import annotations

from torch import Tensor, nn

__all__ = ["Bottleneck", "DilatedResNet50"]

EXPANSION = 4
LAYERS = ((3, 64, 1, 1), (4, 128, 2, 1), (6, 256, 1, 2), (3, 512, 1, 4))  # blocks, channels, stride, dilation


class Bottleneck(nn.Module):
    """1 x 1, 3 x 3 and 1 x 1 convolutions beside a shortcut."""

    def __init__(self, inputs: int, channels: int, stride: int, dilation: int, shortcut: nn.Module | None) -> None:
        super().__init__()
        padding = 0 if stride == 2 else dilation
        self.conv1 = nn.Conv2d(inputs, channels, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, stride, padding, dilation, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.conv3 = nn.Conv2d(channels, channels * EXPANSION, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(channels * EXPANSION)
        self.downsample = shortcut
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        y = self.relu(self.bn1(self.conv1(x)))
        y = self.relu(self.bn2(self.conv2(y)))
        y = self.bn3(self.conv3(y))
        y += x if self.downsample is None else self.downsample(x)
        added: Tensor = self.relu(y)
        return added


class DilatedResNet50(nn.Module):
    """The stem and the first `layers` layers: 3 for Ocean and SiamX, 4 for SiamRPN++ and SiamBAN.

    Takes ``(N, 3, S, S)`` and gives each layer's output: 256, 512, 1024 and 2048 channels. A side of 127 pixels
    comes to 31, then 15 for all that follow; 255 to 63, then 31.
    """

    def __init__(self, layers: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, 2, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        inputs = 64
        self._names = [f"layer{number}" for number in range(1, layers + 1)]
        for name, (blocks, channels, stride, dilation) in zip(self._names, LAYERS, strict=False):
            self.add_module(name, _layer(inputs, blocks, channels, stride, dilation))
            inputs = channels * EXPANSION
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, x: Tensor) -> list[Tensor]:
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        outputs = []
        for name in self._names:
            x = self.get_submodule(name)(x)
            outputs.append(x)
        return outputs


def _layer(inputs: int, blocks: int, channels: int, stride: int, dilation: int) -> nn.Sequential:
    outputs = channels * EXPANSION
    first = max(dilation // 2, 1)
    if stride == dilation == 1:
        shortcut = nn.Conv2d(inputs, outputs, 1, bias=False)
    else:
        shortcut = nn.Conv2d(inputs, outputs, 3, stride, 0 if stride == 2 else first, first, bias=False)
    head = Bottleneck(inputs, channels, stride, first, nn.Sequential(shortcut, nn.BatchNorm2d(outputs)))
    return nn.Sequential(head, *(Bottleneck(outputs, channels, 1, dilation, None) for _ in range(blocks - 1)))
