"""What holds for every registered tracker: being registered is being tested.

Of a family of networks the smallest stands for all, as it was initialised, on three frames a sequence.
"""

import copy
import pickle
from dataclasses import is_dataclass
from functools import cache, partial

import numpy as np
import pytest

from harness import Box, Compute, Prediction, Sequence, Track, Tracker, Trajectory
from harness.catalog import TRACKERS
from harness.core.regions import as_region, convert
from harness.core.tracker import Traits
from harness.execution.loop.batching import Assignment, DriveLoop
from harness.protocols.one_pass import OnePass
from harness.store.formats import encode_numbers, encode_regions

SMALLEST = {"sbt": "sbt_light", "siamx": "siamx"}  # of the families with more than one size
NAMES = [name for name in TRACKERS if SMALLEST.get(name.partition("_")[0], name) == name]

pytestmark = pytest.mark.parametrize("name", NAMES)


def build(name: str) -> Tracker:
    cls = TRACKERS.load(name)
    return cls(None, Compute("cpu", random_weights=0)) if cls.traits.weights else cls()


def follow(tracker: Tracker, sequences: list[Sequence], width: int) -> dict[str, Trajectory]:
    """Each sequence's trajectory, all of them driven together; fails where a trial fails."""
    protocol = OnePass()
    trials = {one.name: protocol.trials(one, tracker.traits)[0] for one in sequences}
    assignments = [Assignment(protocol, one, trials[one.name], seed=len(one)) for one in sequences]
    outcomes = list(DriveLoop(tracker, width=width).run(assignments))
    assert [outcome.traceback or outcome.error for outcome in outcomes if outcome.error] == []
    return {outcome.assignment.sequence.name: outcome.trajectory for outcome in outcomes}


def written(trajectories: dict[str, Trajectory]) -> dict[str, str]:
    """What would be stored of them: equal texts are equal to the byte."""
    return {
        name: encode_regions(trajectory.regions) + encode_numbers(trajectory.confidences)
        for name, trajectory in trajectories.items()
    }


def shortened(make_sequence, name: str):
    """What makes sequences of a length that a tracker can be asked to follow in a test."""
    return partial(make_sequence, most=3) if TRACKERS.load(name).traits.weights else make_sequence


@pytest.fixture(autouse=True)
def one_thread(name):
    """Networks this small gain nothing from a second thread, and on a busy machine lose much."""
    if not TRACKERS.load(name).traits.weights:
        yield
        return
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def make(make_sequence, name):
    return shortened(make_sequence, name)


@pytest.fixture(scope="session")
def alone(make_sequence):
    """A tracker's answers on each of six sequences, driven one by one."""

    @cache
    def answers(name: str) -> dict[str, str]:
        make = shortened(make_sequence, name)
        return written(follow(build(name), [make(number) for number in range(6)], width=1))

    return answers


def test_it_builds_with_its_defaults_and_says_what_it_can_take(name):
    tracker = build(name)
    assert isinstance(tracker, Tracker)
    assert isinstance(tracker.traits, Traits)
    assert tracker.traits.accepts in ("box", "polygon", "mask", "labels")
    assert tracker.traits.objects in ("one", "many")
    assert isinstance(tracker.traits.batches, bool)
    assert isinstance(tracker.device, str)
    assert type(tracker).__doc__


def test_its_settings_are_a_frozen_dataclass_that_travels(name):
    settings = build(name).settings
    assert is_dataclass(settings)
    assert type(settings).__dataclass_params__.frozen
    assert type(settings) is TRACKERS.load(name).Settings
    assert pickle.loads(pickle.dumps(settings)) == copy.deepcopy(settings) == TRACKERS.load(name).Settings()


def test_it_answers_one_for_one(name, make):
    tracker, sequences = build(name), [make(number) for number in range(3)]
    tracker.prepare(3)
    frames = [one.frames[0] for one in sequences]
    targets = [
        convert(one.truth.regions[0], tracker.traits.accepts, size=frame.pixels.shape[1::-1])
        for one, frame in zip(sequences, frames, strict=True)
    ]
    tracks = tracker.start(frames, targets, [1, 2, 3])
    assert isinstance(tracks, list)
    assert len({id(track) for track in tracks}) == 3
    assert all(isinstance(track, Track) for track in tracks)
    for index in (1, 2):
        for chosen in ([0, 1, 2], [2], [1, 0]):  # any of them, in any order
            answers = tracker.update([tracks[i] for i in chosen], [sequences[i].frames[index] for i in chosen])
            assert isinstance(answers, list)
            assert len(answers) == len(chosen)
            assert all(isinstance(answer, Prediction) for answer in answers)
            assert all(as_region(answer.region) == answer.region for answer in answers)
            assert all(np.isscalar(answer.confidence) for answer in answers)
    for track in tracks:
        tracker.close(track)


def test_it_follows_to_the_end(name, make):
    one = make(4)
    trajectory = follow(build(name), [one], width=1)[one.name]
    assert len(trajectory) == len(one)
    assert trajectory.regions[0] == one.truth.regions[0]
    assert (trajectory.seconds >= 0).all()
    for region in trajectory.regions:
        assert region is None or not isinstance(region, Box) or (region.w >= 0 and region.h >= 0)


def test_width_changes_no_answer(name, alone, make):
    together = follow(build(name), [make(number) for number in range(6)], width=5)
    assert written(together) == alone(name)


def test_neighbours_change_no_answer(name, alone, make):
    """Others in flight, in another order, on a tracker that has followed before."""
    tracker = build(name)
    follow(tracker, [make(number) for number in (7, 5)], width=5)
    again = written(follow(tracker, [make(number) for number in (3, 8, 1)], width=5))
    assert {one: again[one] for one in ("s3", "s1")} == {one: alone(name)[one] for one in ("s3", "s1")}


def test_equal_seeds_give_equal_answers(name, alone, make):
    assert written(follow(build(name), [make(2)], width=1))["s2"] == alone(name)["s2"]


def test_a_frame_is_left_as_it_was(name, make):
    one = make(0)
    before = [one.frames[index].pixels.copy() for index in range(len(one))]
    follow(build(name), [one], width=1)
    assert all(np.array_equal(one.frames[index].pixels, pixels) for index, pixels in enumerate(before))
