import io
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from harness.core.errors import BadAnnotation, MissingData, UsageError
from harness.core.record import sequence_fingerprint
from harness.core.regions import Labels, Mask
from harness.datasets.davis import davis16, davis17

REAL = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "DAVIS"
COLOURS = list(range(256)) * 3


def png(ids, mode="P"):
    image = Image.fromarray(ids)
    if mode == "P":
        image.putpalette(COLOURS)
    elif mode != "L":
        image = image.convert(mode)
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def ids(first_row):
    """The numbers in a mask 6 by 4."""
    return np.vstack([first_row, np.zeros((3, 6))]).astype(np.uint8)


TWO = ids([0, 1, 1, 0, 2, 2])


def folder(root, name="dog", masks=(TWO, TWO, TWO), images=3, mode="P"):
    """A sequence in DAVIS's layout."""
    for kind, count in ("JPEGImages", images), ("Annotations", len(masks)):
        home = root / kind / "480p" / name
        home.mkdir(parents=True)
        for number in range(count):
            if kind == "Annotations":
                (home / f"{number:05d}.png").write_bytes(png(masks[number], mode))
            else:
                cv2.imwrite(str(home / f"{number:05d}.jpg"), np.full((4, 6, 3), 20 * number, np.uint8))
    return root / "Annotations" / "480p" / name


def test_objects_of_a_palette(tmp_path):
    folder(tmp_path, masks=(TWO, ids([255, 2, 2, 255, 0, 0]), ids([255] * 6)))
    data = davis17(tmp_path)
    assert (data.name, data.available, len(data.missing), data.extra) == ("davis17", ("dog",), 29, ())
    dog = data["dog"]
    one, two = Mask(1, 0, 2, 1, (0, 2)), Mask(4, 0, 2, 1, (0, 2))
    assert list(dog.truth.regions) == [Labels(((1, one), (2, two))), Labels(((2, one),)), Labels(())]
    assert dog.truth.absent.tolist() == [False, False, True]
    assert (dog.size, len(dog.frames)) == ((6, 4), 3)
    assert [round(frame.pixels.mean() / 20) for frame in dog.frames] == [0, 1, 2]


@pytest.mark.parametrize("mode", ["P", "L", "RGB", "1"])
def test_one_object_is_whatever_is_not_black(tmp_path, mode):
    white = 1 if mode == "P" else 255
    folder(tmp_path, masks=(ids([0, 0, white, white, 0, 0]), ids([0] * 6), ids([white] * 6)), mode=mode)
    dog = davis16(tmp_path)["dog"]
    assert dog.truth.regions[0] == Mask(2, 0, 2, 1, (0, 2))
    assert dog.truth.absent.tolist() == [False, True, False]


def test_of_2017_all_objects_are_one_in_2016(tmp_path):
    folder(tmp_path)
    assert davis16(tmp_path)["dog"].truth.regions[0] == Mask(1, 0, 5, 1, (0, 2, 1, 2))


def test_masks_of_2016_are_no_objects(tmp_path):
    folder(tmp_path, masks=(ids([255] * 6),), images=1, mode="L")
    with pytest.raises(BadAnnotation, match=r"dog/00000\.png: expected objects numbered from 1, .* as davis16$"):
        davis17(tmp_path)["dog"]


def test_splits_and_what_is_on_no_list(tmp_path):
    for name in ("dog", "dogs-jump", "bear", "boxing-fisheye", "mine"):
        folder(tmp_path, name)
    (tmp_path / "Annotations" / "480p" / ".DS_Store").touch()
    found = [load(tmp_path, split) for load in (davis16, davis17) for split in ("val", "train")]
    assert [data.name for data in found] == ["davis16", "davis16-train", "davis17", "davis17-train"]
    assert [data.available for data in found] == [("dog",), ("bear",), ("dog", "dogs-jump"), ("bear", "boxing-fisheye")]
    assert [len(data.expected) for data in found] == [20, 30, 30, 60]
    assert {data.extra for data in found} == {("mine",)}
    with pytest.raises(UsageError, match="davis17 has val, train, found 'davis17:test'"):
        davis17(tmp_path, "test")


