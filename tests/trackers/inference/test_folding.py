"""A folded network answers as it did."""

from copy import deepcopy

import torch
from torch import nn

from trackers.inference.folding import folded
from trackers.siamx.network import SiamX


def unsettled(network):
    """Norms that scale and shift, each channel otherwise."""
    torch.manual_seed(0)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            for tensor in (module.weight.data, module.running_var):
                tensor.uniform_(0.8, 1.2)
            for tensor in (module.bias.data, module.running_mean):
                tensor.uniform_(-0.1, 0.1)
    return network.double().eval()


@torch.inference_mode()
def test_siamx_answers_as_it_did():
    torch.manual_seed(0)
    network = unsettled(SiamX(align=True))
    before = deepcopy(network)
    assert folded(network) is network
    assert not any(isinstance(module, nn.BatchNorm2d) for module in network.modules())
    images = torch.rand(1, 3, 127, 127).double(), torch.rand(1, 3, 175, 175).double()
    for ours, expected in zip(network(*images), before(*images), strict=True):
        assert expected.std() > 0
        assert (ours - expected).abs().max() <= 1e-6 * expected.std()


def test_a_norm_elsewhere_is_left_alone():
    network = nn.Sequential(nn.BatchNorm2d(3), nn.Conv2d(3, 3, 1), nn.ReLU(), nn.BatchNorm2d(3)).eval()
    kept = list(network)
    assert list(folded(network)) == kept
