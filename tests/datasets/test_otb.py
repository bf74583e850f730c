import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from harness.core.errors import BadAnnotation, MissingData, UsageError
from harness.core.record import sequence_fingerprint
from harness.datasets.otb import otb50, otb100, otb2013

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
ANNOTATIONS = SHARED / "data" / "annotations" / "OTB100"
IMAGES = SHARED / "data" / "OTB100"


def need(folder):
    if not folder.is_dir():
        pytest.skip(f"needs the real annotations in {folder}")


def rows(count, separator=","):
    """Truth of `count` frames whose x tells its row, counted from 1."""
    return "\n".join(separator.join(map(str, (i + 1, 50, 10, 20))) for i in range(count))


def folder(root, name, truth, images=range(0), digits=4):
    home = root / name
    (home / "img").mkdir(parents=True)
    for number in images:
        (home / "img" / f"{number:0{digits}d}.jpg").touch()
    for file, text in truth.items():
        (home / file).write_text(text)
    return home


def test_truth_is_shifted_to_the_first_pixel_at_zero(tmp_path):
    folder(tmp_path, "Deer", {"groundtruth_rect.txt": rows(71, "\t")}, range(1, 72))
    deer = otb100(tmp_path)["Deer"]
    assert deer.truth.regions.boxes[:2].tolist() == [[0, 49, 10, 20], [1, 49, 10, 20]]
    assert deer.attributes == {"MB", "FM", "IPR", "BC", "LR"}
    assert not deer.truth.absent.any()


@pytest.mark.parametrize("images", [range(300, 771), range(1, 771)], ids=["cut", "whole"])
def test_frames_are_found_by_number(tmp_path, images):
    folder(tmp_path, "David", {"groundtruth_rect.txt": rows(471)}, images)
    david = otb100(tmp_path)["David"]
    names = [Path(david.frames[i].path).name for i in (0, -1)]
    assert (len(david), names) == (471, ["0300.jpg", "0770.jpg"])


def test_images_beyond_the_truth_are_left_out(tmp_path):
    folder(tmp_path, "Football1", {"groundtruth_rect.txt": rows(74)}, range(1, 82))
    assert len(otb100(tmp_path)["Football1"].frames) == 74


@pytest.mark.parametrize("first", [1, 6], ids=["whole", "cut"])
def test_tiger1_begins_at_frame_6(tmp_path, first):
    truth = "\n".join(f"{n} 1 9 9" for n in range(first, 355))
    folder(tmp_path, "Tiger1", {"groundtruth_rect.txt": truth}, range(1, 355))
    tiger = otb100(tmp_path)["tiger1"]
    assert len(tiger) == 349
    assert tiger.truth.regions[0].x == 5
    assert Path(tiger.frames[0].path).name == "0006.jpg"


def test_board_has_five_digits(tmp_path):
    home = folder(tmp_path, "Board", {"groundtruth_rect.txt": rows(698)}, range(1, 699), digits=5)
    assert otb100(tmp_path)["Board"].frames[0].path == str(home / "img" / "00001.jpg")


def test_two_targets_share_a_folder_and_human4_is_its_second(tmp_path):
    both = {"groundtruth_rect.1.txt": rows(307), "groundtruth_rect.2.txt": rows(307).replace(",50,", ",60,")}
    folder(tmp_path, "Jogging", both, range(1, 308))
    folder(tmp_path, "human4", {"groundtruth_rect.1.txt": "", "groundtruth_rect.2.txt": rows(667)}, range(1, 668))
    data = otb100(tmp_path)
    assert data.available == ("Human4.2", "Jogging.1", "Jogging.2")
    assert [data[name].truth.regions[0].y for name in ("Jogging-1", "jogging_2")] == [49, 59]
    assert len(data["Human4-2"]) == 667
    assert len(data.missing) == 97


def test_a_folder_without_images_can_be_scored(tmp_path):
    (tmp_path / "OTB100" / "Deer").mkdir(parents=True)
    (tmp_path / "OTB100" / "Deer" / "groundtruth_rect.txt").write_text(rows(71))
    assert otb100(tmp_path)["Deer"].frames is None


def test_a_broken_sequence_stops_no_other(tmp_path):
    folder(tmp_path, "Deer", {"groundtruth_rect.txt": rows(71)}, range(1, 72))
    folder(tmp_path, "Dog", {"groundtruth_rect.txt": rows(127)}, [*range(1, 50), *range(53, 128)])
    folder(tmp_path, "Man", {"groundtruth_rect.txt": rows(133)}, range(1, 135))
    folder(tmp_path, "Boy", {"groundtruth_rect.txt": rows(602).replace("\n7,", "\nseven,")}, range(1, 603))
    folder(tmp_path, "Gym", {}, range(1, 768))
    data = otb100(tmp_path)
    assert len(data) == 5
    assert len(data["Deer"]) == 71
    with pytest.raises(MissingData, match=r"Dog/img: 3 of 127 images missing, the first 0050\.jpg"):
        data["Dog"]
    with pytest.raises(BadAnnotation, match="expected 134 rows for frames 1 to 134, found 133"):
        data["Man"]
    with pytest.raises(BadAnnotation, match=r"groundtruth_rect\.txt:7: expected a number, found 'seven'"):
        data["Boy"]
    with pytest.raises(MissingData, match=r"groundtruth_rect\.txt: No such file"):
        data["Gym"]


