import shutil
import zipfile
from pathlib import Path

import cv2
import numpy as np
import pytest

from harness.core.errors import BadAnnotation, MissingData, UsageError
from harness.core.record import sequence_fingerprint
from harness.datasets.trackingnet import trackingnet

GOLDEN = Path(__file__).resolve().parents[2].parent / "shared" / "golden" / "inputs" / "trackingnet" / "gt"
DASH, FIRST = "-Dz7OIf54b0_0", "0-6LB4FqxoE_0"
TRAIN = "zz_train-me_1"


def sequence(chunk, name, rows=1):
    """Twelve images in the benchmark's own layout; row i of the truth begins with i.5, pixels of image i are 2 * i."""
    images = chunk / "frames" / name
    images.mkdir(parents=True)
    (chunk / "anno").mkdir(exist_ok=True)
    for number in range(12):
        cv2.imwrite(str(images / f"{number}.jpg"), np.full((4, 6, 3), 2 * number, np.uint8))
    (chunk / "anno" / f"{name}.txt").write_text("".join(f" {i}.50,-2.00,3.00,4.00\n" for i in range(rows)))


@pytest.fixture
def copy(tmp_path):
    root = tmp_path / "TrackingNet"
    for name in (FIRST, DASH):
        sequence(root / "TEST", name)
    sequence(root / "TRAIN_0", TRAIN, rows=12)
    sequence(root / "TRAIN_11", "A_b-c_0", rows=12)
    return root


def zip_images(chunk, inside=""):
    """The images as they are downloaded: `zips`/<name>.zip in place of `frames`/<name>."""
    (chunk / "zips").mkdir()
    for images in sorted((chunk / "frames").iterdir()):
        with zipfile.ZipFile(chunk / "zips" / f"{images.name}.zip", "w") as archive:
            for image in sorted(images.iterdir()):
                archive.write(image, inside.format(images.name) + image.name)
    shutil.rmtree(chunk / "frames")


def test_test_has_its_first_box_and_as_many_frames_as_images(copy):
    data = trackingnet(copy)
    assert (data.name, len(data.expected), data.available) == ("trackingnet", 511, (DASH, FIRST))
    first = data[DASH]
    assert (len(first), len(first.frames)) == (12, 12)
    assert first.truth.regions[0].xywh == (0.5, -2, 3, 4)
    assert np.isnan(first.truth.regions.boxes[1:]).all()
    assert not first.truth.absent.any()


def test_frames_are_in_the_order_of_their_numbers(copy):
    frames = trackingnet(copy)[FIRST].frames
    assert [Path(frames[i].path).name for i in (0, 2, 9, 10, 11)] == ["0.jpg", "2.jpg", "9.jpg", "10.jpg", "11.jpg"]
    assert [frames[i].pixels.item(0) for i in (2, 10)] == [4, 20]


def test_train_has_all_boxes_and_expects_what_there_is(copy):
    data = trackingnet(copy, "train")
    assert (data.name, data.available, data.expected) == ("trackingnet-train", ("A_b-c_0", TRAIN), data.available)
    assert data[TRAIN].truth.regions.boxes[:, 0].tolist() == [i + 0.5 for i in range(12)]


@pytest.mark.parametrize("split", ["test", "train"])
@pytest.mark.parametrize("inside", ["", "{}/"], ids=["flat", "in a folder"])
def test_downloads_are_read_as_they_are(copy, tmp_path, split, inside):
    zipped = tmp_path / "zipped"
    shutil.copytree(copy, zipped)
    for chunk in zipped.iterdir():
        zip_images(chunk, inside)
    whole, still = trackingnet(copy, split), trackingnet(zipped, split)
    assert still.available == whole.available
    for name in whole.available:
        assert sequence_fingerprint(still[name]) == sequence_fingerprint(whole[name])
        assert np.array_equal(still[name].frames[10].pixels, whole[name].frames[10].pixels)


def test_a_zip_is_opened_with_its_sequence_only(copy):
    zip_images(copy / "TEST")
    broken = copy / "TEST" / "zips" / f"{FIRST}.zip"
    broken.write_bytes(broken.read_bytes()[:-30])
    data = trackingnet(copy)
    assert data.available == (DASH, FIRST)
    assert len(data[DASH]) == 12
    with pytest.raises(MissingData, match=rf"{FIRST}\.zip: no zip, or cut short; download it again"):
        data[FIRST]


def test_chunks_may_be_zips_themselves(copy, tmp_path):
    mirror = tmp_path / "mirror"
    mirror.mkdir()
    shutil.make_archive(str(mirror / "TEST"), "zip", copy, "TEST")
    shutil.make_archive(str(mirror / "TRAIN_0"), "zip", copy / "TRAIN_0")
    (mirror / "TRAIN_1.zip").write_text("still being downloaded")
    test = trackingnet(mirror)
    assert test.available == trackingnet(mirror / "TEST.zip").available == (DASH, FIRST)
    assert np.array_equal(test[DASH].frames[3].pixels, trackingnet(copy)[DASH].frames[3].pixels)
    assert trackingnet(mirror / "TRAIN_0.zip", "train").available == (TRAIN,)
    with pytest.raises(MissingData, match=r"TRAIN_1\.zip: no zip, or cut short"):
        trackingnet(mirror, "train")


