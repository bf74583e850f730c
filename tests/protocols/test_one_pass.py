"""One pass: start on the first truth, ask every other frame in order, keep every answer."""

import math

import numpy as np
import pytest

from harness import Box, GroundTruth, Mask, Polygon, Prediction, Sequence
from harness.core.errors import BadAnnotation
from harness.core.regions import Regions, Special
from harness.core.tracker import Traits
from harness.core.trial import Answer, Start, Trial, Update
from harness.protocols.base import Log
from harness.protocols.one_pass import OnePass

FIRST = Box(1, 2, 3, 4)


def sequence(*regions) -> Sequence:
    return Sequence("one", GroundTruth.visible(Regions.collect(regions)))


@pytest.fixture
def drive(play):
    """A whole trial with known answers, half a second each more than the one before."""

    def drive(one: Sequence, answers: list[Prediction], **more):
        (trial,) = OnePass().trials(one, Traits())
        return play(
            OnePass(), one, trial, lambda ask: answers[ask.frame - 1], lambda ask: 0.5 * (ask.frame + 1), **more
        )

    return drive


def test_it_asks_for_every_frame_once_in_order(drive):
    one = sequence(FIRST, None, Box(9, 9, 9, 9))
    asks, trajectory = drive(one, [Prediction(Box(5, 5, 5, 5), 0.25), Prediction(None)])
    assert asks == [Start(0, FIRST), Update(1), Update(2)]
    assert list(trajectory.regions) == [FIRST, Box(5, 5, 5, 5), None]
    assert np.array_equal(trajectory.confidences, [math.nan, 0.25, math.nan], equal_nan=True)
    assert trajectory.seconds.tolist() == [0.5, 1.0, 1.5]
    assert not trajectory.shared


def test_a_sequence_of_one_frame_has_a_start_only(drive):
    asks, trajectory = drive(sequence(FIRST), [])
    assert asks == [Start(0, FIRST)]
    assert list(trajectory.regions) == [FIRST]


def test_seconds_shared_once_are_shared(drive):
    _, trajectory = drive(sequence(FIRST, FIRST), [Prediction(FIRST)], shared=True)
    assert trajectory.shared


@pytest.mark.parametrize("first", [Polygon(((0, 0), (4, 0), (4, 4))), Mask.encode(np.ones((2, 2)))])
def test_the_first_truth_is_handed_on_as_it_is(drive, first):
    asks, trajectory = drive(sequence(first, None), [Prediction(Box(1, 1, 1, 1))])
    assert asks[0] == Start(0, first)
    assert list(trajectory.regions) == [first, Box(1, 1, 1, 1)]


@pytest.mark.parametrize("first", [None, Box(math.nan, 1, 1, 1), Special.SKIPPED])
def test_without_a_first_truth_there_is_nothing_to_start_from(first):
    one = sequence(first, FIRST)
    with pytest.raises(BadAnnotation, match=r"^one: no truth in the first frame"):
        next(OnePass().drive(one, OnePass().trials(one, Traits())[0]))


def test_one_trial_a_sequence():
    assert OnePass().trials(sequence(FIRST, FIRST, FIRST), Traits()) == [Trial("one", "one", range(3))]


def test_an_update_is_answered_with_a_prediction():
    with pytest.raises(ValueError, match="answered with a prediction"):
        Log().answered(Answer(None, 0.1, shared=False))