def test_sequences_are_read_from_their_zips(tmp_path):
    folder(tmp_path, "Deer", {"groundtruth_rect.txt": rows(71)}, range(1, 72))
    shutil.make_archive(str(tmp_path / "Deer"), "zip", tmp_path, "Deer")
    shutil.rmtree(tmp_path / "Deer")
    deer = otb100(tmp_path)["Deer"]
    assert (len(deer), len(deer.frames)) == (71, 71)
    assert sequence_fingerprint(otb100(tmp_path / "Deer.zip")["Deer"]) == sequence_fingerprint(deer)


def test_what_is_no_sequence_of_otb_is_extra(tmp_path):
    folder(tmp_path, "Deer", {"groundtruth_rect.txt": rows(71)}, range(1, 72))
    folder(tmp_path, "Horse", {"groundtruth_rect.txt": rows(3)}, range(1, 4))
    assert otb50(tmp_path).extra == ("Horse",)


def test_a_folder_of_no_images_says_what_it_wants(tmp_path):
    folder(tmp_path, "Deer", {"groundtruth_rect.txt": rows(71)})
    with pytest.raises(MissingData, match=r"71 of 71 images missing, the first 0001\.jpg"):
        otb100(tmp_path)["Deer"]


def video(name, first, last):
    numbers = range(first, last + 1)
    return {"img_names": [f"{name}/img/{n:04d}.jpg" for n in numbers], "gt_rect": [[n, 50, 10, 20] for n in numbers]}


def test_pysot_json_fills_what_folders_lack(tmp_path):
    folder(tmp_path, "Deer", {"groundtruth_rect.txt": rows(71)}, range(1, 72))
    videos = {"Deer": {}, "Jogging-1": video("Jogging-1", 1, 307), "Tiger1": video("Tiger1", 1, 354), "Other": {}}
    (tmp_path / "OTB100.json").write_text(json.dumps(videos))
    data = otb100(tmp_path)
    assert data.available == ("Deer", "Jogging.1", "Tiger1")
    assert data["Deer"].frames is not None
    assert data["Tiger1"].truth.regions[0].x == 5
    assert len(data["Tiger1"]) == 349


def test_a_broken_json_names_file_and_sequence(tmp_path):
    short = video("Deer", 1, 70)
    odd = {**video("Dog", 1, 127), "gt_rect": [[1, 2, 3, 4]]}
    (tmp_path / "OTB100.json").write_text(json.dumps({"Deer": short, "Dog": odd, "Man": []}))
    data = otb100(tmp_path)
    with pytest.raises(BadAnnotation, match=r"OTB100\.json: Deer: expected truth for frames 1 to 71, 1 missing"):
        data["Deer"]
    with pytest.raises(BadAnnotation, match=r"OTB100\.json: Dog: expected gt_rect and img_names of one length"):
        data["Dog"]
    with pytest.raises(BadAnnotation, match="Man: expected gt_rect"):
        data["Man"]
    (tmp_path / "OTB100.json").write_text("[1, 2")
    with pytest.raises(BadAnnotation, match="expected pysot's JSON"):
        otb100(tmp_path)


def test_splits_and_empty_roots_are_refused(tmp_path):
    with pytest.raises(UsageError, match="otb2013 has no splits, found 'otb2013:test'"):
        otb2013(tmp_path, "test")
    with pytest.raises(MissingData, match=r"otb50: no sequence in .*looked there and in its OTB100/ for"):
        otb50(tmp_path, None)
    with pytest.raises(MissingData, match="no such folder"):
        otb100(tmp_path / "nowhere")


def test_the_lists_are_whole(tmp_path):
    folder(tmp_path, "Deer", {"groundtruth_rect.txt": rows(71)}, range(1, 72))
    folder(tmp_path, "Man", {"groundtruth_rect.txt": rows(134)}, range(1, 135))
    whole, hard, old = otb100(tmp_path), otb50(tmp_path), otb2013(tmp_path)
    assert [len(data.expected) for data in (whole, hard, old)] == [100, 50, 51]
    assert set(hard.expected) | set(old.expected) < set(whole.expected)
    assert (whole.available, hard.available, old.available) == (("Deer", "Man"), ("Deer",), ("Deer",))
    assert {"Jogging.1", "Jogging.2"} <= set(old.expected)


@pytest.mark.parametrize("root", [ANNOTATIONS, ANNOTATIONS.parent, ANNOTATIONS / "anno_TB100"], ids=lambda p: p.name)
def test_real_annotations_are_complete(root):
    need(ANNOTATIONS)
    data = otb100(root)
    assert data.missing == ()
    assert sum(len(sequence) for sequence in data) == 59_035  # 59,040 rows, and Tiger1 five later
    assert all(sequence.frames is None for sequence in data)


def test_all_sources_give_the_same_truth(tmp_path):
    need(ANNOTATIONS)
    need(IMAGES)
    (tmp_path / "OTB100.json").write_bytes((ANNOTATIONS / "OTB100_pysot.json").read_bytes())
    text, from_json, folders = otb100(ANNOTATIONS), otb100(tmp_path), otb100(IMAGES)
    assert (len(from_json), len(folders)) == (100, 11)
    expected = {sequence.name: sequence_fingerprint(sequence) for sequence in text}
    assert {sequence.name: sequence_fingerprint(sequence) for sequence in from_json} == expected
    assert {s.name: sequence_fingerprint(s) for s in folders} == {name: expected[name] for name in folders.available}


def test_a_real_copy_decodes():
    need(IMAGES)
    david = otb100(IMAGES)["David"]
    assert np.array_equal(david.truth.regions.boxes[0], [128, 79, 64, 78])
    assert david.frames[470].pixels.shape == (240, 320, 3)
