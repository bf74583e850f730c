"""The drive loop: batches, refilling, padding, blame, and a tracker's contract."""

import weakref
from collections import Counter

import numpy as np
import pytest

from harness import Box, EachAlone, Frames, GroundTruth, Prediction, Sequence
from harness.catalog import TRACKERS
from harness.core.errors import BadImage, TrackerRaised
from harness.core.regions import Regions, Special
from harness.core.trial import Start, Update
from harness.execution.loop.batching import Assignment, DriveLoop
from harness.protocols.base import Log
from harness.protocols.one_pass import OnePass


def same(a, b) -> bool:
    return a.trajectory.regions == b.trajectory.regions and np.array_equal(
        a.trajectory.confidences, b.trajectory.confidences, equal_nan=True
    )


def test_one_call_a_step(batched, drive, make_sequence):
    drive(batched, [make_sequence(str(i), 8, i) for i in range(5)], width=5)
    assert batched.calls == [("start", 5)] + [("update", 5)] * 7


def test_a_trial_that_ends_makes_room_for_the_next_at_once(batched, drive, make_sequence):
    lengths = [3, 9, 4, 5]
    drive(batched, [make_sequence(str(i), n, i) for i, n in enumerate(lengths)], width=2)
    kinds = Counter(kind for kind, _ in batched.calls)
    answered = Counter()
    for kind, count in batched.calls:
        answered[kind] += count
    assert answered == {"start": 4, "update": sum(lengths) - 4}
    assert max(count for _, count in batched.calls) == 2
    assert kinds["update"] <= 11  # 3+4+5 beside 9: two slots, hardly ever one empty


@pytest.mark.parametrize("width", [2, 5])
def test_an_answer_does_not_depend_on_its_neighbours(batched, drive, make_sequence, width):
    sequences = [make_sequence(str(i), 5 + i, i) for i in range(7)]
    together = drive(batched, sequences, width)
    for sequence in sequences:
        alone = drive(type(batched)(), [sequence], width)
        assert same(alone[sequence.name], together[sequence.name])


@pytest.mark.parametrize("name", ["kcf", "static", "scripted"])
def test_width_changes_no_answer(name, drive, make_sequence):
    sequences = [make_sequence(str(i), 6 + i, i) for i in range(6)]
    narrow, wide = (drive(TRACKERS.load(name)(), sequences, width) for width in (1, 5))
    assert all(same(narrow[s.name], wide[s.name]) for s in sequences)


def test_tracks_are_closed_once(batched, drive, make_sequence):
    drive(batched, [make_sequence(str(i)) for i in range(5)], width=3)
    assert len(batched.tracks) == 5
    assert not any(track.open for track in batched.tracks)


def test_seeds_come_from_the_run_and_the_sequence(batched, drive, make_sequence):
    drive(batched, [make_sequence("a"), make_sequence("b")], width=2)
    drive(batched, [make_sequence("b")])
    drive(batched, [make_sequence("b")], seed=1)
    a, b, again, other = (track.seed for track in batched.tracks)
    assert b == again
    assert len({a, b, other}) == 3


def test_only_the_one_that_raises_fails(batched, drive, make_sequence):
    class Dies(type(batched)):
        def update(self, tracks, frames):
            if any(frame.index == 3 and frame.pixels[0, 0, 0] == 255 for frame in frames):
                raise RuntimeError("cannot go on")
            return super().update(tracks, frames)

    sequences = [make_sequence(str(i), 8, i) for i in range(5)]
    sequences[2] = marked(sequences[2])
    reference = drive(type(batched)(), sequences, width=5)
    tracker = Dies()
    outcomes = drive(tracker, sequences, width=5)
    assert [name for name, o in outcomes.items() if o.trajectory is None] == ["2"]
    assert isinstance(outcomes["2"].error, TrackerRaised)
    assert "RuntimeError: cannot go on" in str(outcomes["2"].error)
    assert "cannot go on" in outcomes["2"].traceback
    assert all(same(outcomes[name], reference[name]) for name in "0134")
    assert not any(track.open for track in tracker.tracks)


def test_a_start_that_raises_fails_alone(batched, drive, make_sequence):
    class Dies(type(batched)):
        def start(self, frames, targets, seeds):
            if any(frame.pixels[0, 0, 0] == 255 for frame in frames):
                raise ValueError("no features")
            return super().start(frames, targets, seeds)

    outcomes = drive(Dies(), [make_sequence("good"), marked(make_sequence("bad")), make_sequence("fine")], width=3)
    assert {name for name, o in outcomes.items() if o.error} == {"bad"}


def marked(sequence: Sequence) -> Sequence:
    """The same sequence with one pixel of every frame lit, by which a fake tracker knows it."""

    def decode(number):
        image = sequence.frames.decode(number)
        image[0, 0, 0] = 255
        return image

    return Sequence(sequence.name, sequence.truth, Frames(sequence.frames.numbers, decode), sequence.size)


