import shutil
import zipfile
from pathlib import Path

import cv2
import numpy as np
import pytest

from harness.core.errors import BadAnnotation, MissingData, UsageError
from harness.core.record import sequence_fingerprint
from harness.datasets.got10k import got10k

GOLDEN = Path(__file__).resolve().parents[2].parent / "shared" / "golden" / "inputs" / "got10k" / "gt"
VAL = "GOT-10k_Val_000001"
TEST = "GOT-10k_Test_000002"


def folder(split_folder, name, count=3, rows=None, images=True):
    """A sequence of the benchmark's own layout; row i of the truth begins with i.5, the pixels of image i are i."""
    home = split_folder / name
    home.mkdir(parents=True)
    if images:
        for number in range(1, count + 1):
            cv2.imwrite(str(home / f"{number:08d}.jpg"), np.full((4, 6, 3), number, np.uint8))
    truth = [f"{i}.5000,-2.2500,3.0000,4.0000\n" for i in range(1, (rows or count) + 1)]
    (home / "groundtruth.txt").write_text("".join(truth))
    if "Test" not in name:
        for label, values in {"absence": "001", "cover": "840", "cut_by_image": "010"}.items():
            (home / f"{label}.label").write_text("".join(f"{value}\n" for value in values[:count]))
        (home / "meta_info.ini").write_text(
            "[METAINFO]\nurl: https://a/%20b\nobject_class: sea lion\nresolution: (1920, 1080)"
        )
    return home


@pytest.fixture
def copy(tmp_path):
    """Of val, test and train a sequence each."""
    root = tmp_path / "GOT-10k"
    folder(root / "val", VAL)
    folder(root / "test", TEST, count=12, rows=1)
    folder(root / "train", "GOT-10k_Train_009335")
    for split in ("val", "test", "train"):
        (root / split / "list.txt").write_text("its own\n")
    return root


def test_val_is_read_as_written(copy):
    data = got10k(copy, "val")
    assert (data.name, len(data.expected), data.available, data.extra) == ("got10k-val", 180, (VAL,), ())
    val = data["got.10k-val-000001"]
    assert val.truth.regions.boxes.tolist() == [[i + 0.5, -2.25, 3, 4] for i in (1, 2, 3)]
    assert val.truth.absent.tolist() == [False, False, True]
    flags = {name: values.tolist() for name, values in val.truth.flags.items()}
    assert flags == {"cover": [8, 4, 0], "cut_by_image": [0, 1, 0]}
    assert (val.size, val.object_class, val.attributes) == ((1920, 1080), "sea lion", frozenset())
    assert [frame.pixels.item(0) for frame in val.frames] == [1, 2, 3]
    assert Path(val.frames[0].path).name == "00000001.jpg"


def test_test_has_its_first_box_and_as_many_frames_as_images(copy):
    data = got10k(copy)
    assert (data.name, data.available) == ("got10k", (TEST,))
    test = data[TEST]
    assert (len(test), len(test.frames), test.size) == (12, 12, None)
    assert test.truth.regions[0].xywh == (1.5, -2.25, 3, 4)
    assert np.isnan(test.truth.regions.boxes[1:]).all()
    assert not test.truth.absent.any()
    assert [Path(test.frames[i].path).name for i in (1, 9)] == ["00000002.jpg", "00000010.jpg"]


def test_train_is_a_split_too(copy):
    data = got10k(copy, "train")
    assert (data.name, data.available, len(data.missing)) == ("got10k-train", ("GOT-10k_Train_009335",), 9334)


@pytest.mark.parametrize("inside", ["", "GOT-10k", "full_data", "GOT-10k/full_data", "GOT-10k/val"])
def test_the_root_may_be_around_the_split_or_the_split_itself(copy, tmp_path, inside):
    root = tmp_path / "elsewhere"
    home = root / inside
    shutil.copytree(copy / "val", home if home.name == "val" else home / "val")
    assert got10k(root, "val").available == got10k(home, "val").available == (VAL,)