def test_every_layout_is_read_alike(tmp_path):
    folder(tmp_path / "plain")
    shutil.copytree(tmp_path / "plain", tmp_path / "around" / "DAVIS")
    shutil.make_archive(str(tmp_path / "zips" / "DAVIS-2017-trainval-480p"), "zip", tmp_path / "around")
    shutil.copytree(tmp_path / "plain" / "Annotations", tmp_path / "bare" / "Annotations")
    found = [davis17(tmp_path / name)["dog"] for name in ("plain", "around", "zips", "bare")]
    assert len({sequence_fingerprint(sequence) for sequence in found}) == 1
    assert [sequence.frames is None for sequence in found] == [False, False, False, True]
    assert found[2].frames[2].pixels.tolist() == found[0].frames[2].pixels.tolist()


def test_a_broken_sequence_stops_no_other(tmp_path):
    folder(tmp_path, "blackswan")
    folder(tmp_path, "bmx-trees", images=2)
    folder(tmp_path, "breakdance", masks=())
    (folder(tmp_path, "camel") / "00001.png").unlink()
    file = folder(tmp_path, "car-shadow") / "00001.png"
    file.write_bytes(file.read_bytes()[:-30])
    folder(tmp_path, "cows", masks=(TWO, np.zeros((5, 6), np.uint8), TWO))
    shutil.rmtree(folder(tmp_path, "dog"))
    folder(tmp_path, "goat", mode="RGB")
    file = folder(tmp_path, "libby") / "00002.png"
    data = bytearray(file.read_bytes())
    data[data.index(b"IDAT") + 8] ^= 4
    file.write_bytes(data)
    masks = folder(tmp_path, "parkour")
    (masks / "00002.png").rename(masks / "00007.png")
    copy = davis17(tmp_path)
    assert len(copy["blackswan"]) == 3
    expected = {
        "bmx-trees": r"bmx-trees: expected a mask an image, found 3 masks and 2 images; copy the sequence again$",
        "breakdance": r"breakdance: expected masks 00000\.png and on, found none; copy it again$",
        "camel": r"camel: expected a mask an image, found 2 masks and 3 images; copy the sequence again$",
        "car-shadow": r"car-shadow/00001\.png: not a PNG that can be decoded \(\d+ bytes\); copy it again$",
        "cows": r"cows/00001\.png: expected a mask of shape \(4, 6\), found \(5, 6\)$",
        "dog": r"JPEGImages/480p/dog: no Annotations/480p/dog beside its JPEGImages; unpack it too$",
        "goat": r"goat/00000\.png: expected a PNG with a palette or grey, found one of mode RGB$",
        "libby": r"libby/00002\.png: not a PNG that can be decoded \(\d+ bytes\); copy it again$",
        "parkour": r"parkour/00002\.png: No such file or directory$",
    }
    for name, message in expected.items():
        with pytest.raises((MissingData, BadAnnotation), match=message) as caught:
            copy[name]
        assert "\n" not in str(caught.value)


def test_other_folders_are_refused(tmp_path):
    (tmp_path / "JPEGImages" / "480p" / "mine").mkdir(parents=True)
    for load in davis16, davis17:
        with pytest.raises(
            MissingData, match=rf"^{load.__name__}: no sequence of val in .*; looked there and in its DAVIS/"
        ):
            load(tmp_path)
    (tmp_path / "davis.zip").write_bytes(b"PK\x03\x04 cut")
    with pytest.raises(MissingData, match=r"davis\.zip: no zip, or cut short; download it again$"):
        davis17(tmp_path)


@pytest.mark.parametrize("root", [REAL, REAL.parent], ids=lambda path: path.name)
def test_real_masks(root):
    if not REAL.is_dir():
        pytest.skip(f"needs the real data in {REAL}")
    data = davis16(root)
    assert data.available == ("blackswan", "car-shadow", "dog", "drift-chicane")
    assert data.extra == ()
    shadow = data["car-shadow"]
    assert (len(shadow), len(shadow.frames), shadow.size) == (40, 40, (854, 480))
    file = REAL / "Annotations" / "480p" / "car-shadow" / "00039.png"
    there = cv2.imread(str(file), cv2.IMREAD_GRAYSCALE) > 0
    np.testing.assert_array_equal(shadow.truth.regions[39].decode(854, 480), there)
    with pytest.raises(BadAnnotation, match="read as davis16"):
        davis17(root)["car-shadow"]
