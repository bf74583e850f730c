"""Trajectories as text: what is read is what was written, to the last bit; what is not, is refused by line."""

import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from harness import Box, Labels, Mask, Polygon
from harness.core import numerals
from harness.core.regions import Regions, Special
from harness.store.formats import decode_numbers, decode_regions, encode_numbers, encode_regions

NAN = math.nan
NUMBERS = st.floats(allow_nan=False)
BOXES = st.builds(Box, NUMBERS, NUMBERS, NUMBERS, NUMBERS)
POLYGONS = st.lists(st.tuples(NUMBERS, NUMBERS), min_size=3, max_size=9).map(tuple).map(Polygon)
PIXELS = arrays(bool, st.tuples(st.integers(1, 5), st.integers(1, 5)))
MASKS = st.builds(Mask.encode, PIXELS, st.integers(-999, 9999), st.integers(-999, 9999))
ANYTHING = st.none() | BOXES | POLYGONS | MASKS | st.sampled_from(Special)


@pytest.fixture(params=[0, 1e9], ids=["compiled", "numpy"], autouse=True, scope="module")
def reader(request):
    """Each test with either reader of numbers at work."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(numerals, "_PAYS_OFF", request.param)
        yield


@given(st.lists(ANYTHING, max_size=9))
@example([Mask(-3, 4, 3, 2, (2, 1, 1, 2))])  # a window that is not the smallest stays as it is
@example([None, Special.INITIALISED])
def test_every_kind_of_line_comes_back(regions):
    text = encode_regions(Regions.collect(regions))
    assert text.count("\n") == len(regions)
    back = decode_regions(text)
    assert back == Regions.collect(regions)
    assert [type(region) for region in back] == [type(region) for region in regions]
    assert encode_regions(back) == text


@given(arrays(np.float64, st.tuples(st.integers(0, 20), st.just(4)), elements=st.floats()))
def test_boxes_come_back_to_the_bit(boxes):
    back = decode_regions(encode_regions(Regions(boxes))).boxes
    assert back.shape == boxes.shape
    known = ~np.isnan(boxes)
    assert np.array_equal(known, ~np.isnan(back))
    assert back[known].tobytes() == boxes[known].tobytes()


@given(arrays(np.float64, st.integers(0, 20), elements=st.floats()))
def test_numbers_come_back_to_the_bit(values):
    back = decode_numbers(encode_numbers(values))
    known = ~np.isnan(values)
    assert back.dtype == np.float64
    assert np.array_equal(known, ~np.isnan(back))
    assert back[known].tobytes() == values[known].tobytes()


def test_the_fields_lines():
    square = Polygon(((0, 0), (1, 0), (1, 1.5), (0, 1)))
    regions = [Special.FAILED, square, Mask(3, 4, 2, 1, (0, 2)), None, Box(1, 2.5, 3, 4)]
    text = encode_regions(Regions.collect(regions))
    assert text.splitlines() == ["2", "0,0,1,0,1,1.5,0,1", "m3,4,2,1,0,2", "nan,nan,nan,nan", "1,2.5,3,4"]


def test_a_tracker_may_answer_with_numpys_numbers():
    box, point = np.array([1, 2.5, 3, 4], np.float32), tuple(np.zeros(2))
    mixed = [Box(*box), Polygon((point, point, point)), Mask(np.int64(1), np.int64(2), 1, 1, (0, np.int64(1)))]
    assert encode_regions(Regions.collect(mixed)) == "1,2.5,3,4\n0,0,0,0,0,0\nm1,2,1,1,0,1\n"


def test_several_objects_are_no_text():
    with pytest.raises(ValueError, match="index images"):
        encode_regions(Regions.collect([Labels(())]))


JUNK = [
    "",
    " ",
    "x",
    "1,2",
    "1,2,3",
    "1,2,3,4,5",
    "1,2,3,4,5,6,7",
    "1,2,3,4,",
    "1,2,3 4",
    "1 2 3 4",
    "1;2;3;4",
    "1,2,3,0x4g",
    "1,2,3,4 # a note",
    "# a note",
    "3",
    "-1",
    "1.7",
    "inf",
    "nan",
    "m",
    "m1,2,3",
    "m1,2,2,2,3",
    "m1,2,-1,-1,1",
    "m1,2,1.5,2,3",
    "<html>",
]


@pytest.mark.parametrize("junk", JUNK)
@pytest.mark.parametrize("beside", ["1,2,3,4", "m0,0,1,1,0,1", "2"])
def test_junk_is_refused_by_line(junk, beside):
    with pytest.raises(ValueError, match="line 2: expected a box, polygon, mask or code, found") as error:
        decode_regions(f"{beside}\n{junk}\n{beside}\n")
    assert repr(junk) in str(error.value)
    with pytest.raises(ValueError, match="line 1: "):
        decode_regions(f"{junk}\n")


def test_an_empty_last_line_is_junk():
    with pytest.raises(ValueError, match="line 2: expected a box, polygon, mask or code, found ''"):
        decode_regions("1,2,3,4\n\n")


def test_a_long_line_is_not_shown_whole():
    with pytest.raises(ValueError, match="line 1: ") as error:
        decode_regions("?" * 5000)
    assert len(str(error.value)) < 150


def test_nothing_is_an_empty_trajectory():
    assert len(decode_regions("")) == len(decode_numbers("")) == 0


def test_what_is_no_number_is_named():
    with pytest.raises(ValueError, match="junk"):
        decode_numbers("0.5\njunk\n")
