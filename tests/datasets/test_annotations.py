import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.core import numerals
from harness.core.errors import BadAnnotation, MissingData
from harness.datasets.annotations import parse_boxes, parse_flags, read_boxes

NUMBER = st.floats(-1e6, 1e6) | st.just(float("nan"))
ROWS = st.lists(st.tuples(NUMBER, NUMBER, NUMBER, NUMBER), min_size=1, max_size=8)


@pytest.fixture(params=[0, 1e9], ids=["compiled", "numpy"], autouse=True, scope="module")
def reader(request):
    """Each test with either reader of numbers at work."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(numerals, "_PAYS_OFF", request.param)
        yield


@settings(deadline=None)
@given(ROWS, st.sampled_from([",", "\t", " ", ", ", " ,\t", "   "]), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_any_separator_line_end_and_last_newline_read_the_same(rows, separator, end, closed):
    text = end.join(separator.join(map(repr, row)) for row in rows) + end * closed
    assert np.array_equal(parse_boxes(text.encode(), "x"), np.array(rows), equal_nan=True)


def test_a_byte_order_mark_and_leading_spaces_are_no_numbers():
    assert parse_boxes(b"\xef\xbb\xbf  1 2 3 4 \n", "x").tolist() == [[1, 2, 3, 4]]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"1,2,3,4\n1,2,three,4\n", "x:2: expected a number, found 'three'"),
        (b"1,2,3,4\n\n1,2,3,4\n", "x:2: expected 4 numbers x,y,w,h, found ''"),
        (b"1,2,3,4\n1,2,3\n", "x:2: expected 4 numbers x,y,w,h, found '1,2,3'"),
        (b"1,2,3\n1,2,3\n", "x:1: expected 4 numbers x,y,w,h, found '1,2,3'"),
        (b"1,2,3,4,5\n", "x:1: expected 4 numbers x,y,w,h, found '1,2,3,4,5'"),
        (b"1,,2,3,4\n", "x:1: expected 4 numbers x,y,w,h, found '1,,2,3,4'"),
        (b"1,2,3,4\n,1,2,3,4\n", "x:2: expected 4 numbers x,y,w,h, found ',1,2,3,4'"),
        (b"1,2,inf,4\n", "x:1: expected a number, found 'inf'"),
        (b"1,2,3,4\n1,2,1e999,4\n", "x:2: expected a number, found '1e999'"),
        (b"1_0,2,3,4\n", "x:1: expected a number, found '1_0'"),
        (b"1,2,3,4\n\x00\x00\x00\x00", "x:2: expected 4 numbers x,y,w,h, found '\\x00\\x00\\x00\\x00'"),
        ("1,2,\uff13,4\n".encode(), "x:1: expected a number, found 'ï¼\\x93'"),
        (b"# x,y,w,h\n", "x:1: expected 4 numbers x,y,w,h, found '# x,y,w,h'"),
        (b"", "x: expected rows of 4 numbers, found an empty file"),
        (b"\n\n", "x: expected rows of 4 numbers, found an empty file"),
    ],
)
def test_anything_else_names_its_line_and_value(text, message):
    with pytest.raises(BadAnnotation) as caught:
        parse_boxes(text, "x")
    assert str(caught.value).startswith(message)


def test_a_file_that_is_not_there_is_missing(tmp_path):
    with pytest.raises(MissingData, match=r"none\.txt: No such file"):
        read_boxes(tmp_path / "none.txt")


@given(st.lists(st.sampled_from(["0", "1", "-3e2"]), min_size=1), st.sampled_from([",", "\n", "\r\n", " \t", ",\n"]))
def test_flags_are_read_a_line_each_or_all_in_one(words, separator):
    assert parse_flags(separator.join(words).encode(), "x", len(words)).tolist() == list(map(float, words))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"0,1,yes", "x: expected a number, found 'yes'"),
        (b"0,1,inf", "x: expected a number, found 'inf'"),
        (b"0,1", "x: expected 3 flags, found 2; copy it again"),
    ],
)
def test_what_is_no_flag_is_named(text, message):
    with pytest.raises(BadAnnotation) as caught:
        parse_flags(text, "x", 3)
    assert str(caught.value) == message
