"""DAVIS's folders of indexed PNGs: numbers in, numbers out; what is no label image is refused before it is unpacked."""

import io
import re
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from harness import Box, Labels
from harness.core.errors import UsageError
from harness.core.palette import PALETTE
from harness.core.regions import Regions
from harness.interop.formats import davis
from harness.interop.formats.format import Entry
from harness.interop.source import Source

FORMAT = davis.Davis()
GOLDEN = Path(__file__).resolve().parents[4] / "shared/golden/inputs/davis17/results"
FIRST = np.array([[0, 1, 1], [0, 2, 254]], np.uint8)
EMPTY = np.zeros((2, 3), np.uint8)


def png(pixels, mode="P"):
    image = Image.fromarray(pixels)
    if mode == "P":
        image.putpalette(PALETTE)
    file = io.BytesIO()
    image.convert(mode).save(file, "PNG") if mode not in ("P", "L") else image.save(file, "PNG")
    return file.getvalue()


def frames(*images, sequence="dog", first=0):
    return {f"{sequence}/{number:05d}.png": png(image) for number, image in enumerate(images, first)}


def test_each_frame_holds_the_numbers_of_its_objects(put):
    source = put(frames(FIRST, EMPTY, FIRST) | frames(FIRST, sequence="cat"))
    assert FORMAT.recognises(source)
    cat, dog = FORMAT.entries(source)
    assert (cat.sequence, dog.sequence, dog.suffix, dog.protocol) == ("cat", "dog", "", "video_segmentation")
    assert dog.size == (3, 2)
    assert list(dog.regions) == [Labels.encode(FIRST), None, Labels.encode(FIRST)]


@pytest.mark.parametrize(
    ("below", "names"),
    [("", ["A", "B"]), ("A", ["A"]), ("A/480p", ["480p"]), ("A/480p/dog", ["dog"]), ("B", ["B"])],
)
def test_any_folder_above_the_sequences_will_do(put, tmp_path, below, names):
    files = {f"A/480p/{file}": content for file, content in frames(FIRST).items()}
    put(files | {f"B/{file}": content for file, content in frames(FIRST).items()})
    trackers = FORMAT.trackers(Source(tmp_path / below))
    assert list(trackers) == names
    for source in trackers.values():
        assert [entry.sequence for entry in FORMAT.entries(source)] == ["dog"]


@pytest.mark.parametrize("mode", ["L", "P", "1"])
def test_white_alone_is_the_first_object(put, mode):
    files = {f"dog/{number:05d}.png": png(EMPTY + np.uint8(255), mode) for number in range(2)}
    (entry,) = FORMAT.entries(put(files))
    assert list(entry.regions) == [Labels.encode(EMPTY + 1)] * 2


def test_the_first_frame_alone_may_be_missing(put):
    (entry,) = FORMAT.entries(put(frames(FIRST, EMPTY, first=1), "without"))
    assert list(entry.regions) == [None, Labels.encode(FIRST), None]
    (entry,) = FORMAT.entries(put(frames(FIRST, first=2), "later"))
    assert "found no 00001.png" in entry.fault


def declares(width, height):
    """A PNG of a few bytes that says it is so large."""
    head = b"IHDR" + struct.pack(">II5B", width, height, 8, 0, 0, 0, 0)
    chunks = [head, b"IDAT" + zlib.compress(b""), b"IEND"]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk)) for chunk in chunks
    )


WHOLE = png(FIRST)


