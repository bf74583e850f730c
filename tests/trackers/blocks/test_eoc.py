"""EoC blocks: both ways across, and what training drops."""

import pytest
import torch

from trackers.blocks.eoc import DropPath, EoCBlock


def test_branches_are_dropped_for_whole_samples_and_only_in_training():
    torch.manual_seed(0)
    drop, x = DropPath(0.25), torch.ones(2000, 3, 2, 4)
    assert drop.eval()(x) is x
    dropped = drop.train()(x).flatten(1)
    assert set(dropped.unique().tolist()) == {0, torch.tensor(4 / 3).item()}
    assert (dropped == dropped[:, :1]).all()
    assert (dropped[:, 0] == 0).float().mean() == pytest.approx(0.25, abs=0.04)


@torch.no_grad()
def test_both_streams_see_each_other_as_before_the_block():
    """Swapping the images swaps what `correlate` answers, and its search half alone is the same."""
    torch.manual_seed(0)
    block = EoCBlock(16, 2, 1, 2, drop_path=0.0).eval()
    z, x = torch.randn(2, 4, 4, 16), torch.randn(2, 8, 8, 16)
    new_z, new_x = block.correlate(z, x)
    swapped_x, swapped_z = block.correlate(x, z)
    torch.testing.assert_close((new_z, new_x), (swapped_z, swapped_x))
    torch.testing.assert_close(new_x, block.correlate_search(z, x))
    assert not torch.allclose(new_x, block(x))
