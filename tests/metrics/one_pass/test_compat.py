"""What sets the other toolkits' rules apart, in a few frames each."""

import numpy as np
import pytest

from harness.core.errors import UsageError
from harness.core.regions import Regions
from harness.core.sequence import GroundTruth, Sequence
from harness.metrics.one_pass.compat import GOT10K_TOOLKIT, PYSOT, PYSOT_TOOLKIT, PYTRACKING, STARK
from harness.metrics.one_pass.metrics import values
from harness.metrics.one_pass.official import TWENTIETHS
from harness.metrics.one_pass.score import fitted, score, truth_under

NAN = float("nan")
BOX = [10.0, 10.0, 20.0, 20.0]
FAR = [500.0, 10.0, 20.0, 20.0]


def reads(toolkit, benchmark, boxes, truth, absent=None):
    """The scores of one sequence, given in the benchmark's own coordinates."""
    rule = toolkit.on(benchmark)
    origin = np.array([rule.origin, rule.origin, 0, 0])
    absent = np.array(absent if absent is not None else [False] * len(truth))
    known = truth_under(rule, Sequence("a", GroundTruth(Regions(np.array(truth) - origin), absent)))
    scores = score([[fitted(rule, np.array(boxes) - origin, known)]], rule)
    return {name: float(value[0]) for name, value in values(scores, rule).items()}


def test_a_toolkit_is_asked_only_what_it_scores():
    assert PYTRACKING.on("lasot").label == PYTRACKING.label == "compat.pytracking@1"
    with pytest.raises(UsageError, match=r"^compat\.pysot has no rule for vot2019, only for otb, uav123, lasot"):
        PYSOT.on("vot2019")


def test_torchs_thresholds_are_two_last_bits_off():
    torch = PYTRACKING.on("otb").success.thresholds
    assert {i: t for i, t in enumerate(torch) if t != TWENTIETHS[i]} == {13: 0.6500000000000001, 15: 0.7500000000000001}


def test_pysot_scores_the_trackers_own_first_row_and_repairs_nothing():
    boxes = [FAR, [NAN, 10, 20, 20], [10, 10, 0, 20], BOX]
    assert reads(PYSOT, "otb", boxes, [BOX] * 4)["auc"] == pytest.approx(0.25 * 20 / 21)
    assert reads(PYTRACKING, "otb", [FAR, BOX, [10, 10, 0, 20], BOX], [BOX] * 4)["op50"] == 1


def test_pysot_and_pysot_toolkit_differ_left_of_the_image():
    left = [-5.0, 10, 20, 20]
    pysot, toolkit = (reads(rule, "otb", [BOX, left], [BOX, left]) for rule in (PYSOT, PYSOT_TOOLKIT))
    assert (pysot["auc"], toolkit["auc"]) == pytest.approx((20 / 21, 10 / 21))
    assert pysot["precision"] == toolkit["precision"] == 1  # the centre is in it


def test_pysot_hits_where_the_truths_centre_is_outside():
    outside = [-30.0, 10, 20, 20]
    assert reads(PYSOT, "otb", [BOX, FAR], [BOX, outside])["precision"] == 1
    assert reads(PYSOT, "otb", [BOX, FAR], [BOX, BOX])["precision"] == 0.5


def test_pysot_divides_by_a_little_more_than_nothing():
    """Truth without width: the normalised centre is huge, not infinite, and equal centres are no distance apart."""
    flat = [10.0, 10, 0, 20]
    assert reads(PYSOT, "otb", [BOX, flat], [BOX, flat])["normalized_precision"] == 1
    assert reads(PYSOT, "otb", [BOX, FAR], [BOX, flat])["normalized_precision"] == 0.5


def test_absence_matters_on_lasot_only():
    for toolkit in (PYSOT, PYTRACKING):
        assert reads(toolkit, "lasot", [BOX, BOX], [BOX, BOX], [False, True])["precision"] == 0.5
        unseen = [BOX, [NAN] * 4, BOX]
        assert reads(toolkit, "uav123", [BOX] * 3, unseen, [False, True, False])["precision"] == 1
    assert reads(GOT10K_TOOLKIT, "lasot", [BOX, BOX], [BOX, BOX], [False, True])["precision"] == 1


@pytest.mark.parametrize(("toolkit", "valid"), [(PYTRACKING, False), (STARK, True)])
def test_stark_takes_truth_left_of_the_image_for_valid(toolkit, valid):
    left = [-5.0, 10, 20, 20]
    found = reads(toolkit, "otb", [BOX, left], [BOX, left])
    assert found["op50"] == found["precision"] == (1 if valid else 0.5)
    assert found["normalized_precision"] == 1  # what is invalid hits there
    assert reads(toolkit, "uav123", [BOX, left], [BOX, left])["precision"] == 1


def test_pytracking_pads_into_the_corner():
    """A zero box has its centre half a pixel outside, 20 pixels from a target up there."""
    near = [8.0, 5.0, 8.0, 22.0]
    assert reads(PYTRACKING, "otb", [near, near], [near] * 3)["precision"] == 1
    assert reads(PYTRACKING, "otb", [BOX, BOX], [BOX] * 3)["precision"] == pytest.approx(2 / 3)


def test_got10k_divides_by_a_pixel_at_least():
    thin = [10.0, 10.0, 0.5, 20.0]
    moved = [10.2, 10.0, 0.5, 20.0]  # 0.2 of a pixel, 0.4 of the width
    found = reads(GOT10K_TOOLKIT, "lasot", [thin, moved], [thin, thin])
    assert found["normalized_precision_auc"] == pytest.approx((1 + 31 / 51) / 2)  # at thresholds 0.20 to 0.50


def test_got10k_leaves_out_frames_without_truth():
    found = reads(GOT10K_TOOLKIT, "uav123", [BOX, FAR, BOX], [BOX, [NAN] * 4, BOX])
    assert (found["op50"], found["precision"]) == (1, 1)
    assert reads(GOT10K_TOOLKIT, "otb", [BOX], [BOX, FAR])["op50"] == 1  # and what is past the shorter of both
