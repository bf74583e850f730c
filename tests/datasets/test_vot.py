import json
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.errors import BadAnnotation, BadImage, MissingData, UsageError
from harness.core.record import sequence_fingerprint
from harness.core.regions import Box, Mask, Polygon
from harness.datasets import vot
from harness.datasets.synthetic.compose import Recipe
from harness.datasets.synthetic.layouts.write import make
from harness.datasets.vot import vot2016, vot2018, vot2019, vot2020, vot2021, vot2022

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
ANNOTATIONS = SHARED / "data" / "annotations" / "VOT"
BAG = SHARED / "data" / "VOT"
GOLDEN = SHARED / "golden" / "inputs" / "vot2020" / "gt"

CORNERS = "1,2,5.5,2,5.5,4,1,4"
MASK = "m1,2,3,2,1,2,1,2"
FACTS = "name=ants1\nfps=30\nformat=default\nchannels.color=color/%08d.jpg\nwidth=12\nheight=8\n"


def need(path):
    if not path.exists():
        pytest.skip(f"needs the real data in {path}")


def folder(root, name="ants1", rows=(CORNERS,) * 3, images=3, *, facts=FACTS, anchors=None, into="color"):
    """A sequence in VOT's layout, of images 12 by 8."""
    home = root / name
    (home / into).mkdir(parents=True)
    for number in range(1, images + 1):
        cv2.imwrite(str(home / into / f"{number:08d}.jpg"), np.full((8, 12, 3), 20 * number, np.uint8))
    (home / "groundtruth.txt").write_text("".join(f"{row}\n" for row in rows))
    if facts:
        (home / "sequence").write_text(facts)
    if anchors is not None:
        (home / "anchor.value").write_text(anchors)
    return home


def flags(sequence):
    return {name: values.tolist() for name, values in sequence.truth.flags.items()}


def test_rectangles_corners_tags_and_values_as_written(tmp_path):
    home = folder(tmp_path, rows=(CORNERS, "1.5,2,3,4", "nan,nan,nan,nan"))
    (home / "occlusion.tag").write_text("0\n1\n")
    (home / "camera_motion.label").write_text("1\n1\n1")
    (home / "motion_change.tag").write_text("")
    (home / "practical.value").write_text("0.25\r\n0.5\r\n")
    data = vot2019(tmp_path)
    assert (data.name, data.available, len(data.missing), data.extra) == ("vot2019", ("ants1",), 59, ())
    ants = data["ants1"]
    assert list(ants.truth.regions) == [Polygon(((1, 2), (5.5, 2), (5.5, 4), (1, 4))), Box(1.5, 2, 3, 4), None]
    assert ants.truth.absent.tolist() == [False, False, True]
    assert flags(ants) == {
        "camera_motion": [1, 1, 1],
        "motion_change": [0, 0, 0],
        "occlusion": [0, 1, 0],
        "practical": [0.25, 0.5, 0],
    }
    assert (ants.size, ants.attributes) == ((12, 8), frozenset())
    assert [round(frame.pixels.mean() / 20) for frame in ants.frames] == [1, 2, 3]


def test_masks_and_anchors(tmp_path):
    folder(tmp_path, rows=(MASK, "m0,0,0,0,0", "0"), anchors="1\n0\n-1\n")
    ants = vot2020(tmp_path)["ants1"]
    assert list(ants.truth.regions) == [Mask(1, 2, 3, 2, (1, 2, 1, 2)), Mask(0, 0, 0, 0, (0,)), None]
    assert ants.truth.absent.tolist() == [False, True, True]
    assert flags(ants) == {"anchor": [1, 0, -1]}


def test_the_size_is_what_the_benchmark_says_or_else_the_first_images(tmp_path):
    folder(tmp_path, "ants1", facts=FACTS.replace("=12", " = 640"))
    folder(tmp_path, "ball2", facts="name=ball2\n")
    folder(tmp_path, "girl", facts=None, images=0)
    shutil.rmtree(tmp_path / "girl" / "color")
    assert [sequence.size for sequence in vot2019(tmp_path)] == [(640, 8), (12, 8), None]