def test_downloads_are_read_as_they_are(copy, tmp_path):
    zips = tmp_path / "zipped" / "full_data"
    (zips / "train_data").mkdir(parents=True)
    shutil.make_archive(str(zips / "val_data"), "zip", copy, "val")
    shutil.make_archive(str(zips / "test_data"), "zip", copy, "test")
    shutil.make_archive(str(zips / "train_data" / "GOT-10k_Train_split_19"), "zip", copy / "train")
    for split in ("val", "test", "train"):
        (name,) = got10k(copy, split).available
        unpacked, zipped = got10k(copy, split)[name], got10k(zips.parent, split)[name]
        assert sequence_fingerprint(zipped) == sequence_fingerprint(unpacked)
        assert np.array_equal(zipped.frames[2].pixels, unpacked.frames[2].pixels)
    assert got10k(zips / "val_data.zip", "val").available == (VAL,)


def test_zips_of_other_splits_are_left_shut(copy):
    (copy / "train_data.zip").write_text("still being downloaded")
    assert got10k(copy, "val").available == (VAL,)
    with pytest.raises(MissingData, match=r"train_data\.zip: no zip, or cut short; download it again"):
        got10k(copy, "train")


def test_annotations_alone_can_be_scored(copy, tmp_path):
    folder(tmp_path / "bare", VAL, images=False)
    bare = got10k(tmp_path / "bare", "val")[VAL]
    assert bare.frames is None
    assert sequence_fingerprint(bare) == sequence_fingerprint(got10k(copy, "val")[VAL])


def test_a_first_box_without_images_is_no_sequence(tmp_path):
    folder(tmp_path / "test", TEST, rows=1, images=False)
    with pytest.raises(MissingData, match=r"groundtruth\.txt: the first box alone, and no images to say how long"):
        got10k(tmp_path)[TEST]


def test_windows_line_ends_and_foreign_letters(copy):
    home = copy / "val" / VAL
    for file in ("groundtruth.txt", "cover.label"):
        (home / file).write_bytes((home / file).read_bytes().replace(b"\n", b"\r\n"))
    (home / "meta_info.ini").write_bytes("[METAINFO]\r\nurl: caf\xe9\r\nresolution: (640,480)\r\n".encode("latin-1"))
    val = got10k(copy, "val")[VAL]
    assert (len(val), val.size, val.object_class) == (3, (640, 480), "")


def test_a_half_unpacked_sequence_says_what_is_missing(copy):
    whole = folder(copy / "val", "GOT-10k_Val_000002")
    home = copy / "val" / VAL
    (home / "00000003.jpg").unlink()
    with pytest.raises(BadAnnotation, match=r"expected a row an image, found 3 rows and 2 images; copy the sequence"):
        got10k(copy, "val")[VAL]
    (home / "00000001.jpg").unlink()
    with pytest.raises(MissingData, match=r"Val_000001: 1 of 2 images missing, the first 00000001\.jpg; copy it again"):
        got10k(copy, "val")[VAL]
    (home / "groundtruth.txt").unlink()
    (home / "00000002.jpg").unlink()
    with pytest.raises(MissingData, match=r"groundtruth\.txt: No such file"):
        got10k(copy, "val")[VAL]
    assert len(got10k(copy, "val")[whole.name]) == 3


@pytest.mark.parametrize("rows", [2, 13])
def test_truth_of_another_length_than_the_images(copy, rows):
    (copy / "test" / TEST / "groundtruth.txt").write_text("1,2,3,4\n" * rows)
    with pytest.raises(BadAnnotation, match=f"expected a row an image, found {rows} rows and 12 images"):
        got10k(copy)[TEST]


