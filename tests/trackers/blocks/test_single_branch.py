"""The trunk's own words: its stages, how it begins to be trained, and its two streams."""

import pytest
import torch

from trackers.blocks.eoc import DropPath
from trackers.blocks.single_branch import SingleBranch, Stage

STAGES = (Stage(8, 2, 1, 4, 2, 2), Stage(16, 3, 2, 2, 1, 2, cross=(2,)))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"cross": (2, 4)}, "a stage of 3 blocks cannot correlate in block 4"),
        ({"cross": (0,)}, "cannot correlate in block 0"),
        ({"heads": 5}, "16 channels cannot be split into 5 heads"),
    ],
)
def test_a_stage_that_cannot_be_is_refused(wrong, words):
    with pytest.raises(ValueError, match=words):
        Stage(**{"width": 16, "depth": 3, "heads": 2, "stride": 1, "reduction": 1, "mlp_ratio": 4} | wrong)


@torch.no_grad()
def test_weights_begin_as_in_pvtv2():
    torch.manual_seed(0)
    trunk = SingleBranch((Stage(64, 2, 1, 4, 4, 8),))
    block = trunk.get_submodule("block1.0")
    assert block.mlp.fc1.weight.std() == pytest.approx(0.02, rel=0.05)
    assert block.attn.sr.weight.std() == pytest.approx((2 / (4 * 4 * 64)) ** 0.5, rel=0.05)
    assert block.mlp.dwconv.dwconv.weight.std() == pytest.approx((2 / 9) ** 0.5, rel=0.05)
    biases = [value for name, value in trunk.named_parameters() if name.endswith("bias")]
    assert not any(bias.any() for bias in biases)
    assert (block.norm1.weight == 1).all()


def test_deeper_blocks_are_dropped_more_often():
    rates = [module.rate for module in SingleBranch(STAGES).modules() if isinstance(module, DropPath)]
    assert rates == pytest.approx([0, 0.025, 0.05, 0.075, 0.1])


@torch.no_grad()
def test_the_search_stream_is_the_same_with_and_without_the_template_beside_it():
    torch.manual_seed(0)
    trunk = SingleBranch(STAGES).eval()
    template, search = torch.randn(2, 3, 32, 32), torch.randn(2, 3, 64, 64)
    z, x = trunk(template, search)
    assert (z.shape, x.shape) == ((2, 4, 4, 16), (2, 8, 8, 16))
    torch.testing.assert_close(trunk.correlate(trunk.extract(template), trunk.extract(search)), x)
    alone, _ = trunk(template, template)
    assert not torch.allclose(z, alone)
