"""Where memory ends: fewer at a time, no trial lost, and answers as if it had been so from the start."""

import weakref

import numpy as np
import pytest

from harness import Frames, OutOfMemory, Sequence
from harness.execution.loop.batching import Assignment, DriveLoop
from harness.protocols.one_pass import OnePass


@pytest.fixture(params=["cpu", "cpu:0"])
def build(batched, request):
    """A tracker for whose calls memory suffices up to some width; it is never prepared while a track is open."""

    class Cramped(type(batched)):
        device = request.param

        def __init__(self, holds, where):
            super().__init__()
            self.holds, self.where, self.prepared = holds, where, []

        def prepare(self, width):
            assert not any(track.open for track in self.tracks)
            self.prepared.append(width)
            self.needs("prepare", width)
            super().prepare(width)

        def start(self, frames, targets, seeds):
            self.needs("start", self.width)
            return super().start(frames, targets, seeds)

        def update(self, tracks, frames):
            self.needs("update", self.width)
            if any(frame.index == 5 for frame in frames):
                self.needs("later", self.width)
            return super().update(tracks, frames)

        def needs(self, where, width):
            if where == self.where and width > self.holds:
                raise MemoryError(f"{width} do not fit")

    return Cramped


LENGTHS = [3, 9, 6, 12, 5, 7, 8, 4, 6]


@pytest.fixture
def assignments(make_sequence):
    sequences = [make_sequence(str(number), length, number) for number, length in enumerate(LENGTHS)]
    return [Assignment(OnePass(), one, OnePass().trials(one, None)[0], 0) for one in sequences]


@pytest.mark.parametrize("where", ["prepare", "start", "update", "later"])
def test_no_trial_is_lost_and_width_is_halved(build, assignments, where, written):
    tracker, told = build(2, where), []
    loop = DriveLoop(tracker, width=8, on_width=told.append)
    made = [(outcome, loop.width) for outcome in loop.run(iter(assignments))]
    lanes = 2 if tracker.device == "cpu:0" else 1
    assert told == ([4] if lanes == 2 else [4, 2])
    assert tracker.prepared == [width // lanes for width in (8, *told)]
    assert len(made) == len({outcome.assignment.sequence.name for outcome, _ in made}) == len(LENGTHS)
    undisturbed = written(DriveLoop(build(2, where), width=told[-1]).run(assignments))
    late = written(outcome for outcome, width in made if width == told[-1])
    assert late == {name: undisturbed[name] for name in late}
    assert (len(late) < len(LENGTHS)) is (where == "later")  # some had ended before, at the larger width
    assert not any(track.open for track in tracker.tracks)


def test_a_trial_that_does_not_fit_alone_fails_with_its_reason(build, assignments):
    class Huge(build):
        def update(self, tracks, frames):
            if any(frame.pixels[0, 0, 0] == 255 for frame in frames):
                raise MemoryError("a frame of 64k")
            return super().update(tracks, frames)

    sequence = assignments[3].sequence

    def decode(number):
        image = sequence.frames.decode(number)
        image[0, 0, 0] = 255
        return image

    marked = Sequence("marked", sequence.truth, Frames(sequence.frames.numbers, decode))
    bad = Assignment(OnePass(), marked, OnePass().trials(marked, None)[0], 0)
    loop = DriveLoop(Huge(8, "update"), width=4)
    outcomes = {outcome.assignment.sequence.name: outcome for outcome in loop.run([*assignments[:3], bad])}
    assert loop.width == 1
    assert [name for name, outcome in outcomes.items() if outcome.error] == ["marked"]
    assert isinstance(outcomes["marked"].error, OutOfMemory)
    assert "a frame of 64k" in str(outcomes["marked"].error)
    assert "a frame of 64k" in outcomes["marked"].traceback


def test_a_tracker_that_does_not_fit_at_all_is_said(build, assignments):
    with pytest.raises(OutOfMemory, match="MemoryError preparing: 1 do not fit"):
        list(DriveLoop(build(0, "prepare"), width=4).run(assignments))


def test_a_failure_holds_on_to_nothing(batched, drive, make_sequence):
    """Or what did not fit into memory would stay in it."""
    held = []

    class Dies(type(batched)):
        def update(self, tracks, frames):
            features = np.zeros(1000)
            held.append(weakref.ref(features))
            raise MemoryError("features")

    outcome = drive(Dies(), [make_sequence()])["one"]
    assert "features = np.zeros(1000)" not in outcome.traceback
    assert isinstance(outcome.error, OutOfMemory)
    assert [reference() for reference in held] == [None]
