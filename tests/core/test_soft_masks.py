"""Soft masks in 8 bits: the same in the image to half a level, and on the same side of one half."""

import zlib

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from harness import SoftMask
from harness.core.soft_masks import HALF, PackedSoftMask

WIDTH, HEIGHT = 6, 4
VALUES = arrays(np.float32, st.tuples(st.integers(0, 7), st.integers(0, 7)), elements=st.floats(0, 1, width=32))
BELOW = np.nextafter(np.float32(0.5), np.float32(0))


@given(VALUES, st.integers(-9, 9), st.integers(-9, 9))
@example(np.array([[0.5, BELOW, 1, 0]], np.float32), 1, 1)
def test_what_lies_in_the_image_comes_back(values, x, y):
    packed = PackedSoftMask.pack(SoftMask(x, y, values), WIDTH, HEIGHT)
    expected = np.zeros((HEIGHT, WIDTH))
    for (row, column), value in np.ndenumerate(values):
        if 0 <= y + row < HEIGHT and 0 <= x + column < WIDTH:
            expected[y + row, x + column] = value
    levels = packed.levels(WIDTH, HEIGHT)
    assert (levels.dtype, levels.shape) == (np.uint8, (HEIGHT, WIDTH))
    assert np.abs(levels / 255 - expected).max() <= 0.5 / 255 + 1e-7
    np.testing.assert_array_equal(levels >= HALF, expected >= 0.5)


def test_it_is_cut_to_what_is_not_nothing():
    values = np.zeros((480, 854), np.float32)
    values[100:150, 200:300] = 0.75
    packed = PackedSoftMask.pack(SoftMask(0, 0, values), 854, 480)
    assert (packed.x, packed.y, packed.w, packed.h) == (200, 100, 100, 50)
    assert len(packed.deflated) < 100


@pytest.mark.parametrize("bad", [[0.5, 0.5], [[np.nan, 0]], [[1.01]], [[-0.01]], [[np.inf]], 0.5])
def test_what_are_no_probabilities_is_refused(bad):
    with pytest.raises(ValueError, match=r"expected probabilities \(h, w\) from 0 to 1, found"):
        PackedSoftMask.pack(SoftMask(0, 0, np.array(bad, np.float32)), WIDTH, HEIGHT)


@pytest.mark.parametrize("deflated", [b"", b"junk", zlib.compress(b"abc")])
def test_a_window_that_does_not_hold_what_it_should(deflated):
    with pytest.raises(ValueError, match=r"deflated|reshape"):
        PackedSoftMask(0, 0, 2, 1, deflated).levels(9, 9)
