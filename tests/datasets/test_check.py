"""Findings about copies that are whole, incomplete and broken."""

import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from harness.core.regions import Regions
from harness.core.sequence import Dataset, Frames, GroundTruth, Sequence
from harness.datasets.check import Finding, check
from harness.datasets.otb import otb100
from harness.datasets.synthetic.benchmark import synthetic


def wrong(dataset, **how):
    """What is wrong, without the 96 sequences that the small copy lacks."""
    return [(f.sequence, f.text) for f in check(dataset, **how) if f.wrong and "96 of 100" not in f.text]


def sequence(boxes=((1, 2, 3, 4), (1, 2, 3, 4)), size=None, **truth):
    """A sequence of black images, 8 wide and 6 high."""
    truth = GroundTruth(**{"regions": Regions(boxes), "absent": np.zeros(len(boxes), bool), **truth})
    frames = Frames(range(len(truth)), lambda _: np.zeros((6, 8, 3), np.uint8))
    return Sequence("one", truth, frames, size)


def dataset(*sequences):
    by_name = {one.name: one for one in sequences}
    return Dataset("made", tuple(by_name), tuple(by_name), by_name.__getitem__)


def test_a_flawless_copy_has_no_findings_and_is_counted():
    counts = []
    assert list(check(dataset(sequence(), replace(sequence(), name="two")), told=counts.append)) == []
    assert counts == [2, 2]


def test_what_makes_itself_is_flawless(tmp_path):
    assert list(check(synthetic(tmp_path, "masks"), quick=True)) == []
    assert not list(tmp_path.iterdir())  # quick: nothing was rendered


def test_missing_and_extra_sequences_are_one_line_each(otb_copy):
    (otb_copy / "Dear" / "img").mkdir(parents=True)
    (otb_copy / "Dear" / "groundtruth_rect.txt").touch()
    assert list(check(otb100(otb_copy))) == [
        Finding(None, "96 of 100 sequences missing: Basketball, Biker, Bird1, BlurBody, BlurCar1 and 91 more"),
        Finding(None, "1 on no official list: Dear"),
    ]


def test_a_broken_sequence_is_a_line_and_stops_no_other(otb_copy):
    (otb_copy / "Bird2/groundtruth_rect.txt").write_text("1,2,3\n")
    (otb_copy / "Deer/img/0007.jpg").unlink()
    counts = []
    found = wrong(otb100(otb_copy), told=counts.append)
    assert [name for name, _ in found] == ["Bird2", "Deer"]
    assert "groundtruth_rect.txt:1: expected 4 numbers x,y,w,h, found '1,2,3'" in found[0][1]
    assert "1 of 71 images missing, the first 0007.jpg" in found[1][1]
    assert counts == [0, 0, 74, 81]


def test_the_name_of_a_sequence_is_not_said_twice():
    def broken(_):
        return Sequence("one", sequence().truth, Frames(range(3), lambda _: None))

    assert wrong(replace(dataset(sequence()), open=broken)) == [("one", "2 rows of truth but 3 frames")]


def test_broken_images_are_named_and_then_counted(otb_copy):
    whole = (otb_copy / "Skiing/img/0020.jpg").read_bytes()
    for number in (20, 30, 40, 41, 42):
        (otb_copy / f"Skiing/img/{number:04d}.jpg").write_bytes(whole[: 400 if number % 2 else 0])
    found = wrong(otb100(otb_copy))
    assert {name for name, _ in found} == {"Skiing"}
    images = [next(part for part in text.split() if part.endswith(".jpg:")) for _, text in found[:3]]
    assert [Path(image).name for image in images] == ["0020.jpg:", "0030.jpg:", "0040.jpg:"]
    assert found[3:] == [("Skiing", "2 more of 81 images are broken")]
    (otb_copy / "Skiing/img/0041.jpg").write_bytes(whole[:400])
    assert wrong(otb100(otb_copy), quick=True) == []


def test_images_of_several_sizes(otb_copy):
    cv2.imwrite(str(otb_copy / "Deer/img/0017.jpg"), np.zeros((24, 32, 3), np.uint8))
    text = "images of 2 sizes: 70 of 64x48, 1 of 32x24; the first of these is image 17"
    assert wrong(otb100(otb_copy)) == [("Deer", text)]


def test_images_of_another_size_than_the_benchmark_says():
    assert wrong(dataset(sequence(size=(8, 6)))) == []
    assert wrong(dataset(sequence(size=(6, 8)))) == [("one", "images of 8x6, but the benchmark says 6x8")]


@pytest.mark.parametrize(
    ("inside", "outside"), [((6, 2, 4, 4), (7, 2, 4, 4)), ((-1, 0, 2, 4), (-2, 0, 2, 4)), ((1, 5, 3, 2), (1, 6, 3, 2))]
)
def test_a_first_region_outside_the_image(inside, outside):
    assert wrong(dataset(sequence([inside, outside]))) == []
    box = ",".join(map(str, outside))
    finding = ("one", f"the first region, {box}, lies outside the image of 8x6")
    assert wrong(dataset(sequence([outside]))) == [finding]
    assert wrong(dataset(sequence([outside])), quick=True) == []
    assert wrong(dataset(sequence([outside], size=(8, 6))), quick=True) == [finding]


@pytest.mark.parametrize("box", [(1, 2, 0, 4), (np.nan,) * 4])
def test_a_first_region_that_no_tracker_can_start_from(box):
    ((_, text),) = wrong(dataset(sequence([box, (1, 2, 3, 4)])))
    assert "no tracker can start from the first region" in text
    assert wrong(dataset(sequence([(1, 2, 3, 4), box]))) == []


def test_flags_that_are_not_one_a_frame():
    found = wrong(dataset(sequence(absent=np.zeros(3, bool), flags={"cover": np.zeros(1), "cut": np.zeros(2)})))
    assert [text for _, text in found] == [
        "expected 2 values of 'absent', one a frame, found 3",
        "expected 2 values of 'cover', one a frame, found 1",
    ]


def test_known_errata_are_notes_on_sequences_at_hand(otb_copy):
    truth = "\n".join(f"{n} 1 9 9" for n in range(1, 355))
    (otb_copy / "Tiger1").mkdir()
    (otb_copy / "Tiger1/groundtruth_rect.txt").write_text(truth)
    notes = [finding for finding in check(otb100(otb_copy), quick=True) if not finding.wrong]
    assert notes == [
        Finding("Tiger1", "known: the truth begins at frame 1, the official evaluation at frame 6", wrong=False)
    ]


def test_annotations_only_is_a_note_and_images_missing_here_and_there_is_wrong():
    bare = replace(sequence(), frames=None)
    found = list(check(dataset(bare, replace(bare, name="two"))))
    assert found == [Finding(None, "annotations only, no images", wrong=False)]
    assert wrong(dataset(sequence(), replace(bare, name="two"))) == [(None, "1 of 2 sequences have no images: two")]


def test_stopped_early_it_does_not_decode_the_rest():
    decoded = []

    def decode(number):
        decoded.append(number)
        time.sleep(0.001)
        return np.zeros((6, 8, 3), np.uint8)

    long = sequence([(1, 2, 3, 4)] * 20_000)
    long = replace(long, frames=Frames(range(len(long)), decode))
    with closing(check(dataset(sequence([(0, 0, 0, 0)]), replace(long, name="two")))) as findings:
        assert next(findings).sequence == "one"
    assert len(decoded) < len(long)