@pytest.mark.parametrize("inside", ["", "vot2019", "VOT", "sequences", "vot2019/sequences"])
def test_folders_and_zips_are_read_alike(tmp_path, inside):
    home = folder(tmp_path / "copy" / inside, into="")
    (home / "occlusion.tag").write_text("1\n")
    shutil.make_archive(str(tmp_path / "zips" / "VOT-2019-main"), "zip", tmp_path / "copy")
    plain, zipped = (vot2019(tmp_path / name)["ants1"] for name in ("copy", "zips"))
    assert sequence_fingerprint(plain) == sequence_fingerprint(zipped)
    assert flags(plain) == flags(zipped)
    assert plain.frames[2].pixels.tolist() == zipped.frames[2].pixels.tolist()


def test_pysots_annotations_are_asked_for_what_lies_in_no_folder(tmp_path):
    folder(tmp_path, "ants1")
    row = list(map(float, CORNERS.split(",")))
    video = {"gt_rect": [row] * 3, "img_names": [], "width": 12, "height": 8, "occlusion": [1], "size_change": []}
    (tmp_path / "VOT2019.json").write_text(json.dumps({"ants1": video, "ball2": video, "mine": video}))
    data = vot2019(tmp_path)
    assert data.available == ("ants1", "ball2")
    ants, ball = data
    assert ants.frames is not None and ball.frames is None
    assert ants.truth.regions == ball.truth.regions
    assert (ball.size, flags(ball)) == ((12, 8), {"occlusion": [1, 0, 0]})


def test_the_kinds_of_vot_are_told_apart_by_their_anchors(tmp_path):
    folder(tmp_path / "old")
    folder(tmp_path / "new", rows=(MASK,) * 3, anchors="1")
    for load in vot2016, vot2018, vot2019:
        with pytest.raises(
            MissingData, match=rf"^{load.__name__}: no sequence in .*/new; .*without anchor.value, or VOT"
        ):
            load(tmp_path / "new")
    for load in vot2020, vot2021, vot2022:
        with pytest.raises(
            MissingData, match=rf"^{load.__name__}: no sequence in .*/old; .*with anchor.value beside it$"
        ):
            load(tmp_path / "old")


def test_lists_are_the_years_own(tmp_path):
    for name in ("ants1", "bag", "sphere", "agility", "mine"):
        folder(tmp_path / "old", name)
    assert [load(tmp_path / "old").available for load in (vot2016, vot2018, vot2019)] == [
        ("bag", "sphere"),
        ("ants1", "bag"),
        ("agility", "ants1"),
    ]
    assert vot2018(tmp_path / "old").extra == ("agility", "mine", "sphere")
    for name in ("ants1", "hand02", "kangaroo"):
        folder(tmp_path / "new", name, anchors="1")
    assert [load(tmp_path / "new").available for load in (vot2020, vot2022)] == [
        ("ants1", "hand02"),
        ("ants1", "kangaroo"),
    ]


def test_of_2021_what_the_copy_lists_is_expected(tmp_path):
    for name in ("b", "a"):
        folder(tmp_path, name, anchors="1")
    assert (vot2021(tmp_path).expected, vot2021(tmp_path).extra) == (("a", "b"), ())
    (tmp_path / "list.txt").write_text("b\nc\n")
    data = vot2021(tmp_path)
    assert (data.expected, data.available, data.missing, data.extra) == (("b", "c"), ("b",), ("c",), ("a",))


def test_another_benchmarks_folders_of_such_names_do_not_count(tmp_path):
    (tmp_path / "book" / "book-1").mkdir(parents=True)  # LaSOT has classes of these names
    (tmp_path / "tiger").mkdir()
    with pytest.raises(MissingData, match=r"^vot2019: no sequence in "):
        vot2019(tmp_path)
    with pytest.raises(UsageError, match="vot2019 has no splits, found 'vot2019:test'"):
        vot2019(tmp_path, "test")