def test_a_corrupt_frame_fails_its_trial_only(batched, drive, make_sequence):
    good = make_sequence("good")

    def decode(number):
        if number == 5:
            raise BadImage("0006.jpg: cut short")
        return good.frames.decode(number)

    bad = Sequence("bad", good.truth, Frames(range(8), decode))
    outcomes = drive(batched, [bad, good, make_sequence("other")], width=2)
    assert str(outcomes["bad"].error) == "0006.jpg: cut short"
    assert outcomes["good"].trajectory is not None
    assert outcomes["other"].trajectory is not None


def test_annotations_alone_cannot_be_run(batched, drive, make_sequence):
    truth = GroundTruth.visible(Regions([[0, 0, 2, 2]]))
    outcome = drive(batched, [Sequence("annotated", truth)])["annotated"]
    assert "needs the images" in str(outcome.error)


def test_one_at_a_time_code_is_pooled(drive, make_sequence):
    class TwoVerbs:
        built = 0

        def __init__(self):
            type(self).built += 1

        def initialize(self, frame, target):
            self.box = target

        def track(self, frame):
            return Prediction(Box(self.box.x + frame.index, self.box.y, self.box.w, self.box.h))

    outcomes = drive(EachAlone(TwoVerbs), [make_sequence(str(i), 4) for i in range(6)], width=2)
    assert all(o.trajectory.regions.boxes[:, 0].tolist() == [10, 11, 12, 13] for o in outcomes.values())
    assert TwoVerbs.built == 2


class Restarts(OnePass):
    """Begins anew on the truth every third frame, as a reset-based protocol does after a failure."""

    def drive(self, sequence, trial):
        log = Log()
        for index, truth in enumerate(sequence.truth.regions):
            if index % 3 == 0:
                log.started(Special.INITIALISED, (yield Start(index, truth)))
            else:
                log.answered((yield Update(index)))
        return log.trajectory()


def test_a_protocol_may_start_again_in_the_middle(make_sequence):
    tracker = TRACKERS.load("static")()
    closed = []
    tracker.close = closed.append
    sequences = [make_sequence(str(i), 8) for i in range(3)]
    assignments = [Assignment(Restarts(), s, t, 0) for s in sequences for t in Restarts().trials(s, tracker.traits)]
    outcomes = list(DriveLoop(tracker, width=2).run(assignments))
    for outcome in outcomes:
        regions = outcome.trajectory.regions
        assert [regions[i] for i in (0, 3, 6)] == [Special.INITIALISED] * 3
        assert regions[4] == regions[5] == outcome.assignment.sequence.truth.regions[3]
    assert len(closed) == 9


class Skips(OnePass):
    """Asks for the frame that the last answer's seconds lead to, as a realtime protocol does."""

    def drive(self, sequence, trial):
        log = Log()
        log.started(sequence.truth.regions[0], (yield Start(0, sequence.truth.regions[0])))
        for frame in (1, 4, 5, 7):
            log.answered((yield Update(frame)))
        return log.trajectory()


def test_a_protocol_may_skip_frames(batched, make_sequence):
    (trial,) = Skips().trials(make_sequence(), batched.traits)
    (outcome,) = DriveLoop(batched).run([Assignment(Skips(), make_sequence(), trial, 0)])
    assert len(outcome.trajectory) == 5


def test_tracks_are_given_back_when_the_run_is_stopped(batched, make_sequence):
    sequences = [make_sequence(str(i), 4 + i) for i in range(4)]
    protocol = OnePass()
    assignments = [Assignment(protocol, s, t, 0) for s in sequences for t in protocol.trials(s, batched.traits)]
    outcomes = DriveLoop(batched, width=3).run(assignments)
    next(outcomes)
    assert any(track.open for track in batched.tracks)
    outcomes.close()
    assert not any(track.open for track in batched.tracks)


def test_a_tracker_that_cannot_prepare_is_to_blame(batched, drive, make_sequence):
    class Refuses(type(batched)):
        def prepare(self, width):
            raise RuntimeError("no such device")

    with pytest.raises(TrackerRaised, match="RuntimeError preparing: no such device"):
        drive(Refuses(), [make_sequence()])


def test_no_more_frames_are_held_than_the_budget_says(drive, make_sequence, monkeypatch):
    """However long the sequences are, and however slow the tracker."""
    width, ahead, alive, most = 3, 2, 0, 0

    def freed():
        nonlocal alive
        alive -= 1

    def counted(sequence):
        def decode(number):
            nonlocal alive, most
            pixels = sequence.frames.decode(number % 8)
            weakref.finalize(pixels, freed)
            alive += 1
            most = max(most, alive)
            return pixels

        truth = GroundTruth.visible(Regions(np.tile(sequence.truth.regions.boxes[:1], (80, 1))))
        return Sequence(sequence.name, truth, Frames(range(80), decode))

    one = make_sequence()
    monkeypatch.setattr("harness.execution.loop.batching._BUDGET", width * ahead * one.frames[0].pixels.nbytes)
    outcomes = drive(TRACKERS.load("static")(), [counted(make_sequence(str(i))) for i in range(6)], width, decoders=1)
    assert all(outcome.error is None for outcome in outcomes.values())
    assert ahead < most <= width * (ahead + 2)  # beside those ahead, the frame at hand and the one before
