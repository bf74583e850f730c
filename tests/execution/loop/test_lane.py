"""Two lanes: the same answers and the same blame as one, while the other's call is under way."""

import threading
from itertools import pairwise

import pytest

from harness.core.errors import TrackerRaised
from harness.execution.loop.batching import Assignment, DriveLoop
from harness.protocols.one_pass import OnePass


@pytest.fixture
def build(batched):
    """The tracker that computes in padded batches, on a device beside the processor."""
    return type("Beside", (type(batched),), {"device": "cpu:0"})


@pytest.fixture
def assignments(make_sequence):
    def make(*lengths):
        sequences = [make_sequence(str(number), length, number) for number, length in enumerate(lengths)]
        return [Assignment(OnePass(), one, OnePass().trials(one, None)[0], len(one)) for one in sequences]

    return make


@pytest.mark.parametrize(("width", "batch"), [(2, 1), (6, 3), (5, 3)])
def test_answers_are_those_of_one_lane_with_calls_as_wide(build, assignments, width, batch, written):
    lengths = [4, 9, 6, 12, 5, 7, 8]
    two, one = build(), build()
    in_two = written(DriveLoop(two, width=width).run(assignments(*lengths)))
    assert in_two == written(DriveLoop(one, width=batch, lanes=1).run(assignments(*lengths)))
    assert two.width == one.width == batch
    assert max(count for _, count in two.calls) == batch


def test_lanes_call_at_the_same_time(build, assignments):
    class Meets(build):
        together = threading.Barrier(2)

        def update(self, tracks, frames):
            self.together.wait(30)
            return super().update(tracks, frames)

    outcomes = list(DriveLoop(Meets(), width=4).run(assignments(6, 6, 6, 6)))
    assert [outcome.error for outcome in outcomes] == [None] * 4


@pytest.mark.parametrize("device", ["cpu", "cpu:0"])
def test_a_processor_has_one_lane_in_the_callers_thread(build, assignments, device):
    class Where(build):
        def update(self, tracks, frames):
            seen.add(threading.get_ident())
            return super().update(tracks, frames)

    seen = set()
    Where.device = device
    list(DriveLoop(Where(), width=4).run(assignments(5, 5, 5, 5)))
    assert (seen == {threading.get_ident()}) is (device == "cpu")


def test_all_else_is_in_the_callers_thread(build, assignments):
    seen = set()

    def noted(*_):
        seen.add(threading.get_ident())

    def coming():
        for assignment in assignments(3, 4, 5, 6, 7):
            noted()
            yield assignment

    list(DriveLoop(build(), width=4, on_answers=noted).run(coming()))
    assert seen == {threading.get_ident()}


def test_only_the_one_that_raises_fails(build, assignments, written):
    class Dies(build):
        def update(self, tracks, frames):
            if any(track.seed == 11 and frame.index == 3 for track, frame in zip(tracks, frames, strict=True)):
                raise RuntimeError("cannot go on")
            return super().update(tracks, frames)

    lengths = [9, 10, 11, 12, 13, 14]
    tracker = Dies()
    outcomes = list(DriveLoop(tracker, width=6).run(assignments(*lengths)))
    (failed,) = [outcome for outcome in outcomes if outcome.error]
    assert failed.assignment.sequence.name == "2"
    assert isinstance(failed.error, TrackerRaised)
    sound = written(outcome for outcome in outcomes if outcome.trajectory)
    undisturbed = written(DriveLoop(build(), width=6).run(assignments(*lengths)))
    assert sound == {name: undisturbed[name] for name in "01345"}
    assert not any(track.open for track in tracker.tracks)


def test_stopped_from_outside_all_is_given_back(build, assignments):
    tracker = build()
    outcomes = DriveLoop(tracker, width=4).run(assignments(3, 20, 20, 20, 20))
    next(outcomes)
    assert any(track.open for track in tracker.tracks)
    outcomes.close()
    assert not any(track.open for track in tracker.tracks)
    assert not [thread.name for thread in threading.enumerate() if thread.name.startswith(("lane", "decode"))]


@pytest.mark.parametrize("width", [1, 4])
def test_a_callback_may_stop_it(build, assignments, width):
    class Enough(Exception):
        pass

    def count(frames):
        counted.append(frames)
        if sum(counted) > 20:
            raise Enough

    counted = []
    tracker = build()
    with pytest.raises(Enough):
        list(DriveLoop(tracker, width=width, on_answers=count).run(assignments(*[30] * 5)))
    assert not any(track.open for track in tracker.tracks)


def test_a_trial_is_taken_when_there_is_room_for_it(build, assignments):
    """In the order given, and never more than there are slots."""
    taken, ended, flying = [], 0, []

    def coming():
        for assignment in assignments(*range(3, 12)):
            taken.append(assignment.sequence.name)
            flying.append(len(taken) - ended)
            yield assignment

    for _ in DriveLoop(build(), width=4).run(coming()):
        ended += 1
    assert all(int(after) == int(before) + 1 for before, after in pairwise(taken))
    assert len(taken) == ended == 9
    assert max(flying) <= 5  # what comes out has made room before it is counted here
