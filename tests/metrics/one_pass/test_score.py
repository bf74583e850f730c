"""otb.official against its definition, read frame by frame: small files of our own that never skip.

``python tests/metrics/one_pass/test_score.py`` writes the golden file anew from the naive reading below.
"""

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from harness.core.overlap import box_overlap, center_error
from harness.core.regions import Regions
from harness.core.sequence import GroundTruth, Sequence
from harness.metrics.one_pass.official import OTB
from harness.metrics.one_pass.score import fitted, score, truth_under

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "one_pass.json"
NAN = float("nan")


def naive(boxes, truth):
    """calcSeqErrRobust.m's success and precision curves, one frame at a time, in 1-based pixels."""
    held = [list(row) for row in boxes]
    for i in range(1, len(held)):
        row = held[i]
        bad = all(map(math.isnan, row)) or row[2] <= 0 or row[3] <= 0
        if bad and not any(map(math.isnan, truth[i])):
            held[i] = held[i - 1]
    held[0] = list(truth[0])
    overlaps, errors = [], []
    for a, b in zip(held, truth, strict=True):
        if all(value > 0 for value in b):
            overlaps.append(naive_overlap(a, b))
            errors.append(math.dist((a[0] + a[2] / 2, a[1] + a[3] / 2), (b[0] + b[2] / 2, b[1] + b[3] / 2)))
        else:
            overlaps.append(-1)
            errors.append(-1)
    count = len(truth) + 2**-52
    success = [sum(overlap > step for overlap in overlaps) / count for step in np.linspace(0, 1, 21)]
    precision = [sum(error <= step for error in errors) / count for step in range(51)]
    return success, precision


def naive_overlap(a, b):
    """MATLAB's max and min pass over NaN, and it divides by zero."""
    sides = []
    for axis in (0, 1):
        low = max((v for v in (a[axis], b[axis]) if not math.isnan(v)), default=NAN)
        ends = (a[axis] + a[axis + 2], b[axis] + b[axis + 2])
        high = min((v for v in ends if not math.isnan(v)), default=NAN)
        sides.append(max(0, high - low))
    shared = sides[0] * sides[1]
    union = a[2] * a[3] + b[2] * b[3] - shared
    if union == 0:
        return math.inf if shared else NAN
    return shared / union


def vectorised(cases, rule=OTB):
    rule = replace(rule, origin=0)  # these cases are written in the toolkit's pixels
    truths = [truth_under(rule, Sequence("a", GroundTruth.visible(Regions(case["truth"])))) for case in cases]
    return score(
        [[fitted(rule, np.array(c["boxes"], float), truth)] for c, truth in zip(cases, truths, strict=True)], rule
    )


def alone(boxes, truth, rule=OTB):
    return vectorised([{"boxes": boxes, "truth": truth}], rule)


def invented():
    """Cases of every kind of row: wandering, tied, repaired, partly NaN, with truth that is invalid."""
    rng = np.random.default_rng(2013)
    cases = []
    for length in (1, 2, 12, 30):
        truth = np.concatenate([rng.integers(1, 90, (length, 2)), rng.integers(8, 40, (length, 2))], 1).astype(float)
        boxes = (truth + rng.normal(0, 6, (length, 4))).round(2)
        for i in range(1, length):
            match i % 9:
                case 1:
                    boxes[i] = truth[i] * [1, 1, 0.5, 1]  # overlap 0.5
                case 3:
                    boxes[i] = truth[i] + [12, 16, 0, 0]  # 20 pixels off
                case 4:
                    boxes[i] = NAN
                case 5:
                    boxes[i, rng.integers(4)] = NAN
                case 6:
                    boxes[i, rng.integers(2, 4)] = rng.integers(-2, 1)
                case 7:
                    truth[i, rng.integers(4)] = rng.integers(-2, 1)
        cases.append({"truth": truth.tolist(), "boxes": boxes.tolist()})
    return cases


def test_golden_file():
    cases = json.loads(GOLDEN.read_text())
    scores = vectorised(cases)
    for i, case in enumerate(cases):
        assert scores.curves["success"][i].tolist() == case["success"]
        assert scores.curves["precision"][i].tolist() == case["precision"]
        assert naive(case["boxes"], case["truth"]) == (case["success"], case["precision"])


TRUTH = [[11.0, 11.0, 10.0, 10.0]] * 4


def test_by_hand_half_a_box_ties_at_one_half():
    scores = alone([*TRUTH[:2], *[[11, 11, 5, 10]] * 2], TRUTH)
    assert scores.curves["success"][0].tolist() == [1.0] * 10 + [0.5] * 10 + [0.0]  # 0.5 > 0.5 is false
    assert scores.curves["precision"][0, :4].tolist() == [0.5, 0.5, 0.5, 1.0]  # 2.5 pixels off
    assert scores.overlap[0] == 0.75


def test_by_hand_twenty_pixels_count_at_twenty():
    scores = alone([*TRUTH[:3], [23, 27, 10, 10]], TRUTH)
    assert scores.curves["precision"][0, [19, 20]].tolist() == [0.75, 1.0]
    assert scores.curves["success"][0, 0] == 0.75


def test_by_hand_the_first_row_is_the_truth():
    assert alone([[500, 500, 1, 1], *TRUTH[1:]], TRUTH).curves["success"][0, 0] == 1


