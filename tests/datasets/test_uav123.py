import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest

from harness.core.errors import BadAnnotation, MissingData, UsageError
from harness.core.record import sequence_fingerprint
from harness.datasets import places
from harness.datasets.uav123 import uav123

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
TRUTH = SHARED / "golden" / "inputs" / "uav123" / "gt"


def rows(count, hidden=()):
    """Truth of `count` frames whose x tells its row, counted from 1."""
    return "\n".join("NaN,NaN,NaN,NaN" if i in hidden else f"{i + 1},50,10,20" for i in range(count))


def truth(root, name, count, hidden=(), attributes=None):
    """The truth of a target where the download has it; returns its file."""
    (root / "UAV123" / "anno" / "UAV123" / "att").mkdir(parents=True, exist_ok=True)
    file = root / "UAV123" / "anno" / "UAV123" / f"{name}.txt"
    file.write_text(rows(count, hidden))
    if attributes:
        (file.parent / "att" / file.name).write_text(attributes)
    return file


def images(root, video, numbers):
    """Empty images where the download has them; returns their folder."""
    folder = root / "UAV123" / "data_seq" / "UAV123" / video
    folder.mkdir(parents=True)
    for number in numbers:
        (folder / f"{number:06d}.jpg").touch()
    return folder


def test_truth_absence_and_attributes(tmp_path):
    truth(tmp_path, "uav6", 109, hidden=(1, 4), attributes="1,0,0,0,0,0,0,0,0,0,0,1\n")
    uav = uav123(tmp_path)["uav6"]
    assert uav.truth.regions.boxes[[0, 2]].tolist() == [[0, 49, 10, 20], [2, 49, 10, 20]]
    assert np.isnan(uav.truth.regions.boxes[1]).all()
    assert uav.truth.absent.nonzero()[0].tolist() == [1, 4]
    assert uav.attributes == {"SV", "SOB"}
    assert uav.frames is None


def test_targets_of_one_video_share_its_images_by_number(tmp_path):
    folder = images(tmp_path, "bird1", [*range(1, 254), *range(775, 1478)])
    truth(tmp_path, "bird1_1", 253)
    truth(tmp_path, "bird1_2", 703)
    data = uav123(tmp_path)
    both = [data["bird1_1"], data["bird1_2"]]
    ends = [tuple(Path(sequence.frames[i].path).name for i in (0, -1)) for sequence in both]
    assert ends == [("000001.jpg", "000253.jpg"), ("000775.jpg", "001477.jpg")]
    (folder / "000775.jpg").unlink()
    with pytest.raises(MissingData, match=r"UAV123/bird1: 1 of 703 images missing, the first 000775\.jpg"):
        data["bird1_2"]
    assert len(data["bird1_1"].frames) == 253


def test_every_layout_is_read_alike(tmp_path):
    whole = tmp_path / "whole"
    folder = images(whole, "uav6", range(1, 110))
    cv2.imwrite(str(folder / "000001.jpg"), np.full((4, 6, 3), 9, np.uint8))
    file = truth(whole, "uav6", 109, hidden=(3,))
    (tmp_path / "zip").mkdir()
    shutil.make_archive(str(tmp_path / "zip" / "Dataset_UAV123"), "zip", whole)
    full = (whole, whole / "UAV123", tmp_path / "zip", tmp_path / "zip" / "Dataset_UAV123.zip")
    bare = (whole / "UAV123" / "anno", file.parent)
    found = {root: uav123(root)["uav6"] for root in (*full, *bare)}
    assert len({sequence_fingerprint(sequence) for sequence in found.values()}) == 1
    assert all(found[root].frames[0].pixels.shape == (4, 6, 3) for root in full)
    assert all(found[root].frames is None for root in bare)


def test_a_broken_sequence_stops_no_other(tmp_path):
    images(tmp_path, "uav2", range(1, 134))
    for name, count in (("uav4", 157), ("uav5", 138), ("uav6", 109), ("uav8", 301)):
        truth(tmp_path, name, count)
    truth(tmp_path, "uav3", 265).write_bytes(rows(265).replace("\n", "\r\n").encode() + b"\r\n")
    truth(tmp_path, "uav6", 109, attributes="1,0,0")
    truth(tmp_path, "uav7", 373).write_bytes(b"\xff\xfe1\x00,\x002\x00")
    truth(tmp_path, "uav8", 301).write_text(rows(301).replace("\n9,", "\nnine,"))
    data = uav123(tmp_path)
    assert data.available == ("uav2", "uav3", "uav4", "uav5", "uav6", "uav7", "uav8")
    assert [len(data[name]) for name in ("uav3", "uav4")] == [265, 157]
    expected = {
        "uav2": r"data_seq/UAV123/uav2: no truth of uav2; unpack anno/UAV123/uav2\.txt too$",
        "uav5": r"anno/UAV123/uav5\.txt: expected 139 rows, found 138; the file is not UAV123's or is cut short$",
        "uav6": r"anno/UAV123/att/uav6\.txt: expected 12 flags, found 3; copy it again$",
        "uav7": r"uav7\.txt:1: expected 4 numbers x,y,w,h, found ",
        "uav8": r"uav8\.txt:9: expected a number, found 'nine'$",
    }
    for name, message in expected.items():
        with pytest.raises((MissingData, BadAnnotation), match=message) as caught:
            data[name]
        assert "\n" not in str(caught.value)


def test_what_may_not_be_read_says_so(tmp_path, monkeypatch):
    truth(tmp_path, "uav6", 109)

    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(places, "FileIO", refuse)  # a chmod would not stop root
    with pytest.raises(MissingData, match=r"UAV123/uav6\.txt: Permission denied$"):
        uav123(tmp_path)["uav6"]


def test_a_zip_cut_short_says_so(tmp_path):
    truth(tmp_path / "whole", "uav6", 109)
    whole = Path(shutil.make_archive(str(tmp_path / "UAV123"), "zip", tmp_path / "whole"))
    whole.write_bytes(whole.read_bytes()[:-100])
    with pytest.raises(MissingData, match=r"UAV123\.zip: no zip, or cut short; download it again$"):
        uav123(tmp_path)


def test_other_folders_splits_and_videos(tmp_path):
    images(tmp_path, "uav9", range(1, 2))
    with pytest.raises(MissingData, match=r"^uav123: no sequence in .*; looked there and in its UAV123/ for data_seq/"):
        uav123(tmp_path)
    with pytest.raises(MissingData, match="nowhere: no such folder"):
        uav123(tmp_path / "nowhere")
    with pytest.raises(UsageError, match="uav123 has no splits, found 'uav123:test'"):
        uav123(tmp_path, "test")
    truth(tmp_path, "uav6", 109)
    data = uav123(tmp_path)
    assert (data.name, data.available, len(data.missing), data.extra) == ("uav123", ("uav6",), 122, ("uav9",))


def test_a_copy_at_another_rate_is_another_benchmark(tmp_path):
    (tmp_path / "anno" / "UAV123_10fps").mkdir(parents=True)
    (tmp_path / "anno" / "UAV123_10fps" / "uav6.txt").write_text(rows(37))
    with pytest.raises(MissingData, match="no sequence"):
        uav123(tmp_path)


def test_real_truth():
    if not TRUTH.is_dir():
        pytest.skip(f"needs the real truth in {TRUTH}")
    hidden = {sequence.name: np.count_nonzero(sequence.truth.absent) for sequence in uav123(TRUTH)}
    assert hidden == {"bike2": 35, "bird1_1": 59, "person2_s": 0, "uav6": 5, "uav7": 19, "uav8": 0}
