"""The sizes are the paper's: what it prints of them, as far as it agrees with itself."""

from functools import cache

import pytest
import torch
from torch import nn

from trackers.inference.complexity import measure
from trackers.sbt.architectures import ARCHITECTURES, as_printed
from trackers.sbt.network import SBT


@cache
def without_values(name):
    with torch.device("meta"):
        return SBT(ARCHITECTURES[name])


@cache
def profiled(name):
    """What a profiler sees of the official code: template and search image to the end of the trunk, and the heads."""
    network, architecture = without_values(name), ARCHITECTURES[name]
    z, x = (
        torch.empty(1, 3, side, side, device="meta") for side in (architecture.template_size, architecture.search_size)
    )
    return measure(network, lambda: network.box_head(network.backbone(z, x)[1]))


# In the paper the two columns of light are swapped, and 21.27 is printed for base, with which its 19.27 does not agree.
@pytest.mark.parametrize(
    ("name", "millions", "giga"),
    [("light", 3.81, 3.03), ("small", 13.80, 11.92), ("base", 21.97, 19.27), ("large", 35.20, 31.46)],
)
def test_table_2(name, millions, giga):
    assert int(profiled(name).thop_parameters / 1e4) == round(millions * 100)
    assert round(profiled(name).thop_macs / 1e9, 2) == giga


# Printed are 18.6, 21.1 and 20.8 million of B2, B3 and B5. What is printed of B1, B6, B7 and B8 no build gives.
@pytest.mark.parametrize(
    ("name", "millions", "giga"), [("b2", 18.7, 19.3), ("b3", 21.2, 22.5), ("b4", 20.5, 19.2), ("b5", 20.9, 24.4)]
)
def test_table_1(name, millions, giga):
    assert round(profiled(name).thop_parameters / 1e6, 1) == millions
    assert profiled(name).thop_macs / 1e9 == pytest.approx(giga, abs=0.06)


@pytest.mark.parametrize(
    ("name", "parameters", "macs"),
    [("light", 3_824_294, 3_467_083_776), ("base", 22_000_198, 20_730_675_200), ("large", 35_250_758, 34_144_583_680)],
)
def test_every_parameter_and_product(name, parameters, macs):
    assert (profiled(name).parameters, profiled(name).macs) == (parameters, macs)


def test_what_tracking_is_spared():
    """The last block's template half, in products a cell: the template has 256, as many as the reduced search map."""
    network, width, hidden = without_values("light"), 160, 640
    with torch.device("meta"):
        z, x = torch.empty(1, 3, 128, 128), torch.empty(1, 3, 256, 256)
    reduce, keys_and_values = width * width * 2 * 2, 2 * width * width  # of the search features
    query, attention, project = width * width, 2 * 256 * width, width * width
    half = reduce + keys_and_values + query + attention + project + 2 * width * hidden + 9 * hidden
    once = measure(network, lambda: network.template(z))
    state = network.template(z)
    step = measure(network, lambda: network.search(state, x))
    assert step.macs == profiled("light").macs - 256 * half - once.macs


def test_the_papers_reading():
    printed = as_printed(ARCHITECTURES["base"])
    with torch.device("meta"):
        parameters = sum(parameter.numel() for parameter in SBT(printed).parameters())
    assert parameters == 21_346_630
    assert printed.head == "mixer_eq7"


@pytest.mark.parametrize("name", ["base", "b5", "b7", "t10_c6"])
def test_every_cell_answers(name):
    """Strides of 8 on 256 pixels, and of 16 on 320."""
    cells = 400 if name == "b7" else 1024
    state = without_values(name).template(torch.empty(2, 3, 128, 128, device="meta"))
    side = ARCHITECTURES[name].search_size
    response = without_values(name).search(state, torch.empty(2, 3, side, side, device="meta"))
    assert (response.logits.shape, response.boxes.shape) == ((2, cells, 2), (2, cells, 4))


def test_what_outputs_hardly_tell():
    """Epsilons, the activation and the biases of the official code."""
    for name, module in without_values("light").named_modules():
        if isinstance(module, nn.LayerNorm):
            assert module.eps == (1e-5 if "patch_embed" in name or "attn" in name else 1e-6), name
        if isinstance(module, nn.GELU):
            assert module.approximate == "none"
        if isinstance(module, nn.Linear | nn.Conv2d):
            assert module.bias is not None