@pytest.mark.parametrize(
    ("second", "says"),
    [
        (b"", "not a PNG that can be decoded"),
        (b"GIF89a" + bytes(30), "not a PNG that can be decoded"),
        (WHOLE[:-20], "not a PNG that can be decoded"),
        (WHOLE[:60] + b"x" + WHOLE[61:], "not a PNG that can be decoded"),
        (declares(2**31 - 1, 2**31 - 1), "declares 2147483647 x 2147483647 pixels, more than"),
        (declares(3, 2), "not a PNG that can be decoded"),
        (png(np.zeros((2, 3, 3), np.uint8), "RGB"), "a PNG with a palette or grey, found one of mode RGB"),
        (png(np.zeros((3, 3), np.uint8)), r"an image of shape \(2, 3\), as those before, found \(3, 3\)"),
        (png(EMPTY + np.uint8(255)), r"objects numbered from 1, or 255 alone in all frames, found \[255\]"),
        (png(np.array([[0, 1, 255], [0, 0, 0]], np.uint8)), r"found \[1, 255\]"),
    ],
)
def test_a_bad_image_is_a_fault_and_the_others_go_on(put, second, says):
    source = put(frames(FIRST) | {"dog/00001.png": second} | frames(FIRST, sequence="elk"))
    bad, good = FORMAT.entries(source)
    assert re.search(f"dog/00001.png: .*{says}", bad.fault)
    assert "\n" not in bad.fault
    assert (good.sequence, good.fault) == ("elk", None)


def test_masks_without_end_are_refused(put, monkeypatch):
    monkeypatch.setattr(davis, "_MOST_RUNS", 20)
    chequered = (np.indices((4, 4)).sum(0) % 2).astype(np.uint8)  # 16 runs
    source = put(frames(FIRST, sequence="cat") | frames(FIRST, chequered))
    cat, dog = FORMAT.entries(put(frames(chequered, sequence="cat") | frames(chequered), "both"))
    assert cat.fault is None
    assert "dog/00000.png: masks of more than 20 runs" in dog.fault
    assert "shape" in list(FORMAT.entries(source))[1].fault


@given(st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), min_size=1, max_size=4))
@settings(max_examples=100, deadline=None)
def test_damage_is_read_or_refused_in_one_line(changes):
    data = bytearray(WHOLE)
    for place, value in changes:
        data[place] = value
    try:
        assert davis._pixels(bytes(data), "f.png").dtype == np.uint8
    except davis.BadResults as error:
        assert "\n" not in str(error)


def entry(regions, protocol="video_segmentation", size=(3, 2), suffix=""):
    return Entry("dog", suffix, protocol, regions, "", size=size)


def test_written_as_the_evaluation_reads_it(put):
    whole = entry(Regions.collect([Labels.encode(FIRST), None]))
    part = entry(Regions([[1, 2, 3, 4]]), size=None, suffix="_1")  # one object's, merged in the other
    files = dict(FORMAT.files("stm", "davis17", [whole, part]))
    assert list(files) == ["stm/dog/00000.png", "stm/dog/00001.png"]
    image = Image.open(io.BytesIO(files["stm/dog/00000.png"]))
    assert (image.mode, bytes(image.getpalette())) == ("P", PALETTE)
    assert np.array_equal(np.asarray(image), FIRST)
    (back,) = FORMAT.entries(FORMAT.trackers(put(files))["stm"])
    assert (back.regions, back.size) == (whole.regions, whole.size)
    assert dict(FORMAT.files("stm", "davis17", [back])) == files


@pytest.mark.parametrize(
    "held", [entry(Regions([[1, 2, 3, 4]]), "one_pass"), entry(Regions.collect([Box(1, 2, 3, 4)]), size=None)]
)
def test_what_is_no_label_image_is_refused(held):
    with pytest.raises(UsageError, match="davis holds label images of video_segmentation"):
        list(FORMAT.files("stm", "davis17", [held]))


def test_results_of_the_evaluation_come_back_with_all_their_numbers():
    if not GOLDEN.is_dir():
        pytest.skip("no results of davis2017-evaluation beside the project")
    source = Source(GOLDEN / "swapped")
    files = dict(FORMAT.files("x", "davis17", FORMAT.entries(source)))
    assert len(files) == len(source.files) == 93
    for path, content in files.items():
        theirs = Image.open(io.BytesIO(source.read(path.removeprefix("x/"))))
        assert np.array_equal(np.asarray(Image.open(io.BytesIO(content))), np.asarray(theirs))
