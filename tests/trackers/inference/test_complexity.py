"""Counts by hand."""

import torch
from torch import nn
from torch.nn.functional import scaled_dot_product_attention

from trackers.inference.complexity import Complexity, measure


class Small(nn.Module):
    """A norm, a depthwise convolution, a projection and attention of 16 tokens, of 4 channels."""

    def __init__(self):
        super().__init__()
        self.norm = nn.LayerNorm(4)
        self.conv = nn.Conv2d(4, 4, 3, padding=1, groups=4)
        self.linear = nn.Linear(4, 4)

    def forward(self, x):
        x = self.conv(self.norm(x).permute(0, 3, 1, 2)).flatten(2).mT
        tokens = self.linear(x)[:, None]
        return scaled_dot_product_attention(tokens, tokens, tokens)


def test_attention_counts_only_where_it_is_said_to():
    with torch.device("meta"):
        network, x = Small(), torch.empty(3, 4, 4, 4)
    conv, linear, attention, norm = 3 * 16 * 4 * 9, 3 * 16 * 4 * 4, 3 * 2 * 16 * 16 * 4, 2 * 3 * 16 * 4
    parameters = (4 * 9 + 4) + (4 * 4 + 4)
    assert measure(network, lambda: network(x)) == Complexity(
        parameters=parameters + 8,
        macs=conv + linear + attention,
        thop_parameters=parameters,
        thop_macs=conv + linear + norm,
    )


def test_nothing_is_counted_after_the_step():
    with torch.device("meta"):
        network, x = Small(), torch.empty(3, 4, 4, 4)
    first = measure(network, lambda: network(x))
    network(x)
    assert measure(network, lambda: network(x)) == first
    assert measure(network, lambda: None).macs == measure(network, lambda: None).thop_macs == 0
