"""Twenty passes, each from a frame further on."""

import numpy as np
import pytest

from harness import Box, Prediction
from harness.core.errors import BadAnnotation
from harness.core.robustness import segment_starts
from harness.core.tracker import Traits
from harness.core.trial import Start, Update
from harness.protocols.temporal import TemporalRobustness

TRE = TemporalRobustness()


def test_a_trial_a_segment_from_its_start_to_the_end(still):
    one = still(60, unseen=range(3))
    trials = TRE.trials(one, Traits())
    assert [trial.name for trial in trials[:2] + trials[-1:]] == ["still_01", "still_02", "still_20"]
    assert [trial.order for trial in trials] == [range(start, 60) for start in segment_starts(one.truth)]
    assert trials[0].order.start == 3
    assert len({trial.repetition for trial in trials}) == 20  # and so of seeds


def test_each_begins_with_the_truth_of_its_first_frame(play, still, losing):
    one = still(60)
    trial = TRE.trials(one, Traits())[-1]
    asks, trajectory = play(TRE, one, trial, losing(45))
    assert asks == [Start(40, Box(20, 20, 10, 10)), *map(Update, range(41, 60))]
    assert len(trajectory) == 20
    assert [region == Box(20, 20, 10, 10) for region in trajectory.regions].index(False) == 5


def test_where_the_target_is_omitted_none_begins(still):
    omitted = np.zeros(60)
    omitted[:30] = 1
    assert min(trial.order.start for trial in TRE.trials(still(60, init_omit=omitted), Traits())) == 30


def test_a_sequence_too_short_for_segments_is_one(play, still, losing):
    (trial,) = TRE.trials(still(19), Traits())
    assert (trial.name, trial.order) == ("still_01", range(19))
    with pytest.raises(BadAnnotation, match=r"^still: no truth in the first frame to start from"):
        play(TRE, still(30, unseen=range(30)), TRE.trials(still(30, unseen=range(30)), Traits())[0], losing())


def test_a_miss_is_kept(play, still):
    one = still(25)
    _, trajectory = play(TRE, one, TRE.trials(one, Traits())[0], lambda _: Prediction(None))
    assert trajectory.misses == 24
