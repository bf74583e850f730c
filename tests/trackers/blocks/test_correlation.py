"""Correlation against loops, and the neck's crop."""

import pytest
import torch

from trackers.blocks.correlation import Neck, depthwise_correlation, encoder


def test_correlation_is_the_sum_over_shifts_of_each_item_and_channel():
    torch.manual_seed(0)
    search, kernel = torch.rand(3, 4, 6, 7).double(), torch.rand(3, 4, 2, 3).double()
    expected = torch.zeros(3, 4, 5, 5).double()
    for row in range(5):
        for column in range(5):
            window = search[:, :, row : row + 2, column : column + 3]
            expected[:, :, row, column] = (window * kernel).sum((2, 3))
    torch.testing.assert_close(depthwise_correlation(search, kernel), expected)


@pytest.mark.parametrize(("width", "left", "size"), [(15, 4, 7), (19, 6, 7), (20, 0, 20), (31, 0, 31)])
def test_the_neck_keeps_the_middle_of_a_template_and_all_of_a_search_region(width, left, size):
    torch.manual_seed(0)
    neck = Neck(8, 4).eval()
    x = torch.rand(1, 8, width, width)
    kept = x[..., left : left + size, left : left + size]
    torch.testing.assert_close(neck(x), neck.downsample(kept))


@pytest.mark.parametrize(("dilation", "shape"), [((1, 1), (29, 29)), ((2, 1), (27, 29)), ((1, 2), (29, 27))])
def test_an_encoder_shrinks_by_its_dilation(dilation, shape):
    assert encoder(2, dilation)(torch.rand(2, 2, 31, 31)).shape[2:] == shape
