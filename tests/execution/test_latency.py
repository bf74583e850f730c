"""Latency by an injected clock: what is on it, what is not, and what goes wrong on one sequence alone."""

import gc
from dataclasses import replace

import numpy as np
import pytest

from harness import Box, Dataset, Frames, GroundTruth, Labels, Mask, Prediction, Sequence, Track, Tracker, Traits
from harness.core.errors import BadAnnotation, BadAnswer, MissingData, TrackerRaised, UsageError
from harness.core.regions import Regions
from harness.execution.choice import TrackerChoice
from harness.execution.latency import conditions, latencies

WARM_UP = 2 * (1 + 10)  # calls, where sequences are long enough


class Clock:
    """Seconds that pass only where somebody spends them."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


class Sleeper(Tracker[Track]):
    """Spends 4 s on a start, and as many seconds as the frame's number on an update."""

    def __init__(self, clock):
        super().__init__()
        self.clock, self.calls, self.closed = clock, [], 0

    def prepare(self, width):
        self.calls.append(("prepare", width))

    def start(self, frames, targets, seeds):
        self.clock.now += 4
        self.calls.append(("start", targets[0], seeds[0]))
        return [Track()]

    def update(self, tracks, frames):
        assert not gc.isenabled()
        self.clock.now += frames[0].index
        self.calls.append(("update", frames[0].index))
        return [Prediction(Box(0, 0, 1, 1))]

    def close(self, track):
        self.clock.now += 1000
        self.closed += 1


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def tracker(clock):
    return Sleeper(clock)


def sequence(clock, name="a", length=4):
    """One whose decoding takes 100 s a frame."""

    def decode(number):
        clock.now += 100
        return np.zeros((8, 8, 3), np.uint8)

    truth = GroundTruth.visible(Regions([[1, 1, 2, 2]] * length))
    return Sequence(name, truth, Frames(range(length), decode), (8, 8))


def dataset(*sequences):
    by_name = {one.name: one for one in sequences}
    return Dataset("otb100", tuple(by_name), tuple(by_name), by_name.__getitem__)


def measured(tracker, *sequences, **how):
    return dict(latencies(tracker, dataset(*sequences), clock=tracker.clock, **how))


def test_only_start_and_update_are_on_the_clock(tracker, clock):
    found = measured(tracker, sequence(clock, "a", 4), sequence(clock, "b", 2))
    assert {name: row.tolist() for name, row in found.items()} == {"a": [4, 1, 2, 3], "b": [4, 1]}


def test_it_warms_up_first_and_once(tracker, clock):
    measured(tracker, sequence(clock, "a", 40), sequence(clock, "b", 2))
    assert tracker.calls[0] == ("prepare", 1)
    assert len(tracker.calls) == 1 + WARM_UP + 40 + 2
    assert [call[0] for call in tracker.calls].count("start") == tracker.closed == 4


def test_a_short_sequence_warms_up_too(tracker, clock):
    measured(tracker, sequence(clock, "a", 3))
    assert len(tracker.calls) == 1 + 2 * 3 + 3


def test_the_first_frames_only(tracker, clock):
    found = measured(tracker, sequence(clock, "a", 30), sequence(clock, "b", 2), frames=3)
    assert {name: row.tolist() for name, row in found.items()} == {"a": [4, 1, 2], "b": [4, 1]}
    with pytest.raises(UsageError, match="--frames is at least 2, a start and an update; found 1"):
        measured(tracker, sequence(clock), frames=1)


def test_the_garbage_collector_is_as_it_was(tracker, clock):
    assert gc.isenabled()
    steps = latencies(tracker, dataset(sequence(clock, "a"), sequence(clock, "b")), clock=clock)
    next(steps)
    assert gc.isenabled()
    gc.disable()
    try:
        next(steps)
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_seeds_are_those_of_a_run(tracker, clock):
    measured(tracker, sequence(clock), seed=3)
    first = {call[2] for call in tracker.calls if call[0] == "start"}
    measured(tracker, sequence(clock), seed=4)
    assert len(first) == 1
    assert len({call[2] for call in tracker.calls if call[0] == "start"}) == 2


def test_of_several_objects_one_that_the_tracker_can_follow(tracker, clock):
    labels = Labels(((1, Mask(2, 3, 3, 2, (0, 6))), (2, Mask(0, 0, 8, 8, (0, 64)))))
    truth = GroundTruth.visible(Regions.collect([labels] * 2))
    found = measured(tracker, replace(sequence(clock, length=2), truth=truth))
    assert found["a"].tolist() == [4, 1]
    assert {call[1] for call in tracker.calls if call[0] == "start"} == {Box(2, 3, 3, 2)}


class Faulty(Sleeper):
    """Does something else on the fifth update after each start."""

    def __init__(self, clock, fault):
        super().__init__(clock)
        self.fault = fault

    def update(self, tracks, frames):
        answers = super().update(tracks, frames)
        return self.fault() if frames[0].index == 5 else answers


@pytest.mark.parametrize(
    ("fault", "error", "message"),
    [
        (lambda: 1 / 0, TrackerRaised, r"the tracker's update\(\) raised ZeroDivisionError: division by zero"),
        (lambda: [], BadAnswer, r"update\(\) of 1 must answer as many in a list, found \[\]"),
        (lambda: Prediction(None), BadAnswer, "found Prediction"),
    ],
)
def test_a_fault_is_its_sequences_alone(clock, fault, error, message):
    tracker = Faulty(clock, fault)
    found = measured(tracker, sequence(clock, "long", 9), sequence(clock, "short", 3))
    assert found["short"].tolist() == [4, 1, 2]
    with pytest.raises(error, match=message):
        raise found["long"]
    assert tracker.closed == [call[0] for call in tracker.calls].count("start")
    assert gc.isenabled()


def test_a_sequence_that_cannot_be_tracked_is_none_of_the_others(tracker, clock):
    blind = replace(sequence(clock, "blind"), frames=None)
    unknown = GroundTruth.visible(Regions.collect([None] * 4))
    found = measured(tracker, blind, replace(sequence(clock, "unknown"), truth=unknown), sequence(clock))
    assert isinstance(found["blind"], MissingData)
    assert isinstance(found["unknown"], BadAnnotation)
    assert found["a"].tolist() == [4, 1, 2, 3]


def test_what_cannot_be_prepared_ends_it(tracker, clock, monkeypatch):
    monkeypatch.setattr(tracker, "prepare", lambda width: [][width])
    with pytest.raises(TrackerRaised, match=r"prepare\(\) raised IndexError"):
        measured(tracker, sequence(clock))


def test_a_mask_tracker_of_one_is_started_on_one_mask(clock):
    class Masks(Sleeper):
        traits = Traits(accepts="mask")

    tracker = Masks(clock)
    measured(tracker, sequence(clock))
    assert {type(call[1]) for call in tracker.calls if call[0] == "start"} == {Mask}


def test_conditions_say_what_was_measured_and_on_what():
    chosen = TrackerChoice("kcf", {"scales": "1"}).build()
    found = conditions(chosen, ("busy",))
    assert (found.device, found.precision, found.disturbed) == ("cpu", "float32", ("busy",))
    assert found.identity["settings"]["scales"] == 1
    assert found.tracker == chosen.described().fingerprint != TrackerChoice("kcf").build().described().fingerprint
    assert "cores" in found.hardware
    assert {"command", "started", "environment"} <= found.invocation.keys()
    assert found.warm_up == WARM_UP - 2
