"""What holds for every registered protocol."""

import re

import pytest

from harness import Box, Prediction, Track, Tracker, Traits
from harness.catalog import PROTOCOLS, official_rule
from harness.execution.loop.batching import Assignment, DriveLoop
from harness.protocols.base import EvaluationProtocol
from harness.reporting.scoring import rules_for

pytestmark = pytest.mark.parametrize("name", list(PROTOCOLS))


class Memory(Track):
    def __init__(self, box: Box) -> None:
        self.box, self.last = box, -1


class Forgetful(Tracker[Memory]):
    """Repeats its box, and misses every third frame; the frames of each track are noted."""

    traits = Traits(batches=True)

    def __init__(self) -> None:
        super().__init__()
        self.opened, self.closed = 0, 0

    def start(self, frames, targets, seeds):
        self.opened += len(targets)
        return [Memory(target) for target in targets]

    def update(self, tracks, frames):
        return [
            Prediction(None if frame.index % 3 == 2 else track.box, 0.5)
            for track, frame in zip(tracks, frames, strict=True)
        ]

    def close(self, track):
        self.closed += 1


def test_it_has_the_name_it_is_registered_by_and_a_version(name):
    protocol = PROTOCOLS.load(name)()
    assert isinstance(protocol, EvaluationProtocol)
    assert protocol.name == name
    assert isinstance(protocol.version, int)
    assert protocol.version >= 1
    assert type(protocol).__doc__


def test_trials_are_the_same_whenever_asked_and_can_be_stored(name, make_sequence):
    protocol, one = PROTOCOLS.load(name)(), make_sequence(0)
    trials = protocol.trials(one, Traits())
    assert trials
    assert trials == protocol.trials(one, Traits())
    assert len({trial.name for trial in trials}) == len(trials)
    for trial in trials:
        assert re.fullmatch(r"[\w.-]+", trial.name)  # a file's name
        assert trial.sequence == one.name
        assert set(trial.order) <= set(range(len(one)))
    before = [trial.name for trial in trials if not trial.unless_alike]
    assert all(set(trial.unless_alike) <= set(before) for trial in trials)


@pytest.mark.parametrize("dataset", ["otb100", "synthetic-polygons", "vot2018", "vot2019", "vot2022"])
def test_what_it_leaves_has_a_rule_on_any_dataset(name, dataset):
    (rule,) = rules_for(dataset, name, [], nan_as_miss=False)
    assert rule.name == official_rule(dataset, name)
    assert {rule.label} <= {one.label for one in rules_for(dataset, name, ["all"], nan_as_miss=False)}


@pytest.mark.parametrize("width", [1, 3])
def test_a_trajectory_has_a_region_a_frame_and_every_track_is_closed(name, make_sequence, width):
    protocol, tracker = PROTOCOLS.load(name)(), Forgetful()
    sequences = [make_sequence(number) for number in range(3)]
    trials = [(one, trial) for one in sequences for trial in protocol.trials(one, tracker.traits)]
    assignments = [Assignment(protocol, one, trial, 0) for one, trial in trials]
    outcomes = list(DriveLoop(tracker, width=width).run(assignments))
    assert [outcome.error for outcome in outcomes] == [None] * len(assignments)
    for outcome in outcomes:
        trajectory = outcome.trajectory
        assert len(trajectory.regions) == len(outcome.assignment.trial.order)
        assert len(trajectory.confidences) == len(trajectory.seconds) == len(trajectory)
    assert tracker.opened == tracker.closed > 0
