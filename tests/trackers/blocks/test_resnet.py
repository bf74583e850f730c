"""The dilated ResNet-50: the sizes that correlation counts on."""

import pytest
import torch

from trackers.blocks.resnet import DilatedResNet50


@pytest.mark.parametrize(("side", "sides"), [(127, [31, 15, 15, 15]), (255, [63, 31, 31, 31]), (271, [67, 33, 33, 33])])
def test_every_layer_has_its_channels_and_size(side, sides):
    with torch.device("meta"):
        layers = DilatedResNet50(layers=4)(torch.empty(2, 3, side, side))
    assert [tuple(layer.shape) for layer in layers] == [
        (2, channels, size, size) for channels, size in zip((256, 512, 1024, 2048), sides, strict=True)
    ]


@pytest.mark.parametrize(("layers", "side", "reach"), [(2, 127, 91), (3, 303, 267)])
def test_a_cell_sees_as_far_as_strides_and_dilations_say(layers, side, reach):
    """7 pixels, 4 more for the pool, 3 x 8 for layer 1, 8 + 3 x 16 for layer 2, 16 + 5 x 32 for layer 3."""
    torch.manual_seed(0)
    network = DilatedResNet50(layers).eval()
    image = torch.rand(1, 3, side, side, requires_grad=True)
    features = network(image)[-1]
    middle = features.shape[-1] // 2
    features[0, :, middle, middle].sum().backward()
    seen = image.grad[0].abs().sum(0).nonzero()
    assert (seen.max(0).values - seen.min(0).values + 1).tolist() == [reach, reach]
