"""Supervised: what fails, when a track begins again, and what the official rules make of it."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness import Box, Frames, Mask, Polygon, Prediction
from harness.core.errors import BadAnnotation, UsageError
from harness.core.regions import Regions, Special
from harness.core.tracker import Traits
from harness.core.trial import Start, Update
from harness.metrics.vot.evaluate import evaluate_supervised
from harness.metrics.vot.rules import VOT2019, VOT2019_VOT_TOOLKIT
from harness.protocols.supervised import Supervised

TARGET = Box(20, 20, 10, 10)


@pytest.fixture
def drive(play):
    def drive(one, answer, **more):
        return play(Supervised(), one, Supervised().trials(one, Traits())[0], answer, **more)

    return drive


def codes(trajectory) -> str:
    """A letter a frame: VOT's code, or r for a region."""
    return "".join(str(int(region)) if isinstance(region, Special) else "r" for region in trajectory.regions)


def test_after_a_failure_the_tracker_begins_again_five_frames_later(drive, still, losing):
    asks, trajectory = drive(still(20), losing(3, 12))
    assert codes(trajectory) == "1rr200001rrr200001rr"
    assert [ask.frame for ask in asks] == [0, 1, 2, 3, 8, 9, 10, 11, 12, 17, 18, 19]
    assert [ask for ask in asks if isinstance(ask, Start)] == [Start(0, TARGET), Start(8, TARGET), Start(17, TARGET)]
    assert set(np.flatnonzero(np.isnan(trajectory.seconds))) == {4, 5, 6, 7, 13, 14, 15, 16}
    assert trajectory.confidences[[1, 3]].tolist() == [0.5, 0.5]
    assert np.isnan(trajectory.confidences[[0, 4, 8]]).all()
    assert trajectory.misses == 0


def test_eao_accuracy_and_failures_by_hand(drive, still, losing):
    """Overlaps after the three starts: 1 1 0…, 1 1 1 0…, and 1 1 to the end of the sequence."""
    one = still(20)
    _, trajectory = drive(one, losing(3, 12))
    runs, where = {"x": {"still": [trajectory.regions]}}, {"dataset": "d", "protocol": "supervised", "expected": 1}
    pysot = evaluate_supervised(runs, {"still": one}, replace(VOT2019, interval=(2, 4), burn_in=2), **where)
    assert pysot.scores.at["x", "failures"] == 2
    assert pysot.scores.at["x", "robustness"] == pytest.approx(100 * 2 / 20)
    assert pysot.scores.at["x", "accuracy"] == 1
    assert pysot.scores.at["x", "eao"] == pytest.approx((1 + 1 + (2 / 3 + 1) / 2) / 3)
    theirs = evaluate_supervised(runs, {"still": one}, replace(VOT2019_VOT_TOOLKIT, interval=(2, 3)), **where)
    # A fragment ends before its failure, and the curve at the longest: after 2 and 3 frames.
    assert theirs.scores.at["x", "eao"] == pytest.approx((1 + (2 / 3 + 1) / 2) / 2)


@pytest.mark.parametrize(
    ("answer", "fails"),
    [
        (Box(29, 29, 10, 10), False),  # one pixel in common
        (Box(30, 20, 10, 10), True),  # none: pixels 20 to 29, and 30 to 39
        (Box(29.5, 20, 10, 10), True),  # corners are rounded, halves to the even pixel
        (Box(29.4, 20, 10, 10), False),
        (Polygon(((29, 29), (40, 29), (40, 40), (29, 40))), False),
        (Mask.encode(np.ones((5, 5)), 25, 25), False),
        (Mask.encode(np.zeros((5, 5)), 25, 25), True),
        (Box(float("nan"), 20, 10, 10), True),
        (None, True),
    ],
)
def test_a_failure_is_an_overlap_without_a_pixel(drive, still, answer, fails):
    _, trajectory = drive(still(2), lambda _: Prediction(answer))
    assert (trajectory.regions[1] is Special.FAILED) == fails


def test_only_pixels_of_the_image_count(drive, still):
    """Truth and answer meet outside of it alone."""
    beyond = Regions([[50, 20, 10, 10], [55, 20, 10, 10]])
    one = still(2)
    one = replace(one, truth=replace(one.truth, regions=beyond))
    answer = Prediction(Box(60, 20, 10, 10))
    assert drive(one, lambda _: answer)[1].regions[1] is Special.FAILED
    assert drive(replace(one, size=(70, 50)), lambda _: answer)[1].regions[1] == answer.region
    frames = Frames(range(2), lambda _: np.zeros((50, 70, 3), np.uint8))
    assert drive(replace(one, size=None, frames=frames), lambda _: answer)[1].regions[1] == answer.region


def test_a_start_waits_for_truth_and_nothing_fails_without(drive, still, losing):
    one = still(16, unseen=range(6, 10))
    assert codes(drive(one, losing(2))[1]) == "1r20000000" + "1rrrrr"
    assert codes(drive(one, losing(6, 7, 8, 9, 10))[1]) == "1rrrrrrrrr" + "200001"
    assert codes(drive(still(12, unseen=range(6, 12)), losing(2))[1]) == "1r2000000000"


def test_a_failure_in_the_last_frames_ends_the_run(drive, still, losing):
    assert codes(drive(still(8), losing(7))[1]) == "1rrrrrr2"
    assert codes(drive(still(8), losing(3))[1]) == "1rr20000"
    assert codes(drive(still(9), losing(3))[1]) == "1rr200001"


def test_without_a_first_truth_there_is_nothing_to_start_from(drive, still, losing):
    with pytest.raises(BadAnnotation, match=r"^still: no truth in the first frame"):
        drive(still(9, unseen=range(1)), losing())


@given(lost=st.sets(st.integers(0, 40)), frames=st.integers(1, 40))
def test_every_run_is_one_that_the_rules_accept(play, still, losing, lost, frames):
    one = still(frames)
    trial = Supervised().trials(one, Traits())[0]
    asks, trajectory = play(Supervised(), one, trial, losing(*lost))
    text = codes(trajectory)
    assert len(text) == frames
    assert [ask.frame for ask in asks] == [frame for frame, code in enumerate(text) if code != "0"]
    assert all((code == "2") == (frame in lost) for frame, code in enumerate(text) if code in "2r")
    assert isinstance(asks[0], Start)
    assert all(isinstance(ask, Update) == (text[ask.frame] != "1") for ask in asks)
    where = {"dataset": "d", "protocol": "supervised", "expected": 1}
    table = evaluate_supervised({"x": {"still": [trajectory.regions]}}, {"still": one}, VOT2019, **where)
    assert table.sequences["x"] == 1
    assert table.scores.at["x", "failures"] == text.count("2")


def test_fifteen_repetitions_of_which_three_alike_are_enough(still):
    trials = Supervised().trials(still(4), Traits())
    assert [trial.name for trial in trials] == [f"still_{number:03d}" for number in range(1, 16)]
    assert [trial.repetition for trial in trials] == list(range(15))
    assert {trial.unless_alike for trial in trials[:3]} == {()}
    assert {trial.unless_alike for trial in trials[3:]} == {("still_001", "still_002", "still_003")}
    assert len(Supervised(2).trials(still(4), Traits())) == 2


@pytest.mark.parametrize("count", [0, 1000])
def test_a_number_of_repetitions_that_is_none(count):
    with pytest.raises(UsageError, match=rf"1 to 999 times, found {count}"):
        Supervised(count)