@pytest.mark.parametrize("chunk", ["TEST", "Test", ""])
def test_the_root_may_be_around_the_chunk_or_the_chunk_itself(copy, tmp_path, chunk):
    shutil.copytree(copy / "TEST", tmp_path / "elsewhere" / chunk)
    assert trackingnet(tmp_path / "elsewhere").available == trackingnet(tmp_path).available == (DASH, FIRST)


def test_annotations_alone_can_be_scored_where_they_are_whole(copy):
    images = trackingnet(copy, "train")[TRAIN]
    for chunk in ("TEST", "TRAIN_0"):
        shutil.rmtree(copy / chunk / "frames")
    bare = trackingnet(copy, "train")[TRAIN]
    assert bare.frames is None
    assert sequence_fingerprint(bare) == sequence_fingerprint(images)
    with pytest.raises(MissingData, match=rf"{DASH}\.txt: the first box alone, and no images to say how long"):
        trackingnet(copy)[DASH]


def test_truth_that_the_server_keeps_may_be_at_hand(copy):
    (copy / "TEST" / "anno" / f"{DASH}.txt").write_text("1,2,3,4\r\n" * 12)
    assert not np.isnan(trackingnet(copy)[DASH].truth.regions.boxes).any()


@pytest.mark.parametrize(
    ("truth", "message"),
    [
        (b"1,2,3,4\n1,2,3,4\n", r"anno/-Dz7OIf54b0_0\.txt: expected a row an image, found 2 rows and 12 images"),
        (b"1,2,3\n", r"txt:1: expected 4 numbers x,y,w,h, found '1,2,3'"),
        (b"", r"txt: expected rows of 4 numbers, found an empty file"),
        ("1,2,3,4\n".encode("utf-16"), r"txt:1: expected "),
    ],
)
def test_a_damaged_truth_is_one_clear_line(copy, truth, message):
    (copy / "TEST" / "anno" / f"{DASH}.txt").write_bytes(truth)
    data = trackingnet(copy)
    with pytest.raises(BadAnnotation, match=message) as caught:
        data[DASH]
    assert "\n" not in str(caught.value)
    assert len(data[FIRST]) == 12


def test_a_half_unpacked_sequence_says_what_is_missing(copy):
    images = copy / "TEST" / "frames" / DASH
    for number in (3, 10):
        (images / f"{number}.jpg").unlink()
    with pytest.raises(MissingData, match=rf"frames/{DASH}: 2 of 12 images missing, the first 3\.jpg; copy it again"):
        trackingnet(copy)[DASH]
    shutil.rmtree(images)
    images.mkdir()
    with pytest.raises(MissingData, match=rf"frames/{DASH}: expected images 0\.jpg and on, found none"):
        trackingnet(copy)[DASH]
    (copy / "TEST" / "anno" / f"{FIRST}.txt").unlink()
    with pytest.raises(MissingData, match=rf"frames/{FIRST}: no anno/{FIRST}\.txt beside its folder"):
        trackingnet(copy)[FIRST]


def test_a_train_sequence_that_lost_its_last_images(copy):
    (copy / "TRAIN_0" / "frames" / TRAIN / "11.jpg").unlink()
    with pytest.raises(BadAnnotation, match="found 12 rows and 11 images; copy the sequence again"):
        trackingnet(copy, "train")[TRAIN]


def test_a_truth_that_cannot_be_read(copy):
    truth = copy / "TEST" / "anno" / f"{DASH}.txt"
    truth.unlink()
    truth.mkdir()
    with pytest.raises(MissingData, match=rf"{DASH}\.txt: Is a directory"):
        trackingnet(copy)[DASH]


def test_what_is_on_no_list_is_extra(copy):
    sequence(copy / "TEST", "not-official_7")
    (copy / "TEST" / "frames" / ".DS_Store").touch()
    assert trackingnet(copy).extra == ("not-official_7",)


def test_what_is_no_such_copy_is_refused(copy, tmp_path):
    with pytest.raises(UsageError, match="trackingnet has test, train, found 'trackingnet:val'"):
        trackingnet(copy, "val")
    (tmp_path / "empty").mkdir()
    got10k = tmp_path / "got10k" / "test" / "GOT-10k_Test_000001"
    got10k.mkdir(parents=True)
    for root in (tmp_path / "empty", got10k.parents[1], copy / "TRAIN_0"):
        with pytest.raises(MissingData, match=r"no sequence of test in .* in its TrackingNet/, TEST/ and test\*\.zip"):
            trackingnet(root)
    with pytest.raises(MissingData, match=r"no sequence of train in .* TRAIN_0/"):
        trackingnet(copy / "TEST", "train")
    with pytest.raises(MissingData, match="nowhere: no such folder"):
        trackingnet(tmp_path / "nowhere")


def test_golden_truth_is_read_as_written(tmp_path):
    if not GOLDEN.is_dir():
        pytest.skip(f"needs the golden inputs in {GOLDEN}")
    (tmp_path / "anno").symlink_to(GOLDEN)
    data = trackingnet(tmp_path, "train")
    assert len(data) == 6
    assert data["TNsyn000_0"].truth.regions[1].xywh == (165, 126, 92, 86)
