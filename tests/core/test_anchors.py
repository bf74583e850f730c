"""Anchors: where runs begin in data that has none of its own."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from harness import Box, GroundTruth, Mask
from harness.core.anchors import ANCHOR, with_anchors
from harness.core.regions import Regions


def anchors(truth: GroundTruth) -> dict[int, float]:
    flags = with_anchors(truth).flags[ANCHOR]
    assert len(flags) == len(truth)
    return {int(frame): flags[frame] for frame in np.flatnonzero(flags)}


def truth(frames: int, unseen=()) -> GroundTruth:
    return GroundTruth.visible(Regions.collect(None if i in unseen else Box(3, 4, 20, 10) for i in range(frames)))


def test_every_fifty_frames_towards_the_longer_side():
    assert anchors(truth(1)) == {0: 1}
    assert anchors(truth(50)) == {0: 1}
    assert anchors(truth(51)) == {0: 1, 50: -1}
    assert anchors(truth(100)) == {0: 1, 50: -1}
    assert anchors(truth(101)) == {0: 1, 50: 1, 100: -1}  # the middle goes to the end


def test_they_move_to_the_nearest_frame_with_a_target():
    assert anchors(truth(120, unseen=range(48, 54))) == {0: 1, 47: 1, 100: -1}
    assert anchors(truth(120, unseen=[49, 50])) == {0: 1, 51: 1, 100: -1}
    assert anchors(truth(120, unseen=range(49, 52))) == {0: 1, 48: 1, 100: -1}  # of two as near, the earlier
    assert anchors(truth(120, unseen=range(1, 120))) == {0: 1}
    assert anchors(truth(120, unseen=range(120))) == {}


def test_absent_and_empty_targets_are_not_to_be_seen():
    absent = np.zeros(60, bool)
    absent[50] = True
    assert anchors(GroundTruth(truth(60).regions, absent)) == {0: 1, 49: -1}
    masks = [Mask.encode(np.ones((2, 2)) * (i != 0)) for i in range(3)]
    assert anchors(GroundTruth.visible(Regions.collect(masks))) == {1: 1}


def test_a_benchmarks_own_stay_as_they_are():
    own = GroundTruth(truth(120).regions, np.zeros(120, bool), {ANCHOR: np.eye(120)[7], "other": np.ones(120)})
    assert with_anchors(own) is own
    assert set(with_anchors(GroundTruth(own.regions, own.absent, {"other": np.ones(120)})).flags) == {ANCHOR, "other"}


@given(st.integers(1, 400), st.sets(st.integers(0, 399)))
def test_each_is_seen_and_runs_over_half_the_sequence_or_more(frames, unseen):
    for anchor, direction in anchors(truth(frames, unseen)).items():
        assert anchor not in unseen
        assert 2 * (frames - anchor if direction > 0 else anchor + 1) >= frames