def test_a_single_row_is_no_truth_of_val(copy):
    (copy / "val" / VAL / "groundtruth.txt").write_text("1,2,3,4\n")
    with pytest.raises(BadAnnotation, match="expected a row an image, found 1 rows and 3 images"):
        got10k(copy, "val")[VAL]


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("groundtruth.txt", "1,2,3,4\n1,2,\xb2,4\n".encode("latin-1"), r"groundtruth\.txt:2: expected a number, found"),
        ("cover.label", b"8\n8\n", r"cover\.label: expected 3 .*, found 2"),
        ("absence.label", b"0\nno\n0\n", r"absence\.label: expected .*, found 'no'"),
        ("cut_by_image.label", "0\n0\n0\n".encode("utf-16"), r"cut_by_image\.label: expected .*, found "),
        ("meta_info.ini", b"resolution: 1920x1080\n", r"expected a line .*\(1920, 1080\)', found 'resolution: 1920x1"),
        ("meta_info.ini", b"resolution: (0, 1080)", r"meta_info\.ini: expected a line"),
        ("meta_info.ini", b"", r"meta_info\.ini: expected a line .*, found 'none'"),
    ],
)
def test_a_damaged_file_is_one_clear_line(copy, file, content, message):
    (copy / "val" / VAL / file).write_bytes(content)
    with pytest.raises(BadAnnotation, match=message) as caught:
        got10k(copy, "val")[VAL]
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("file", ["absence.label", "cover.label", "cut_by_image.label", "meta_info.ini"])
def test_each_file_of_val_must_be_there(copy, file):
    (copy / "val" / VAL / file).unlink()
    with pytest.raises(MissingData, match=f"{VAL}/{file}: No such file"):
        got10k(copy, "val")[VAL]


def test_a_file_that_cannot_be_read(copy):
    (copy / "val" / VAL / "cover.label").unlink()
    (copy / "val" / VAL / "cover.label").mkdir()
    with pytest.raises(MissingData, match=r"cover\.label: Is a directory"):
        got10k(copy, "val")[VAL]
    with pytest.raises(MissingData, match=r"cannot be read \(File name too long\)"):
        got10k(copy / ("a" * 300))


def test_a_zip_cut_short(copy, tmp_path):
    shutil.make_archive(str(tmp_path / "val_data"), "zip", copy, "val")
    whole = (tmp_path / "val_data.zip").read_bytes()
    (tmp_path / "val_data.zip").write_bytes(whole[:-40])
    with pytest.raises(MissingData, match=r"val_data\.zip: no zip, or cut short; download it again"):
        got10k(tmp_path / "val_data.zip", "val")


def test_a_damaged_file_in_a_zip(copy, tmp_path):
    with zipfile.ZipFile(tmp_path / "val_data.zip", "w") as archive:
        archive.write(copy / "val" / VAL / "groundtruth.txt", f"val/{VAL}/groundtruth.txt")
    data = (tmp_path / "val_data.zip").read_bytes()
    (tmp_path / "val_data.zip").write_bytes(data.replace(b"1.5000", b"9.5000"))
    with pytest.raises(MissingData, match=r"Val_000001/groundtruth\.txt: cannot be unpacked .*download the zip again"):
        got10k(tmp_path / "val_data.zip", "val")[VAL]


def test_the_official_list_counts_and_what_is_beyond_it_is_extra(copy):
    folder(copy / "val", "GOT-10k_Val_900000")
    data = got10k(copy, "val")
    assert (data.available, data.extra) == ((VAL,), ("GOT-10k_Val_900000",))


def test_what_is_no_such_copy_is_refused(copy, tmp_path):
    with pytest.raises(UsageError, match="got10k has test, val, train, found 'got10k:dev'"):
        got10k(copy, "dev")
    (tmp_path / "empty").mkdir()
    lasot = tmp_path / "lasot" / "airplane" / "airplane-1"
    lasot.mkdir(parents=True)
    for root, split in ((tmp_path / "empty", None), (lasot.parents[1], None), (copy / "val", "test")):
        with pytest.raises(MissingData, match=r"no sequence of test in .* for GOT-10k_Test_000001/groundtruth\.txt"):
            got10k(root, split)
    with pytest.raises(MissingData, match="nowhere: no such folder"):
        got10k(tmp_path / "nowhere")


def test_the_golden_copy_has_the_official_layout(tmp_path):
    if not GOLDEN.is_dir():
        pytest.skip(f"needs the golden inputs in {GOLDEN}")
    with pytest.raises(MissingData, match="GOT-10k_Val_900000 is not on the official list"):
        got10k(GOLDEN, "val")
    (tmp_path / VAL).symlink_to(GOLDEN / "GOT-10k_Val_900004")
    val = got10k(tmp_path, "val")[VAL]
    assert (val.size, val.object_class, val.frames) == ((640, 360), "thing", None)
    assert val.truth.regions[0].xywh == (266.6899, 152.3934, 48.4017, 28.4747)
    assert val.truth.absent.any()
    assert set(val.truth.flags["cover"]) <= set(range(9))