def test_a_broken_sequence_stops_no_other(tmp_path):
    (tmp_path / "ball3").mkdir()
    (tmp_path / "ball3" / "color").mkdir()  # half-unpacked
    folder(tmp_path, "ants1")
    folder(tmp_path, "ball2", rows=(CORNERS,) * 2)
    (folder(tmp_path, "basketball") / "occlusion.tag").write_text("0\n1\n0\n1\n")
    (folder(tmp_path, "birds1") / "occlusion.tag").write_text("0\n\n1\n")
    (folder(tmp_path, "bolt1") / "color" / "00000002.jpg").unlink()
    (folder(tmp_path, "book", facts=None) / "color" / "00000001.jpg").write_bytes(b"\xff\xd8 no image")
    (folder(tmp_path, "butterfly") / "groundtruth.txt").write_text("")
    folder(tmp_path, "car1", rows=(CORNERS, "two,three"))
    folder(tmp_path, "crabs1", images=0)
    data = vot2019(tmp_path)
    assert len(data["ants1"]) == 3
    expected = {
        "ball2": r"ball2/groundtruth\.txt: expected a row an image, found 2 rows and 3 images; ",
        "ball3": r"ball3/groundtruth\.txt: No such file or directory$",
        "basketball": r"basketball/occlusion\.tag: expected at most 3 values, one a frame, found 4$",
        "birds1": r"birds1/occlusion\.tag: expected 3 flags, found 2; copy it again$",
        "bolt1": r"bolt1/color: 1 of 3 images missing, the first 00000002\.jpg; copy it again$",
        "book": r"book/color/00000001\.jpg: JPEG cut short",
        "butterfly": r"butterfly/groundtruth\.txt: expected a region a line, found an empty file$",
        "car1": r"car1/groundtruth\.txt:2: expected x,y,w,h, corners x,y,... or .* found 'two,three'$",
        "crabs1": r"crabs1/color: expected images 00000001\.jpg and on, found none; copy it again$",
    }
    for name, message in expected.items():
        with pytest.raises((MissingData, BadAnnotation, BadImage), match=message) as caught:
            data[name]
        assert "\n" not in str(caught.value)


def test_a_cut_zip_and_broken_json_are_one_clear_line(tmp_path):
    (tmp_path / "vot2019.zip").write_bytes(b"PK\x03\x04 cut")
    with pytest.raises(MissingData, match=r"vot2019\.zip: no zip, or cut short; download it again$"):
        vot2019(tmp_path)
    for text in ("{", "[1]", "7"):
        (tmp_path / "VOT2018.json").write_text(text)
        with pytest.raises(BadAnnotation, match=r"VOT2018\.json: expected pysot's JSON, one object a sequence: "):
            vot2018(tmp_path)
    for video in ({}, None, [], {"gt_rect": [[1, 2]], "width": 1, "height": 1}, {"gt_rect": 3}):
        (tmp_path / "VOT2018.json").write_text(json.dumps({"ants1": video}))
        with pytest.raises(BadAnnotation, match=r"VOT2018\.json: ants1: expected pysot's gt_rect, width and height: "):
            vot2018(tmp_path)["ants1"]


WORDS = "1 -1 1,2 1,2,3 1,2,3,4,5 1,2,,4 1,2,3,inf 1_0,2,3,4 x"
MASKS = "m m1,2,3 m1,2,3,2 m1,2,3,2,1,2 m1,2,3,2,1,2,1,9 m1,2,-3,2,6 m1,2,3,2,7,-1 m1.5,2,3,2,1,2,1,2 m1,2,3,2,x"


