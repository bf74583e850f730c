import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest

from harness.core.errors import BadAnnotation, MissingData, UsageError
from harness.core.record import sequence_fingerprint
from harness.datasets import places
from harness.datasets.lasot import lasot, lasot_ext

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
ANNOTATIONS = SHARED / "data" / "annotations" / "LaSOT"
IMAGES = SHARED / "data" / "LaSOT"
LABELS = ("IV", "POC", "DEF", "MB", "CM", "ROT", "BC", "VC", "SV", "FOC", "FM", "OV", "LR", "ARC")


def need(folder):
    if not folder.is_dir():
        pytest.skip(f"needs the real data in {folder}")


def rows(count):
    """Truth of `count` frames whose x tells its row, counted from 1."""
    return "\n".join(f"{i + 1},50,10,20" for i in range(count))


def flags(count, *raised, separator=","):
    return separator.join("1" if i in raised else "0" for i in range(count))


def download(root, name, count=5, *, images=None, occluded=(), outside=()):
    """A sequence as downloaded."""
    home = root / name.rpartition("-")[0] / name
    (home / "img").mkdir(parents=True)
    for number in range(1, (count if images is None else images) + 1):
        cv2.imwrite(str(home / "img" / f"{number:08d}.jpg"), np.full((4, 6, 3), 20 * number, np.uint8))
    (home / "groundtruth.txt").write_text(rows(count))
    (home / "full_occlusion.txt").write_text(flags(count, *occluded))
    (home / "out_of_view.txt").write_text(flags(count, *outside))
    (home / "nlp.txt").write_text("white airplane landing on ground")
    return home


def annotate(root, name, count=5, absent=(), attributes=None):
    """A sequence as the evaluation toolkit holds it."""
    for folder in ("absent", "att"):
        (root / "annos" / folder).mkdir(parents=True, exist_ok=True)
    (root / "annos" / f"{name}.txt").write_text(rows(count))
    (root / "annos" / "absent" / f"{name}.txt").write_text(flags(count, *absent, separator="\n"))
    if attributes:
        (root / "annos" / "att" / f"{name}.txt").write_text(attributes)
    return root / "annos"


def zipped(root, name):
    """What lies under `root`, as a zip beside it."""
    return Path(shutil.make_archive(str(root.parent / name), "zip", root))


def test_truth_absence_and_attributes(tmp_path):
    download(tmp_path, "airplane-1", occluded=(1,), outside=(1, 3))
    airplane = lasot(tmp_path)["airplane-1"]
    assert airplane.truth.regions.boxes[:2].tolist() == [[0, 49, 10, 20], [1, 49, 10, 20]]
    assert airplane.truth.absent.tolist() == [False, True, False, True, False]
    assert (airplane.attributes, airplane.object_class) == ({"POC", "ROT", "SV", "LR"}, "airplane")


def test_every_layout_is_read_alike(tmp_path):
    whole = tmp_path / "whole"
    download(whole, "airplane-1", occluded=(1,))
    (tmp_path / "by_class").mkdir()
    shutil.copy(zipped(whole, "airplane"), tmp_path / "by_class")
    (tmp_path / "in_one" / "LaSOTBenchmark").mkdir(parents=True)
    shutil.copytree(whole, tmp_path / "in_one" / "LaSOTBenchmark", dirs_exist_ok=True)
    (tmp_path / "zip").mkdir()
    shutil.copy(zipped(tmp_path / "in_one", "LaSOTBenchmark"), tmp_path / "zip")
    annotate(tmp_path / "toolkit", "airplane-1", absent=(1,))

    full = (whole, whole / "airplane", tmp_path / "by_class", tmp_path / "airplane.zip", tmp_path / "in_one")
    full += (tmp_path / "zip", tmp_path / "zip" / "LaSOTBenchmark.zip")
    bare = (tmp_path / "toolkit", tmp_path / "toolkit" / "annos")
    found = {root: lasot(root)["airplane-1"] for root in (*full, *bare)}
    assert len({sequence_fingerprint(sequence) for sequence in found.values()}) == 1
    assert all(list(sequence.truth.absent) == [0, 1, 0, 0, 0] for sequence in found.values())
    assert all(found[root].frames[4].pixels.shape == (4, 6, 3) for root in full)
    assert all(found[root].frames is None for root in bare)


