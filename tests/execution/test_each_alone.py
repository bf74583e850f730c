"""One-at-a-time code, wrapped."""

import random
import sys

import numpy as np
import pytest

from harness import Box, EachAlone, Frame, Prediction


class Counting:
    """Answers how often it was asked since it was initialised, and a number drawn then."""

    built = 0

    def __init__(self) -> None:
        type(self).built += 1

    def initialize(self, frame, target):
        self.target, self.asked = target, 0

    def track(self, frame):
        self.asked += 1
        drawn = np.random.random() + random.random()
        return Prediction(Box(self.asked, frame.index, 1, 1), drawn) if self.asked < 3 else None


@pytest.fixture
def alone() -> EachAlone:
    Counting.built = 0
    return EachAlone(Counting)


def frame(index: int = 0) -> Frame:
    return Frame(index, lambda: np.zeros((4, 4, 3), np.uint8))


def begin(tracker: EachAlone, *seeds: int) -> list:
    return tracker.start([frame()] * len(seeds), [Box(0, 0, 1, 1)] * len(seeds), list(seeds))


def test_an_instance_for_each_track_in_flight(alone):
    tracks = begin(alone, 1, 2)
    assert Counting.built == 2
    first, second = alone.update(tracks, [frame(5), frame(7)])
    assert (first.region, second.region) == (Box(1, 5, 1, 1), Box(1, 7, 1, 1))


def test_an_instance_is_used_again_and_begins_anew(alone):
    (track,) = begin(alone, 1)
    alone.update([track], [frame(1)])
    alone.close(track)
    (again,) = begin(alone, 1)
    assert again.instance is track.instance
    assert alone.update([again], [frame(1)])[0].region == Box(1, 1, 1, 1)
    begin(alone, 2)
    assert Counting.built == 2


def test_none_is_a_miss(alone):
    (track,) = begin(alone, 1)
    answers = [alone.update([track], [frame(i)])[0] for i in range(3)]
    assert [answer.region is None for answer in answers] == [False, False, True]


@pytest.mark.parametrize("seed", [0, 7, 2**32 + 7, 2**63])
def test_a_seed_fixes_what_is_drawn(alone, seed):
    tracks = begin(alone, seed, seed + 1, seed)
    drawn = [answer.confidence for answer in alone.update(tracks, [frame()] * 3)]
    assert drawn[0] == drawn[2] != drawn[1]


def test_as_many_frames_as_tracks(alone):
    with pytest.raises(ValueError, match="zip"):
        alone.start([frame()], [], [])
    with pytest.raises(ValueError, match="zip"):
        alone.update(begin(alone, 1), [])


def test_neighbours_do_not_change_what_is_drawn(alone):
    together = begin(alone, 1, 2)
    beside = [[answer.confidence for answer in alone.update(together, [frame()] * 2)] for _ in range(2)]
    (single,) = begin(alone, 2)
    assert [alone.update([single], [frame()])[0].confidence for _ in range(2)] == [second for _, second in beside]


@pytest.mark.parametrize("wrong", [0, False, []])
def test_a_wrong_answer_is_no_miss(alone, monkeypatch, wrong):
    (track,) = begin(alone, 1)
    monkeypatch.setattr(Counting, "track", lambda self, frame: wrong)
    assert alone.update([track], [frame()]) == [wrong]  # the drive loop fails the trial for it


class Sampling:
    """Draws from every global generator it may find: when it is built, when it starts, and at every frame."""

    def __init__(self) -> None:
        self.drawn = random.random() + np.random.random()

    def initialize(self, frame, target):
        torch = sys.modules.get("torch")
        self.first = 0.0 if torch is None else float(torch.rand(()))

    def track(self, frame):
        return Prediction(Box(self.drawn, self.first, random.random(), np.random.random()))


def test_instances_are_built_alike():
    random.seed()
    np.random.seed()
    tracks = begin(EachAlone(Sampling), 4, 5)
    first, second = (track.instance.drawn for track in tracks)
    (other,) = begin(EachAlone(Sampling), 6)
    assert first == second == other.instance.drawn


def test_torch_is_seeded_where_the_tracker_has_it():
    pytest.importorskip("torch", reason="torch is not installed")
    tracks = begin(EachAlone(Sampling), 4, 5, 4)
    first = [track.instance.first for track in tracks]
    assert first[0] == first[2] != first[1]