@pytest.mark.parametrize("line", ["", "1 2 3 4", *WORDS.split(), *MASKS.split()])
def test_junk_is_told_with_its_line(line):
    with pytest.raises(BadAnnotation, match=r"^some\.txt:2: expected x,y,w,h, ") as caught:
        vot._parse(f"{MASK}\n{line}\n1,2,3,4\n".encode(), "some.txt")
    assert repr(line) in str(caught.value)


@given(st.binary(max_size=60))
def test_no_file_makes_it_raise_anything_else(data):
    try:
        assert len(vot._parse(data, "some.txt")) > 0
    except BadAnnotation as error:
        assert "\n" not in str(error)


NUMBERS = st.floats(-1e4, 1e4, allow_nan=False)


@given(st.lists(st.lists(NUMBERS, min_size=3, max_size=6).map(lambda row: row + row[::-1]), min_size=1, max_size=4))
def test_what_is_written_is_read(rows):
    text = "\ufeff" + "\r\n".join(",".join(map(repr, row)) for row in rows)
    read = vot._parse(text.encode(), "some.txt")
    assert [[value for point in region.points for value in point] for region in read] == rows


@pytest.mark.parametrize("benchmark", ["vot2019", "vot2020"])
def test_the_toolkit_reads_the_same_in_a_made_copy(tmp_path, benchmark):
    common = pytest.importorskip("vot.dataset.common", reason="needs vot-toolkit")
    (scene,) = make(benchmark, tmp_path / "copy", 1, Recipe(length=30, size=(96, 72), attributes=("FOC",)))
    ours = getattr(vot, benchmark)(tmp_path / "copy")[scene.name]
    theirs = common.read_sequence(str(tmp_path / "copy" / scene.name))
    assert (len(theirs), theirs.size) == (len(ours), ours.size)
    tags = {name: values for name, values in ours.truth.flags.items() if name != "anchor"}
    for index, region in enumerate(ours.truth.regions):
        truth = theirs.frame(index).groundtruth()
        if isinstance(region, Mask):
            np.testing.assert_array_equal(truth.rasterize((0, 0, 95, 71)), region.decode(96, 72))
            assert theirs.values(index)["anchor"] == ours.truth.flags["anchor"][index]
        else:
            np.testing.assert_allclose(truth.points(), region.points, atol=1e-4)  # float32 there
        assert set(theirs.tags(index)) == {name for name, values in tags.items() if values[index]}


def test_a_real_copy_without_metadata_agrees_with_pysots_annotations():
    need(BAG)
    bag = vot2018(BAG)["bag"]
    assert (len(bag), len(bag.frames), bag.size) == (196, 196, (480, 360))
    assert bag.truth.regions[0].points[0] == (334.02, 128.36)
    need(ANNOTATIONS)
    other = vot2018(ANNOTATIONS)["bag"]
    assert sequence_fingerprint(bag) == sequence_fingerprint(other)
    assert other.size == bag.size
    assert set(other.truth.flags) == {"camera_motion", "illum_change", "motion_change", "occlusion", "size_change"}


@pytest.mark.parametrize(("load", "frames"), [(vot2018, 21_356), (vot2019, 19_935)])
def test_real_annotations_are_complete(load, frames):
    need(ANNOTATIONS)
    data = load(ANNOTATIONS)
    assert data.missing == data.extra == ()
    sequences = list(data)
    assert sum(map(len, sequences)) == frames
    assert [sequence.name for sequence in sequences if sequence.truth.regions.all_boxes] == ["conduction1"]
    assert not any(sequence.truth.absent.any() for sequence in sequences)


def test_real_masks_are_read():
    need(ANNOTATIONS)
    (mask,) = vot._parse((ANNOTATIONS / "VOT_mask_example.txt").read_bytes(), "example")
    assert (mask.x, mask.y, mask.w, mask.h) == (242, 164, 118, 115)
    assert mask.trimmed() == mask
    need(GOLDEN)
    truth = vot2021(GOLDEN)["synp0"].truth
    assert np.flatnonzero(truth.flags["anchor"]).tolist()[0] == 0
    assert set(map(type, truth.regions)) == {Mask}