def test_what_is_unpacked_counts_before_its_zip(tmp_path):
    download(tmp_path / "LaSOT", "airplane-1")
    shutil.make_archive(str(tmp_path / "airplane"), "zip", tmp_path / "LaSOT", "airplane")
    assert lasot(tmp_path)["airplane-1"].frames[0].path.startswith(str(tmp_path / "LaSOT"))


def test_the_toolkit_counts_before_the_download_and_the_images_of_both_are_used(tmp_path):
    download(tmp_path, "airplane-1", count=7)
    annotate(tmp_path, "airplane-1", count=5, absent=(2,))
    airplane = lasot(tmp_path)["airplane-1"]
    assert (len(airplane), len(airplane.frames)) == (5, 5)
    assert airplane.truth.absent.tolist() == [False, False, True, False, False]


def test_images_beyond_the_truth_are_left_out(tmp_path):
    download(tmp_path, "airplane-15", count=5, images=6)
    assert len(lasot(tmp_path)["airplane-15"].frames) == 5


def test_attributes_that_only_the_toolkit_has(tmp_path):
    download(tmp_path / "LaSOT", "airplane-2")
    assert lasot(tmp_path, "train")["airplane-2"].attributes == set()
    annotate(tmp_path, "airplane-2", attributes="1,0,0,0,0,0,0,0,0,0,0,0,0,1")
    assert lasot(tmp_path, "train")["airplane-2"].attributes == {"IV", "ARC"}
    annotate(tmp_path, "airplane-2", attributes="1,0,0")
    with pytest.raises(BadAnnotation, match=r"annos/att/airplane-2\.txt: expected 14 flags, found 3"):
        lasot(tmp_path, "train")["airplane-2"]


def test_paddle_1_is_cut_to_what_the_toolkit_evaluates(tmp_path):
    home = download(tmp_path / "full", "paddle-1", count=2703, images=0)
    shutil.rmtree(home / "img")
    annotate(tmp_path / "toolkit", "paddle-1", count=2500)
    full, toolkit = (lasot_ext(tmp_path / name)["paddle-1"] for name in ("full", "toolkit"))
    assert len(full) == 2500
    assert sequence_fingerprint(full) == sequence_fingerprint(toolkit)


def test_line_ends_byte_order_marks_and_last_newlines_do_not_matter(tmp_path):
    home = download(tmp_path, "airplane-1", occluded=(1,))
    plain = sequence_fingerprint(lasot(tmp_path)["airplane-1"])
    (home / "groundtruth.txt").write_bytes(b"\xef\xbb\xbf" + rows(5).replace("\n", "\r\n").encode() + b"\r\n")
    (home / "full_occlusion.txt").write_bytes(b"0\r\n1\r\n0\r\n0\r\n0\r\n")
    again = lasot(tmp_path)["airplane-1"]
    assert sequence_fingerprint(again) == plain
    assert again.truth.absent.tolist() == [False, True, False, False, False]


def test_a_broken_sequence_stops_no_other(tmp_path):
    names = [f"airplane-{number}" for number in (1, 9, 13, 15)]
    homes = dict(zip(names, (download(tmp_path, name) for name in names), strict=True))
    (homes["airplane-9"] / "img" / "00000003.jpg").unlink()
    (homes["airplane-13"] / "groundtruth.txt").unlink()
    (homes["airplane-15"] / "out_of_view.txt").write_text(flags(4))
    (tmp_path / "basketball" / "basketball-1").mkdir(parents=True)
    (tmp_path / "bear.zip").write_bytes(zipped(homes["airplane-1"], "any").read_bytes()[:1000])
    basketball = download(tmp_path, "basketball-6")
    (basketball / "groundtruth.txt").write_bytes("1,2,3,4\n".encode("utf-16"))
    data = lasot(tmp_path)
    assert data.available[:6] == (*names, "basketball-1", "basketball-6")
    assert len(data["airplane-1"]) == 5
    expected = {
        "airplane-9": r"airplane-9/img: 1 of 5 images missing, the first 00000003\.jpg; copy it again$",
        "airplane-13": r"airplane-13/groundtruth\.txt: No such file or directory$",
        "airplane-15": r"airplane-15/out_of_view\.txt: expected 5 flags, found 4; copy it again$",
        "basketball-1": r"basketball-1/groundtruth\.txt: No such file or directory$",
        "basketball-6": r"basketball-6/groundtruth\.txt:1: expected a number, found ",
        "bear-2": r"bear\.zip: no zip, or cut short; download it again$",
    }
    for name, message in expected.items():
        with pytest.raises((MissingData, BadAnnotation), match=message) as caught:
            data[name]
        assert "\n" not in str(caught.value)


