"""What each benchmark's rule says of a few frames worked out by hand."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.core.regions import Regions
from harness.core.sequence import GroundTruth, Sequence
from harness.metrics.one_pass.metrics import values
from harness.metrics.one_pass.official import CENTS, GOT10K, LASOT, OTB, SYNTHETIC, TRACKINGNET, UAV123
from harness.metrics.one_pass.score import fitted, score, truth_under

NAN = float("nan")
BOX = [10.0, 10.0, 20.0, 20.0]
FAR = [500.0, 10.0, 20.0, 20.0]


def scored(rule, boxes, truth, absent=None, **flags):
    """The scores of one sequence, given in the benchmark's own coordinates."""
    origin = np.array([rule.origin, rule.origin, 0, 0])
    known = GroundTruth(
        Regions(np.array(truth) - origin),
        np.array(absent if absent is not None else [False] * len(truth)),
        {name: np.array(flag, float) for name, flag in flags.items()},
    )
    sequence = truth_under(rule, Sequence("a", known, size=(640, 480)))
    return score([[fitted(rule, np.array(boxes) - origin, sequence)]], rule)


def reads(rule, *arguments, **flags):
    return {name: value[0] for name, value in values(scored(rule, *arguments, **flags), rule).items()}


def test_every_number_says_its_rule():
    assert OTB.label == "otb.official@1"
    assert replace(OTB, nan_as_miss=True).label == "otb.official@1+nan-as-miss"
    assert replace(SYNTHETIC, name=OTB.name, source=OTB.source) == OTB


def test_thresholds_are_those_of_matlab():
    octave = [0.15000000000000002, 0.30000000000000004, 0.6000000000000001, 0.7000000000000001, 0.8500000000000001]
    overlaps = OTB.success.thresholds
    assert [overlaps[i] for i in (3, 6, 12, 14, 17)] == octave
    assert (overlaps[10], overlaps[15], len(overlaps), len(OTB.precision.thresholds)) == (0.5, 0.75, 21, 51)
    assert np.flatnonzero(np.linspace(0, 0.5, 51) != CENTS).tolist() == [35, 41, 47]


def test_one_frame_is_divided_by_one_and_epsilon_in_matlab_alone():
    assert scored(OTB, [BOX], [BOX]).curves["success"][0, 0] == 1 / (1 + np.finfo(float).eps) < 1
    assert scored(TRACKINGNET, [BOX], [BOX]).curves["success"][0, 0] == 1


def test_uav123_a_frame_without_truth_misses_in_success_and_hits_in_precision():
    found = reads(UAV123, [BOX, BOX, FAR, [NAN] * 4], [BOX, BOX, [NAN] * 4, [NAN] * 4], [False, False, True, True])
    assert (found["op50"], found["precision"], found["ao"]) == (0.5, 1, 0.5)


def test_lasot_an_absent_frame_misses_whatever_is_answered():
    truth = [BOX, BOX, BOX, [0, 0, 0, 0], [10, 10, 20, -1]]
    found = reads(LASOT, [BOX, FAR, BOX, BOX, FAR], truth, [False, False, True, True, False])
    assert (found["op50"], found["ao"]) == (1 / 5, 1 / 5)
    assert found["precision"] == found["normalized_precision"] == 2 / 5  # invalid truth that is not absent hits


def test_lasot_counts_at_a_fifth_of_the_target():
    corner = [1.0, 1, 20, 20]
    there, past = [5.0, 1, 20, 20], [5.01, 1, 20, 20]  # 4 of 20 pixels
    found = reads(LASOT, [corner, there, past], [corner] * 3)
    assert found["normalized_precision"] == pytest.approx(2 / 3)
    assert reads(LASOT, [corner, there, past, *[BOX] * 9], [corner] * 3) == found  # longer ones are cut
    elsewhere = reads(LASOT, [BOX, [14, 10, 20, 20]], [BOX] * 2)  # divided before subtracted: 0.2 and a last bit
    assert elsewhere["normalized_precision"] == 0.5


def test_got10k_leaves_out_the_first_frame_and_covered_ones():
    found = reads(GOT10K, [FAR, BOX, FAR, FAR], [BOX] * 4, cover=[8, 8, 0, 1])
    assert (found["ao"], found["sr50"], found["sr75"]) == (0.5, 0.5, 0.5)
    absent = reads(GOT10K, [FAR, BOX, FAR, FAR], [BOX] * 4, [False, False, False, True], cover=[8, 8, 0, 1])
    assert absent == found  # cover alone says


def test_got10k_clips_by_moving():
    inside = [0.0, 10, 50, 60]  # what the image shows of the box below
    found = reads(GOT10K, [BOX, [-50, 10, 100, 60]], [BOX, inside], cover=[8, 8])
    assert found["ao"] == pytest.approx(0.5)


def test_got10k_nothing_and_nothing_do_not_overlap():
    outside = [700.0, 10, 20, 20]
    assert reads(GOT10K, [BOX, outside], [BOX, outside], cover=[8, 8])["ao"] == 0


def test_trackingnet_rounds_compares_with_at_least_and_integrates():
    half = [10.4, 9.6, 10.4, 20.0]  # 10, 10, 10, 20: overlap 0.5; 5 pixels off, a quarter of the target
    found = reads(TRACKINGNET, [FAR, half], [BOX, BOX])
    assert found["auc"] == pytest.approx((1 + 10.5 / 20) / 2)  # at thresholds 0 to 0.5
    assert found["precision_auc"] == pytest.approx((1 + 18.5 / 20) / 2)  # at thresholds 5 to 50
    assert found["normalized_precision_auc"] == pytest.approx((1 + 10.5 / 20) / 2)  # at thresholds 0.25 to 0.5
    missing = scored(TRACKINGNET, [BOX], [BOX, BOX])
    assert missing.curves["success"][0].tolist() == [0.5] * 21


ROW = st.tuples(*[st.integers(1, 300)] * 2, *[st.integers(1, 60)] * 2)
PAIRS = st.lists(st.tuples(ROW, ROW), min_size=2, max_size=12)


@pytest.mark.parametrize("rule", [OTB, UAV123, LASOT, TRACKINGNET], ids=lambda rule: rule.name)
@settings(deadline=None, max_examples=40)
@given(rows=PAIRS, dx=st.integers(0, 500), dy=st.integers(0, 500))
def test_moving_truth_and_answers_alike_changes_nothing(rule, rows, dx, dy):
    truth, boxes = (np.array(part, float) for part in zip(*rows, strict=True))
    move = np.array([dx, dy, 0, 0])
    here, there = scored(rule, boxes, truth), scored(rule, boxes + move, truth + move)
    for name in rule.measures:
        if name != "normalized_precision":  # divides before it subtracts: the last bit may move
            assert np.array_equal(here.curves[name], there.curves[name])
    assert here.overlap == pytest.approx(there.overlap)
