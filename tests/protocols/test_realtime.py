"""Realtime: which frames a slow tracker is asked for, frame by frame."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness import Box, Prediction
from harness.core.errors import UsageError
from harness.core.regions import Special
from harness.core.tracker import Traits
from harness.core.trial import Start
from harness.protocols.realtime import Realtime, recorded_seconds
from harness.protocols.supervised import Supervised


def moved(ask) -> Prediction:
    """An answer that says for which frame it was given."""
    return Prediction(Box(20 + ask.frame / 10, 20, 10, 10))


@pytest.fixture
def asked(play, still):
    """The frames asked for, and in which frame each region of the trajectory was answered."""

    def asked(clock, /, frames=16, **settings):
        protocol, one = Realtime(**settings), still(frames)
        (trial,) = protocol.trials(one, Traits())
        asks, trajectory = play(protocol, one, trial, moved, clock)
        origins = [
            region if isinstance(region, Special) else round(10 * (region.x - 20)) for region in trajectory.regions
        ]
        return [ask.frame for ask in asks], origins, trajectory

    return asked


def test_who_is_in_time_is_asked_for_every_frame(asked):
    frames, origins, _ = asked(lambda _: 0.05)
    assert frames == list(range(16))
    assert origins == [Special.INITIALISED, *range(1, 16)]


def test_three_late_calls_are_forgiven_and_then_frames_pass(asked):
    """At 20 frames a second 0.16 s are late by 0.11: two more frames pass, and the last 0.01 is forgiven."""
    frames, origins, trajectory = asked(lambda _: 0.16)
    assert frames == [0, 1, 2, 3, 6, 9, 12, 15]  # the start, 1 and 2 are forgiven
    assert origins == [Special.INITIALISED, 1, 2, 3, 3, 3, 6, 6, 6, 9, 9, 9, 12, 12, 12, 15]
    assert np.flatnonzero(np.isnan(trajectory.seconds)).tolist() == [4, 5, 7, 8, 10, 11, 13, 14]


def test_a_delay_of_less_than_a_frame_passes_none(asked):
    assert asked(lambda _: 0.1)[0] == list(range(16))
    assert asked(lambda _: 0.11, grace=0)[0] == [0, 2, 4, 6, 8, 10, 12, 14]


def test_one_slow_call_costs_frames_once(asked):
    slow = {7: 0.31}
    frames, *_ = asked(lambda ask: slow.get(ask.frame, 0.01), grace=0)
    assert frames == [0, 1, 2, 3, 4, 5, 6, 7, 13, 14, 15]


def test_a_slow_start_holds_the_region_it_was_given(asked):
    _, origins, _ = asked(lambda ask: 0.16 if isinstance(ask, Start) else 0.01, frames=5, grace=0)
    assert origins == [Special.INITIALISED, 0, 0, 3, 4]


def test_an_answer_held_too_long_fails_and_a_start_is_forgiven_again(play, still):
    """The answer of frame 3 is wrong from frame 4 on, where the tracker would have been right."""
    protocol, one = Realtime(), still(20)
    regions = [*one.truth.regions][:4] + [Box(40, 20, 10, 10)] * 16
    one = type(one)("still", type(one.truth).visible(type(one.truth.regions).collect(regions)), size=(60, 50))
    (trial,) = protocol.trials(one, Traits())
    asks, trajectory = play(protocol, one, trial, lambda ask: Prediction(regions[ask.frame]), lambda _: 0.16)
    assert trajectory.regions[4] is Special.FAILED
    assert trajectory.regions[9] is Special.INITIALISED
    assert [ask.frame for ask in asks] == [0, 1, 2, 3, 9, 10, 11, 12, 15, 18]


def test_recorded_seconds_stand_for_the_clock_at_any_frame_rate(asked):
    _, _, recorded = asked(lambda ask: 0.04 + 0.02 * (ask.frame % 3))
    assert not np.isnan(recorded.seconds).any()
    times = {"still": recorded.seconds}
    assert asked(lambda _: 9.0, seconds=times)[0] == list(range(16))
    # At 50 frames a second 0.04 is late by a frame, 0.06 by two and 0.08 by three, of which the last is forgiven.
    frames, _, trajectory = asked(lambda _: 9.0, seconds=times, fps=50, grace=0)
    assert frames == [0, 1, 3, 4, 6, 7, 9, 10, 12, 13, 15]
    assert trajectory.seconds[frames].tolist() == recorded.seconds[frames].tolist()
    assert not trajectory.shared


def test_frames_without_a_recorded_time_get_the_median(asked):
    times = {"still": np.array([0.01, 0.16, np.nan, 0.16, *[np.nan] * 12])}
    assert asked(lambda _: 0.0, seconds=times, grace=0)[0] == [0, 1, 4, 7, 10, 13]


def test_seconds_of_something_else_are_refused(asked):
    with pytest.raises(UsageError, match=r"^still: expected seconds of its 16 frames, found 3"):
        asked(lambda _: 0.0, seconds={"still": np.zeros(3)})
    with pytest.raises(UsageError, match="found 0"):
        asked(lambda _: 0.0, seconds={"other": np.zeros(16)})


@given(lost=st.sets(st.integers(0, 30)), frames=st.integers(1, 30))
def test_with_time_enough_it_is_supervised(play, still, losing, lost, frames):
    one = still(frames)
    (trial,) = Realtime().trials(one, Traits())
    assert trial == Supervised(1).trials(one, Traits())[0]
    quick, plain = (play(protocol, one, trial, losing(*lost)) for protocol in (Realtime(), Supervised()))
    assert quick[0] == plain[0]
    assert quick[1].regions == plain[1].regions


def test_it_goes_by_the_clock_unless_times_are_given():
    assert Realtime().timed
    assert not Realtime(seconds={}).timed
    assert not Supervised().timed


def test_different_options_have_different_names():
    names = [Realtime(**how).name for how in ({}, {"fps": 30}, {"grace": 0}, {"fps": 30, "times": "unsupervised"})]
    assert names == ["realtime", "realtime@fps=30", "realtime@grace=0", "realtime@fps=30+times=unsupervised"]


def test_times_wait_for_the_seconds_recorded_under_another_protocol(asked, play, still):
    assert not Realtime(times="unsupervised").timed
    with pytest.raises(UsageError, match=r"^still: expected seconds of its 16 frames, found 0"):
        asked(lambda _: 0.0, times="unsupervised")
    _, _, recorded = asked(lambda _: 0.16)
    protocol = Realtime(times="realtime").given(recorded_seconds({"still": recorded}))
    one = still(16)
    asks, _ = play(protocol, one, protocol.trials(one, Traits())[0], moved, lambda _: 9.0)
    assert [ask.frame for ask in asks] == [0, 1, 2, 3, 6, 9, 12, 15]
    assert not protocol.timed


def test_other_seconds_are_another_identity():
    one, two = (Realtime(times="one_pass", seconds={"still": np.full(16, each)}) for each in (0.1, 0.2))
    assert one.name == two.name
    assert one.identity != two.identity
    assert Realtime().identity == "realtime@1"


def test_shared_seconds_are_no_clock(asked):
    _, _, recorded = asked(lambda _: 0.16)
    with pytest.raises(UsageError, match=r"^still: its seconds were shared with others; run it alone"):
        recorded_seconds({"still": replace(recorded, shared=True)})


@pytest.mark.parametrize("how", [{"fps": 0}, {"fps": np.inf}, {"fps": np.nan}, {"grace": -1}, {"times": "../up"}])
def test_options_that_mean_nothing_are_refused(how):
    with pytest.raises(UsageError, match=r"^realtime"):
        Realtime(**how)