def test_annotations_without_absence_are_refused(tmp_path):
    annos = annotate(tmp_path, "airplane-1")
    (annos / "absent" / "airplane-1.txt").unlink()
    with pytest.raises(MissingData, match=r"annos/absent/airplane-1\.txt: No such file"):
        lasot(tmp_path)["airplane-1"]


def test_what_may_not_be_read_says_so(tmp_path, monkeypatch):
    download(tmp_path, "airplane-1")

    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(places, "FileIO", refuse)  # a chmod would not stop root
    with pytest.raises(MissingData, match=r"airplane-1/groundtruth\.txt: Permission denied$"):
        lasot(tmp_path)["airplane-1"]


def test_splits_and_what_is_on_no_list(tmp_path):
    for name in ("airplane-1", "airplane-2", "atv-1", "airplane-21"):
        download(tmp_path, name, count=1)
    test, train, extension = lasot(tmp_path), lasot(tmp_path, "train"), lasot_ext(tmp_path)
    assert [data.name for data in (test, train, extension)] == ["lasot", "lasot-train", "lasot_ext"]
    assert [data.available for data in (test, train, extension)] == [("airplane-1",), ("airplane-2",), ("atv-1",)]
    assert [len(data.missing) for data in (test, train, extension)] == [279, 1119, 149]
    assert test.extra == extension.extra == ("airplane-21",)


@pytest.mark.parametrize("load", [lasot, lasot_ext])
def test_other_folders_and_splits_are_refused(tmp_path, load):
    (tmp_path / "Basketball" / "img").mkdir(parents=True)  # OTB
    with pytest.raises(MissingData, match=rf"^{load.__name__}: no sequence in .*; looked there and in its LaSOT/ for "):
        load(tmp_path)
    with pytest.raises(MissingData, match="nowhere: no such folder"):
        load(tmp_path / "nowhere")
    with pytest.raises(UsageError, match=f"found '{load.__name__}:val'"):
        load(tmp_path, "val")


@pytest.mark.parametrize("root", [ANNOTATIONS, ANNOTATIONS.parent, ANNOTATIONS / "annos"], ids=lambda path: path.name)
def test_real_annotations_are_found_from_every_folder(root):
    need(ANNOTATIONS)
    data = lasot(root)
    assert data.missing == data.extra == ()
    assert data["volleyball-19"].frames is None


def test_real_annotations_are_complete():
    need(ANNOTATIONS)
    sequences = list(lasot(ANNOTATIONS))
    assert sum(map(len, sequences)) == 685_360
    assert sum(np.count_nonzero(sequence.truth.absent) for sequence in sequences) == 18_346
    for sequence in sequences:
        raised = (ANNOTATIONS / "annos" / "att" / f"{sequence.name}.txt").read_text().strip().split(",")
        assert sequence.attributes == {label for label, flag in zip(LABELS, raised, strict=True) if flag == "1"}


def test_a_real_copy_cut_to_300_frames():
    need(IMAGES)
    airplane = lasot(IMAGES)["airplane-1"]
    assert (len(airplane), len(airplane.frames)) == (300, 300)
    assert airplane.truth.regions.boxes[0].tolist() == [366, 100, 41, 16]
    assert airplane.frames[299].pixels.shape == (360, 640, 3)