def test_by_hand_invalid_truth_fails_in_success_and_hits_in_precision():
    truth = [*TRUTH[:3], [0.0, 11.0, 10.0, 10.0]]
    scores = alone(truth, truth)
    assert scores.curves["success"][0].tolist() == [0.75] * 20 + [0.0]
    assert scores.curves["precision"][0].tolist() == [1.0] * 51
    assert scores.overlap[0] == 0.75


def test_by_hand_x_alone_nan_is_taken_at_the_truths_edge():
    scores = alone([*TRUTH[:3], [NAN, 11, 10, 5]], TRUTH)
    assert scores.curves["success"][0, [9, 10]].tolist() == [1.0, 0.75]  # overlap 0.5
    assert scores.curves["precision"][0, 50] == 0.75


def test_by_hand_nan_is_held_unless_it_is_to_miss():
    boxes = [[NAN] * 4, TRUTH[1], [NAN] * 4, [11, 11, 0, 0]]
    assert alone(boxes, TRUTH).curves["success"][0, 0] == 1
    scores = alone(boxes, TRUTH, replace(OTB, nan_as_miss=True))
    assert scores.curves["success"][0].tolist() == [0.75] * 20 + [0.0]
    assert scores.curves["precision"][0].tolist() == [0.75] * 51


def test_an_infinite_answer_misses():
    scores = alone([*TRUTH[:2], [math.inf, 11, 10, 10], [11, 11, math.inf, 1e300]], TRUTH)
    assert (scores.curves["success"][0, 0], scores.curves["precision"][0, 50]) == (0.5, 0.5)


COORDINATE = st.integers(-8, 48).map(lambda v: v / 4)
SIZE = st.integers(1, 40).map(lambda v: v / 4)
BOX = st.tuples(COORDINATE, COORDINATE, SIZE, SIZE)
ANSWER = BOX | st.tuples(*[st.sampled_from([NAN, 0.0, -1.0, 3.0])] * 4) | st.just((NAN,) * 4)
CASES = st.lists(st.lists(st.tuples(BOX, ANSWER), min_size=1, max_size=12), min_size=1, max_size=4)


def unzip(cases):
    return [{"truth": [t for t, _ in rows], "boxes": [b for _, b in rows]} for rows in cases]


@settings(deadline=None)
@given(CASES)
@example([[((1.0, 1.0, 1.0, 3.0), (1.0, 1.0, 3.0, -1.0)), ((1.0, 1.0, 1.0, 3.0), (NAN,) * 4)]])  # 0 / 0
@example([[((1.0, 1.0, 4.0, 4.0), (NAN, NAN, 0.0, 0.0)), ((1.0, 1.0, 4.0, 4.0), (NAN,) * 4)]])  # x / 0 is a success
def test_vectorised_is_naive(cases):
    cases = unzip(cases)
    scores = vectorised(cases)
    for i, case in enumerate(cases):
        assert (scores.curves["success"][i].tolist(), scores.curves["precision"][i].tolist()) == naive(
            case["boxes"], case["truth"]
        )


@settings(deadline=None)
@given(CASES, st.randoms(use_true_random=False))
def test_sequences_know_nothing_of_each_other(cases, random):
    cases = unzip(cases)
    order = random.sample(range(len(cases)), len(cases))
    scores, shuffled = vectorised(cases), vectorised([cases[i] for i in order])
    assert np.array_equal(shuffled.curves["success"], scores.curves["success"][order])
    assert np.array_equal(shuffled.curves["precision"], scores.curves["precision"][order])
    assert np.array_equal(shuffled.overlap, scores.overlap[order], equal_nan=True)


@settings(deadline=None)
@given(st.lists(st.tuples(BOX, BOX), min_size=1, max_size=12), st.integers(3, 500), st.integers(3, 500))
def test_moving_truth_and_answer_alike_changes_nothing(rows, dx, dy):
    truth, boxes = (
        np.array(part, float) + np.array([3, 3, 0, 0]) for part in zip(*rows, strict=True)
    )  # all truth valid
    move = np.array([dx, dy, 0, 0])
    here, there = alone(boxes, truth), alone(boxes + move, truth + move)
    assert np.array_equal(here.curves["success"], there.curves["success"])
    assert np.array_equal(here.curves["precision"], there.curves["precision"])


@settings(deadline=None)
@given(BOX, BOX)
def test_overlap_is_bounded_and_symmetric(a, b):
    overlap = box_overlap([a], [b])[0]
    assert 0 <= overlap <= 1
    assert overlap == box_overlap([b], [a])[0]
    assert (overlap == 1) == (a == b)
    assert box_overlap([a], [a])[0] == 1
    assert center_error([a], [b])[0] == center_error([b], [a])[0] >= 0


@pytest.mark.parametrize("length", [1, 2, 7])
def test_the_truth_as_answer_scores_twenty_of_twentyone(length):
    scores = alone(TRUTH[:1] * length, TRUTH[:1] * length)
    assert scores.curves["success"].mean() == pytest.approx(20 / 21, abs=1e-15)


if __name__ == "__main__":
    for case in (golden := invented()):
        case["success"], case["precision"] = naive(case["boxes"], case["truth"])
    lines = ",\n".join(json.dumps(case) for case in golden)
    GOLDEN.write_text(f"[{lines}]\n")
