"""`--width auto`: what is chosen of what was measured, and that it is measured as it will be run."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.catalog import TRACKERS
from harness.execution.loop.batching import Assignment
from harness.execution.loop.width import best_width, choose
from harness.protocols.one_pass import OnePass


@given(st.dictionaries(st.sampled_from([1, 2, 4, 8, 16]), st.floats(0.1, 1e5), min_size=1))
def test_the_choice_is_nearly_the_fastest_and_none_narrower_is(rates):
    chosen, most = choose(rates), max(rates.values())
    assert rates[chosen] >= 0.95 * most
    assert all(rate < 0.95 * most for width, rate in rates.items() if width < chosen)


@pytest.fixture
def sample(make_sequence):
    sequences = [make_sequence(str(number), 30, number) for number in range(40)]
    return [Assignment(OnePass(), one, OnePass().trials(one, None)[0], 0) for one in sequences]


@pytest.fixture
def timed(batched):
    """A tracker that takes, by its own clock, some seconds a call and some a target."""

    class Timed(type(batched)):
        def __init__(self, call, target, holds=1000):
            super().__init__()
            self.call, self.target, self.holds = call, target, holds
            self.now, self.prepared = 0.0, []

        def prepare(self, width):
            self.prepared.append(width)
            if width > self.holds:
                raise MemoryError
            super().prepare(width)

        def start(self, frames, targets, seeds):
            self.now += self.call + self.target * self.width
            return super().start(frames, targets, seeds)

        def update(self, tracks, frames):
            self.now += self.call + self.target * self.width
            return super().update(tracks, frames)

    return Timed


@pytest.mark.parametrize(
    ("costs", "best", "tried"),
    [
        ((0.04, 0.0), 32, [1, 2, 4, 8, 16, 32]),  # the more the better, as far as the sample goes
        ((0.0, 0.01), 1, [1, 2, 4]),  # no gain, looked for twice
        ((0.04, 0.01), 32, [1, 2, 4, 8, 16, 32]),  # 20, 33, 50, 67, 80, 89 frames a second
        ((0.01, 0.02), 8, [1, 2, 4, 8, 16, 32]),  # 33, 40, 44, 47, 48, 49
    ],
)
def test_it_is_measured_by_the_clock(timed, sample, costs, best, tried):
    tracker = timed(*costs)
    assert best_width(tracker, sample, seconds=1, clock=lambda: tracker.now) == best
    assert tracker.prepared == tried
    assert not any(track.open for track in tracker.tracks)
    assert tracker.now < len(tried) * (
        1 + 6 * (costs[0] + costs[1] * max(tried))
    )  # each as long as asked, and warming up


def test_memory_is_a_limit(timed, sample):
    tracker = timed(0.04, 0.0, holds=6)
    assert best_width(tracker, sample, seconds=1, clock=lambda: tracker.now) == 4
    assert tracker.prepared == [1, 2, 4, 8]


def test_a_tracker_without_batches_is_run_one_by_one_at_once(sample):
    def clock():
        raise AssertionError("nothing is to be measured")

    assert best_width(TRACKERS.load("kcf")(), sample, clock=clock) == 1


def test_nothing_to_measure_on_is_width_1(timed):
    assert best_width(timed(0.1, 0.1), []) == 1
