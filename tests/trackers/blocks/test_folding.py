"""Folding changes neither what a network answers nor the network."""

import torch
from torch import nn

from trackers.blocks.correlation import encoder
from trackers.blocks.folding import folded
from trackers.blocks.resnet import Bottleneck


def unsettled(network: nn.Module) -> nn.Module:
    """With batch norms that have something to say."""
    torch.manual_seed(0)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            for tensor in (module.weight.data, module.bias.data, module.running_mean, module.running_var):
                tensor.uniform_(0.5, 1.5)
    return network.double().eval()


@torch.inference_mode()
def test_a_folded_network_answers_as_before_without_batch_norms():
    shortcut = nn.Sequential(nn.Conv2d(8, 16, 1, bias=False), nn.BatchNorm2d(16))
    network = unsettled(nn.Sequential(encoder(8), Bottleneck(8, 4, 1, 2, shortcut), Bottleneck(16, 4, 1, 1, None)))
    x = torch.randn(2, 8, 9, 9).double()
    fast = folded(network)
    torch.testing.assert_close(fast(x), network(x))
    assert not any(isinstance(module, nn.BatchNorm2d) for module in fast.modules())


def test_the_network_itself_keeps_its_state():
    network = unsettled(encoder(4))
    before = {key: value.clone() for key, value in network.state_dict().items()}
    folded(network)
    after = network.state_dict()
    assert before.keys() == after.keys()
    assert all(torch.equal(before[key], after[key]) for key in before)
