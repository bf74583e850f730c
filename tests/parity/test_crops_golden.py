"""Crops against those of the official STARK (SBT's too) and TransT, of an image made by a formula."""

import math
from pathlib import Path

import numpy as np
import pytest

from trackers.inference.crops import area_windows, channel_means, context_windows, cut, half_up

GOLDEN = Path(__file__).resolve().parents[2].parent / "shared" / "parity" / "golden" / "crops.npz"

pytestmark = pytest.mark.skipif(not GOLDEN.is_file(), reason=f"needs the official codes' crops in {GOLDEN}")

IMAGE = (np.arange(3 * 97 * 141) * 104729 % 255).astype(np.uint8).reshape(3, 97, 141).transpose(1, 2, 0)


@pytest.mark.parametrize(
    ("number", "box", "factor", "size"),
    [
        (0, [40.0, 30.0, 30.0, 40.0], 2.0, 128),
        (1, [40.0, 30.0, 30.0, 40.0], 5.0, 320),
        (2, [100.3, 60.7, 38.2, 30.9], 5.0, 320),
        (3, [-3.0, -4.0, 20.0, 15.0], 2.0, 128),
    ],
)
def test_stark(number, box, factor, size):
    windows = area_windows(np.array([box]), factor)
    (crop,) = cut([IMAGE[:-1, :-1]], windows, size)  # it fills one pixel early at the right and at the bottom
    with np.load(GOLDEN) as golden:
        np.testing.assert_array_equal(crop[:, ::4, ::4].transpose(1, 2, 0), golden[f"stark{number}"])
        assert math.isclose(size / windows[0, 2], golden[f"stark{number}_factor"])


@pytest.mark.parametrize(("number", "center", "side", "size"), [(0, (55, 50), 75, 128), (1, (120.3, 80.8), 150, 256)])
def test_transt(number, center, side, size):
    windows = context_windows(np.array([center], float), np.array([side], float), half_up)
    crop = cut([IMAGE], windows, size, channel_means(IMAGE))
    with np.load(GOLDEN) as golden:
        np.testing.assert_array_equal(crop[..., ::4, ::4], golden[f"transt{number}"])
