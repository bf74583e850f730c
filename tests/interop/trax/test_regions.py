import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from harness import Box, Labels, Mask, Polygon
from harness.interop.trax.regions import decode_region, encode_region

numbers = st.floats(allow_nan=False, allow_infinity=False, width=64)


@given(st.builds(Box, numbers, numbers, numbers, numbers))
def test_boxes_keep_every_bit(box):
    assert decode_region(encode_region(box)) == box


@given(st.lists(st.tuples(numbers, numbers), min_size=3).map(lambda points: Polygon(tuple(points))))
def test_polygons_keep_every_bit(polygon):
    assert decode_region(encode_region(polygon)) == polygon


@given(arrays(bool, st.tuples(st.integers(1, 6), st.integers(1, 6))), st.integers(-3, 3))
def test_masks_keep_every_pixel(pixels, x):
    mask = Mask.encode(pixels, x, 2)
    assert decode_region(encode_region(mask)) == mask


def test_a_mask_in_a_larger_window_is_trimmed():
    pixels = np.zeros((4, 5), bool)
    pixels[1:3, 2:4] = True
    assert decode_region("mask:0,0,5,4,7,2,3,2") == decode_region("m0,0,5,4,7,2,3,2,6") == Mask.encode(pixels)


@pytest.mark.parametrize(
    "text", ["", "here", "1,2", "1,2,3,4,5", "1,2,3,inf", "mask:", "mask:0,0,-1,-1,1", "m0,0,99999,99999", "m0,0,1,1,2"]
)
def test_no_region(text):
    with pytest.raises(ValueError, match="found"):
        decode_region(text)


def test_several_objects_are_no_region():
    with pytest.raises(ValueError, match="several"):
        encode_region(Labels(((1, Mask(0, 0, 1, 1, (0, 1))),)))
