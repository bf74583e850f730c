"""Calls of a tracker: what it is given, how it may answer, and what its seconds are."""

import math
from contextlib import contextmanager

import numpy as np
import pytest

from harness import Box, GroundTruth, Mask, OutOfMemory, Prediction, Sequence, Track, Tracker, Traits
from harness.core.errors import BadAnswer, TrackerRaised
from harness.core.regions import Polygon, Regions
from harness.execution.loop.calls import blaming


class Answers(Tracker):
    """Answers every update with what it was built with."""

    traits = Traits()

    def __init__(self, answer):
        super().__init__()
        self.answer = answer

    def start(self, frames, targets, seeds):
        return [Track() for _ in frames]

    def update(self, tracks, frames):
        return self.answer


@pytest.mark.parametrize("answer", [[None], [Prediction(None)], [Prediction(Box(1, 2, math.nan, 4))]])
def test_no_answer_is_a_miss(answer, drive, make_sequence):
    trajectory = drive(Answers(answer), [make_sequence("one", 4)])["one"].trajectory
    assert trajectory.misses == 3
    assert trajectory.regions[1] is None


def test_four_numbers_are_a_box(drive, make_sequence):
    trajectory = drive(Answers([Prediction(np.array([1, 2, 3, 4]))]), [make_sequence()])["one"].trajectory
    assert trajectory.regions[1] == Box(1, 2, 3, 4)


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ([(1, 2, 3, 4)], "tuple"),
        ([Prediction((1, 2, 3))], r"shape \(3,\)"),
        ([Prediction("left")], "'left'"),
        ([Prediction(Box(1, 2, 3, 4), "high")], "high"),
        ([], "found 0"),
        ([Prediction(None)] * 2, "found 2"),
        (None, "NoneType"),
    ],
)
def test_a_wrong_answer_fails_the_trial(answer, found, drive, make_sequence):
    outcome = drive(Answers(answer), [make_sequence()])["one"]
    assert outcome.trajectory is None
    assert isinstance(outcome.error, BadAnswer)
    with pytest.raises(BadAnswer, match=found):
        raise outcome.error


def test_regions_become_what_the_tracker_accepts(drive, make_sequence):
    class Seen(Answers):
        def start(self, frames, targets, seeds):
            self.targets = targets
            return super().start(frames, targets, seeds)

    polygon = Polygon(((10.0, 20.0), (26.0, 22.0), (24.0, 36.0)))
    video = make_sequence("one", 2)
    tracker = Seen([None])
    drive(tracker, [Sequence("one", GroundTruth.visible(Regions.collect([polygon, polygon])), video.frames)])
    assert tracker.targets == [Box(10, 20, 16, 16)]


@pytest.mark.parametrize("accepts", ["mask", "labels"])
def test_mask_trackers_start_on_masks_and_keep_them(accepts, drive, make_sequence):
    class Masks(Answers):
        traits = Traits(accepts=accepts)

        def start(self, frames, targets, seeds):
            self.answer = [Prediction(targets[0])]
            return super().start(frames, targets, seeds)

    trajectory = drive(Masks(None), [make_sequence("one", 3)])["one"].trajectory
    assert trajectory.regions[2] == Mask(10, 20, 16, 16, (0, 256))


def test_seconds_are_solo_at_width_1_and_shared_otherwise(batched, drive, make_sequence):
    sequences = [make_sequence(str(i)) for i in range(2)]
    assert not any(o.trajectory.shared for o in drive(batched, sequences, 1).values())
    assert all(o.trajectory.shared for o in drive(type(batched)(), sequences, 2).values())


def test_seconds_leave_decoding_out(batched, drive, make_sequence, monkeypatch):
    clock = iter(np.arange(0, 1000, 0.5))  # each look at the clock is half a second after the last
    monkeypatch.setattr("harness.execution.loop.calls.time.perf_counter", lambda: next(clock))
    outcome = drive(batched, [make_sequence("one", 5)])["one"]
    assert outcome.trajectory.seconds.tolist() == [0.5] * 5  # two looks a call: before it and after


def test_a_track_that_cannot_be_closed_fails_its_trial(batched, drive, make_sequence):
    class Clings(type(batched)):
        def close(self, track):
            raise OSError("still in use")

    outcome = drive(Clings(), [make_sequence()])["one"]
    assert "OSError closing a track: still in use" in str(outcome.error)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (MemoryError("at 2 GiB"), OutOfMemory),
        (type("OutOfMemoryError", (RuntimeError,), {})("CUDA out of memory"), OutOfMemory),  # as torch names its own
        (RuntimeError("out of luck"), TrackerRaised),
    ],
)
def test_the_end_of_memory_is_told_from_other_errors(error, kind):
    with pytest.raises(kind, match=f"the tracker raised {type(error).__name__} here: {error}"), blaming(" here"):
        raise error


@pytest.mark.parametrize("width", [1, 3])
def test_a_guard_is_held_during_each_call_and_each_close(batched, drive, make_sequence, width):
    seen = []

    @contextmanager
    def guard(first):
        before = len(batched.calls)
        yield
        seen.append((first, batched.calls[before:]))

    drive(batched, [make_sequence(str(i), 4, i) for i in range(3)], width, guard=guard)
    assert [held for held in seen if held[1]] == [(call[0] == "start", [call]) for call in batched.calls]
    assert seen.count((False, [])) == 3


def test_seconds_are_no_latency_where_others_compute_beside_it(batched, drive, make_sequence):
    assert drive(batched, [make_sequence()], shared=True)["one"].trajectory.shared
