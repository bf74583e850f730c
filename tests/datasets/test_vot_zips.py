"""VOT as its server has it: zips of annotations and of images, and the list that names them, read where they lie."""

import json
import shutil

import pytest

from harness.core.errors import BadAnnotation, MissingData
from harness.core.record import sequence_fingerprint
from harness.datasets.synthetic.compose import Recipe
from harness.datasets.synthetic.layouts.write import make
from harness.datasets.vot import vot2019, vot2021


@pytest.fixture
def plain(tmp_path):
    """An unpacked copy of agility and ants1, each of ten images."""
    make("vot2019", tmp_path / "plain", 2, Recipe(length=10, size=(64, 48), seed=1))
    return tmp_path / "plain"


@pytest.fixture
def down(tmp_path):
    (tmp_path / "down").mkdir()
    return tmp_path / "down"


def zipped(source, target):
    target.parent.mkdir(exist_ok=True)
    shutil.make_archive(str(target), "zip", source)


def described(root, *names):
    """The server's list of downloads."""
    downloads = [
        {"name": name, "annotations": {"url": f"{name}.zip"}, "channels": {"color": {"url": f"../x/{name[::-1]}.zip"}}}
        for name in names
    ]
    (root / "description.json").write_text(json.dumps({"name": "VOT", "sequences": downloads}))


@pytest.mark.parametrize("inside", ["", "sequences", "color"])
def test_what_was_downloaded_is_what_unpacks_from_it(plain, down, inside):
    expected = vot2019(plain)["ants1"]
    zipped(plain / "ants1" / "color", down / inside / "1stna")
    images = [frame.pixels.tolist() for frame in expected.frames]
    shutil.rmtree(plain / "ants1" / "color")
    zipped(plain / "ants1", down / "ants1")
    described(down, "ants1")
    data = vot2019(down)
    assert (data.available, data.extra) == (("ants1",), ())
    ants = data["ants1"]
    assert sequence_fingerprint(ants) == sequence_fingerprint(expected)
    assert (ants.name, ants.size, ants.truth.flags.keys()) == ("ants1", (64, 48), expected.truth.flags.keys())
    assert [frame.pixels.tolist() for frame in ants.frames] == images
    (down / inside / "1stna.zip").unlink()
    assert vot2019(down)["ants1"].frames is None


def test_a_zipped_sequence_is_one_too_and_an_unpacked_one_goes_first(plain, down):
    zipped(plain, down / "ants1")  # with a folder ants1/ in it
    zipped(plain / "agility", down / "agility")
    assert [len(sequence.frames) for sequence in vot2019(down)] == [10, 10]
    shutil.copytree(plain / "ants1", down / "ants1")
    (down / "ants1" / "groundtruth.txt").write_text("1,2,3,4\n" * 10)
    assert vot2019(down)["ants1"].truth.regions.all_boxes


def test_one_broken_zip_is_one_broken_sequence(plain, down):
    zipped(plain / "ants1", down / "ants1")
    (down / "ball2.zip").write_bytes(b"PK")
    data = vot2019(down)
    assert data.available == ("ants1", "ball2")
    assert len(data["ants1"].frames) == 10
    with pytest.raises(MissingData, match=r"ball2\.zip: no zip, or cut short; download it again$"):
        data["ball2"]


def test_2021s_list_may_be_that_of_the_downloads(plain, down):
    (plain / "ants1" / "anchor.value").write_text("1\n")
    zipped(plain / "ants1", down / "mine")
    described(down, "mine", "other")
    data = vot2021(down)
    assert (data.expected, data.available) == (("mine", "other"), ("mine",))


@pytest.mark.parametrize("text", ["{", "[]", '{"sequences": [{"name": "ants1"}]}'])
def test_a_list_of_downloads_that_is_none_is_one_line(plain, down, text):
    zipped(plain / "ants1", down / "ants1")
    (down / "description.json").write_text(text)
    with pytest.raises(BadAnnotation, match=r"description\.json: expected VOT's list of downloads; download it again$"):
        vot2019(down)
