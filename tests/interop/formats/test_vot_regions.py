"""VOT's text of regions: what is written comes back, and vot-toolkit reads the same."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from harness import Box, Labels, Mask, Polygon
from harness.core.errors import BadResults
from harness.core.regions import Regions, Special
from harness.interop.formats.vot_regions import decode_text, encode_text

NUMBERS = st.floats(-1e6, 1e6) | st.integers(-(10**7), 10**7).map(lambda n: n / 10**4)
POINTS = st.lists(st.tuples(NUMBERS, NUMBERS), min_size=3, max_size=6).map(tuple)
MASKS = st.builds(
    Mask.encode, arrays(bool, st.tuples(st.integers(1, 5), st.integers(1, 5))), st.integers(-9, 999), st.integers(0, 99)
)
REGIONS = st.builds(Box, *[NUMBERS] * 4) | POINTS.map(Polygon) | MASKS | st.sampled_from(Special) | st.none()


@given(st.lists(REGIONS, min_size=1, max_size=8).map(Regions.collect))
def test_what_is_written_comes_back(regions):
    text = encode_text(regions)
    assert text.count(b"\n") == len(regions)
    assert decode_text(text, "") == regions
    assert encode_text(decode_text(text, "")) == text


def test_four_decimals_where_they_keep_all_numbers():
    assert encode_text(Regions([[556.0056, 2, 3, 4]])) == b"556.0056,2.0000,3.0000,4.0000\n"
    assert encode_text(Regions([[1 / 3, 2, 3, 4]])) == b"0.3333333333333333,2.0,3.0,4.0\n"


@pytest.mark.parametrize(
    ("text", "regions"),
    [
        (b"1\r\n 1, 2 ,3,4 \r\n", [Special.INITIALISED, Box(1, 2, 3, 4)]),
        (b"\xef\xbb\xbf1.0000\n2\n0\n\n", [Special.INITIALISED, Special.FAILED, Special.SKIPPED]),
        (b"1,2,3,4", [Box(1, 2, 3, 4)]),
        (b"1\nNaN,NaN,NaN,NaN\n1,2,nan,4,5,6", [Special.INITIALISED, None, None]),
        (b"m0,0,0,0,0\nm12,7,5,3,2,3,4,1,5", [Mask(0, 0, 0, 0, ()), Mask(12, 7, 5, 3, (2, 3, 4, 1, 5))]),
    ],
)
def test_what_toolkits_write(text, regions):
    assert list(decode_text(text, "")) == regions


@pytest.mark.parametrize(
    "line",
    [
        *(
            "",
            "3",
            "-1",
            "1.5",
            "nan",
            "inf",
            "1,2",
            "1,2,3",
            "1,2,3,inf",
            "1,2,3,4,5",
            "1_0,2,3,4",
            "1;2;3;4",
            "1,,3,4",
        ),
        *("m", "m1,2,3", "m0,0,2,2,1", "m0,0,2,2,9", "m0,0,2,2,-1,5", "m0,0,2,2,1.0,3", "m0,0,-2,-2,4"),
        *("m0,0,99999,99999,9999800001", "m99999,0,1,1,0,1", f"m0,0,1,1,{'9' * 5000}", "x1,2,3,4", "\0", "é"),
    ],
)
def test_junk_is_refused_by_its_line(line):
    with pytest.raises(BadResults, match=r"^f\.txt:2: expected .* found ") as error:
        decode_text(f"1\n{line}\n1\n".encode("latin-1"), "f.txt")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("text", [b"", b"\n \n"])
def test_an_empty_file_is_refused(text):
    with pytest.raises(BadResults, match="found an empty file"):
        decode_text(text, "f.txt")


def test_infinite_boxes_are_refused_by_their_line():
    with pytest.raises(BadResults, match=r"f\.txt:2: .* found '1,2,3,inf'"):
        decode_text(b"1,2,3,4\n1,2,3,inf\n", "f.txt")


@given(st.binary(max_size=40))
def test_any_bytes_are_read_or_refused(data):
    try:
        decode_text(data, "f.txt")
    except BadResults as error:
        assert "\n" not in str(error)


def test_labels_are_refused():
    with pytest.raises(ValueError, match="one object a file"):
        encode_text(Regions.collect([Labels(())]))


def test_the_toolkit_reads_the_same():
    io = pytest.importorskip("vot.region.io", reason="vot-toolkit is not installed")
    shapes = [Box(1.25, -2, 3, 4), Polygon(((0.5, 1), (5, 0), (5, 5), (0, 6))), None, *Special]
    pixels = np.array([[0, 1, 1, 0], [1, 1, 0, 0], [0, 0, 0, 1]])
    masks = [Mask.encode(pixels, 12, 7), Mask.encode([[0]])]
    lines = encode_text(Regions.collect([*shapes, *masks])).decode().splitlines()
    box, polygon, nothing, *codes, mask, empty = map(io.parse_region, lines)
    assert (box.x, box.y, box.width, box.height) == (1.25, -2, 3, 4)
    assert [tuple(point) for point in polygon.points()] == list(shapes[1].points)
    assert [region.code for region in (nothing, *codes)] == [0, 0, 1, 2]
    assert np.array_equal(mask.mask, pixels)
    assert mask.offset == (12, 7)
    assert empty.is_empty()
    back = decode_text("\n".join(map(str, (box, polygon, *codes, mask, empty))).encode(), "")
    assert list(back) == [*shapes[:2], *Special, *masks]
    assert math.isnan(decode_text(b"nan,nan,nan,nan", "").boxes[0, 0])
