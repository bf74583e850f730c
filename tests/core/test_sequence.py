"""Frames, sequences and datasets, and the views of them that protocols use."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness import Dataset, Frame, Frames, GroundTruth, Sequence
from harness.core.errors import MissingData, UnknownName, UsageError
from harness.core.regions import Regions
from harness.core.sequence import canonical_name


def sequence(length: int = 6) -> Sequence:
    """Frame i is one pixel of value i, its file number 100 + i, its box at x = i."""
    numbers = range(100, 100 + length)
    frames = Frames(numbers, lambda n: np.full((1, 1, 3), n - 100, np.uint8), lambda n: f"{n}.jpg")
    boxes = [[i, 0, 1, 1] for i in range(length)]
    absent = np.arange(length) % 2 == 1
    truth = GroundTruth(Regions(boxes), absent, {"cover": np.arange(float(length))})
    return Sequence("one", truth, frames, size=(1, 1), attributes=frozenset({"blur"}))


def contents(view: Sequence) -> list[tuple]:
    assert [frame.index for frame in view.frames] == list(range(len(view)))
    boxes = view.truth.regions.boxes[:, 0]
    shown = [(f.pixels.item(0), f.path) for f in view.frames]
    return [
        (*s, int(box), bool(absent), float(cover))
        for s, box, absent, cover in zip(shown, boxes, view.truth.absent, view.truth.flags["cover"], strict=True)
    ]


def test_a_window_keeps_frames_and_truth_together():
    assert contents(sequence().window(2, 5)) == contents(sequence())[2:5]


def test_reversed_is_last_first():
    assert contents(sequence().reversed()) == contents(sequence())[::-1]


def test_views_of_views():
    whole = contents(sequence())
    assert contents(sequence().reversed().reversed()) == whole
    assert contents(sequence().window(1, 5).reversed().window(0, 2)) == whole[1:5][::-1][:2]


def test_a_view_keeps_what_does_not_depend_on_time():
    view = sequence().window(1, 3)
    assert (view.name, view.size, view.attributes) == ("one", (1, 1), {"blur"})


def test_annotations_alone_have_views_too():
    one = sequence()
    alone = Sequence("one", one.truth)
    assert alone.window(1, 3).frames is None
    assert alone.reversed().truth.regions == one.reversed().truth.regions


def test_truth_and_frames_are_equally_many():
    one = sequence(6)
    with pytest.raises(MissingData, match=r"^one: 6 rows of truth but 5 frames$"):
        Sequence("one", one.truth, one.frames.view(slice(5)))


def test_a_benchmark_without_marks_sees_its_target_everywhere():
    truth = GroundTruth.visible(Regions(np.ones((3, 4))))
    assert truth.absent.tolist() == [False] * 3


# Frames


def test_a_frame_is_decoded_once_and_only_when_looked_at():
    decoded = []

    def decode(number):
        decoded.append(number)
        return np.zeros((2, 3, 3), np.uint8)

    frames = Frames([7, 8, 9], decode)
    frame = frames[1]
    assert (decoded, frame.index, frame.path) == ([], 1, None)
    assert frame.pixels is frame.pixels
    assert decoded == [8]


def test_pixels_cannot_be_written():
    frame = Frame(0, lambda: np.zeros((2, 2, 3), np.uint8))
    with pytest.raises(ValueError, match="read-only"):
        frame.pixels[0, 0] = 1


def test_frames_from_the_end_and_beyond():
    frames = sequence().frames
    assert (frames[-1].index, frames[-1].path) == (5, "105.jpg")
    with pytest.raises(IndexError):
        frames[6]


# Datasets


def dataset(expected: list[str], available: list[str]) -> Dataset:
    opened = {name: Sequence(name, sequence().truth) for name in available}
    return Dataset("some", tuple(expected), tuple(available), opened.__getitem__, "/copy")


NAMES = ["Jogging.1", "Jogging.2", "Human4.2", "Skating-two_b", "Tiger1"]
PARTIAL = dataset(NAMES, NAMES[:4])


def test_a_dataset_opens_what_is_there():
    assert len(PARTIAL) == 4
    assert [one.name for one in PARTIAL] == NAMES[:4]
    assert PARTIAL.missing == ("Tiger1",)


@pytest.mark.parametrize("name", ["Jogging.1", "Jogging-1", "jogging_1", "JOGGING.1"])
def test_a_sequence_in_any_toolkits_spelling(name):
    assert canonical_name(name) == "jogging.1"
    assert PARTIAL[name].name == "Jogging.1"


def test_a_sequence_that_is_not_in_this_copy():
    with pytest.raises(MissingData, match=r"^some: sequence 'tiger1' is not in this copy \(/copy\)$"):
        PARTIAL["tiger1"]


def test_a_sequence_nobody_has():
    with pytest.raises(UnknownName, match=r"^unknown sequence 'Joging-1'; did you mean 'Jogging.1'"):
        PARTIAL["Joging-1"]
    with pytest.raises(UnknownName, match=r"^unknown sequence 'zzz'$"):  # 'harness list' does not list sequences
        PARTIAL["zzz"]


def test_a_subset_keeps_the_benchmarks_order_and_what_is_expected():
    part = PARTIAL.subset(["human4-2", "jogging-1", "Jogging.1"])
    assert part.available == ("Jogging.1", "Human4.2")
    assert part.expected == PARTIAL.expected
    assert set(part.missing) == set(NAMES) - set(part.available)
    with pytest.raises(UnknownName):
        PARTIAL.subset(["Jogging.1", "nobody"])
    with pytest.raises(MissingData):
        part["Jogging.2"]


@given(st.integers(1, 60), st.integers(1, 80))
def test_spread_takes_as_many_as_asked_from_end_to_end(size, count):
    names = [f"s{i:02d}" for i in range(size)]
    picked = dataset(names, names).spread(count).available
    assert len(picked) == min(count, size)
    assert list(picked) == sorted(picked)
    assert picked[0] == names[0]
    gaps = np.diff([names.index(name) for name in picked])
    if count > 1:
        assert picked[-1] == names[-1]
        assert not gaps.size or gaps.max() - gaps.min() <= 1


def test_spread_of_nothing():
    assert dataset(NAMES, []).spread(3).available == ()
    with pytest.raises(UsageError, match="at least 1 sequence, found 0"):
        PARTIAL.spread(0)
