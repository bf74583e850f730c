"""VOT's binary form: read as vot-toolkit writes it; what lies about its length or kind is refused."""

import io
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness import Box, Mask, Polygon
from harness.core.errors import BadResults
from harness.core.regions import Special
from harness.interop.formats.vot_binary import decode_binary

HEAD = struct.pack("<hI", 1, 1)


def test_every_kind_of_region():
    frames = [
        struct.pack("<BI", 0, 2),
        struct.pack("<B4f", 1, 1.5, -2, 3, 4),
        struct.pack("<B4f", 1, np.nan, 0, 0, 0),
        struct.pack("<BH6f", 2, 3, 0, 0, 4, 0, 4, 2.5),
        struct.pack("<B2h3H4H", 3, -1, 2, 3, 2, 4, 1, 2, 2, 1),
        struct.pack("<B2h3H", 3, 0, 0, 0, 0, 0),
    ]
    regions = decode_binary(struct.pack("<hI", 1, len(frames)) + b"".join(frames), "")
    assert list(regions) == [
        Special.FAILED,
        Box(1.5, -2, 3, 4),
        None,
        Polygon(((0, 0), (4, 0), (4, 2.5))),
        Mask(-1, 2, 3, 2, (1, 2, 2, 1)),
        Mask(0, 0, 0, 0, ()),
    ]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "frame 0: unpack_from"),
        (struct.pack("<hI", 2, 0), "frame 0: version 2, expected 1"),
        (struct.pack("<hI", 1, 2**32 - 1) + struct.pack("<BI", 0, 1), "frame 2: unpack_from"),
        (HEAD + struct.pack("<BI", 0, 7), "frame 1: 7 is not a valid Special"),
        (HEAD + struct.pack("<B4f", 1, np.inf, 0, 0, 0), "frame 1: no region"),
        (HEAD + struct.pack("<BH", 2, 65535), "frame 1: unpack_from"),
        (HEAD + struct.pack("<BH4f", 2, 2, 0, 0, 0, 0)[:3], "frame 1: unpack_from"),
        (HEAD + struct.pack("<B2h3HH", 3, 0, 0, 2, 2, 1, 3), "frame 1: runs of a mask 2 x 2 fill it"),
        (HEAD + struct.pack("<B2h3H", 3, 0, 0, 65535, 65535, 0), "frame 1: a mask of 65535 x 65535 pixels"),
        (HEAD + struct.pack("<B2f", 4, 1, 2), "frame 1: a region of type 4, expected 0 to 3"),
        (HEAD + struct.pack("<BI", 0, 1) + b"x", "frame 1: more follows"),
    ],
)
def test_junk_is_refused_by_its_frame(data, says):
    with pytest.raises(BadResults, match=rf"^f\.bin: no trajectory in VOT's binary form \({says}"):
        decode_binary(data, "f.bin")


@given(st.binary(max_size=60).map(HEAD.__add__) | st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(data):
    try:
        decode_binary(data, "f.bin")
    except BadResults as error:
        assert "\n" not in str(error)


def test_what_the_toolkit_writes():
    region = pytest.importorskip("vot.region", reason="vot-toolkit is not installed")
    codec = pytest.importorskip("vot.region.io")
    shapes = pytest.importorskip("vot.region.shapes")
    pixels = np.zeros((300, 400), np.uint8)
    pixels[10:14, 5:90] = 1
    pixels[299, 0] = 1  # more zeros between than a run of two bytes holds
    file = io.BytesIO()
    codec.write_trajectory(
        file,
        [
            region.Special(1),
            shapes.Rectangle(1.5, 2, 3, 4),
            shapes.Polygon([(0, 0), (4, 0), (4, 2.5)]),
            shapes.Mask(pixels, (7, 9)),
        ],
    )
    start, box, polygon, mask = decode_binary(file.getvalue(), "")
    assert (start, box) == (Special.INITIALISED, Box(1.5, 2, 3, 4))
    assert polygon == Polygon(((0, 0), (4, 0), (4, 2.5)))
    assert np.array_equal(mask.decode(407, 309)[9:, 7:], pixels)
