import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.errors import EvaluationError, TrackerRaised
from harness.core.regions import Box, Mask, Regions, Special
from harness.core.sequence import GroundTruth, Sequence
from harness.core.trajectory import Trajectory
from harness.metrics.evaluate import NO_RESULT
from harness.metrics.longterm import LONGTERM, confidence_thresholds, evaluate_longterm, f_score, longterm_curves
from harness.metrics.ragged import Ragged

SIZE = (100, 100)
HERE, HALF, FAR, NOWHERE = [10.0, 10, 20, 20], [10.0, 10, 20, 10], [60.0, 60, 20, 20], [np.nan] * 4
NUMBERS = st.floats(0, 1)


def sequence(boxes, absent=None):
    truth = GroundTruth(Regions(boxes), np.zeros(len(boxes), bool) if absent is None else np.array(absent))
    return Sequence("s", truth, size=SIZE)


def run(boxes, confidences):
    return Trajectory(Regions(boxes), np.array(confidences, float), np.zeros(len(boxes)))


def table(results, truths, label="x"):
    return evaluate_longterm({label: results}, truths, LONGTERM, dataset="d", protocol="p", expected=len(truths))


def scores(results, truths):
    return table(results, truths).scores.loc["x", ["lt_precision", "lt_recall", "lt_f"]].tolist()


@given(st.lists(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=30), min_size=1, max_size=4))
def test_curves_are_the_definition(sequences):
    overlaps = Ragged.join([np.array([overlap for overlap, _ in frames]) for frames in sequences])
    confidences = np.array([confidence for frames in sequences for _, confidence in frames])
    thresholds = confidence_thresholds(confidences, 12)
    present = np.array([len(frames) for frames in sequences])
    precision, recall = longterm_curves(overlaps, confidences, present, thresholds)
    for s, frames in enumerate(sequences):
        for t, threshold in enumerate(thresholds):
            reached = [overlap for overlap, confidence in frames if confidence >= threshold]
            assert precision[s, t] == pytest.approx(np.mean(reached) if reached else 1)
            assert recall[s, t] == pytest.approx(sum(reached) / len(frames))
    assert (np.diff(recall, axis=1) >= -1e-12).all()
    f = f_score(precision, recall)
    assert ((f >= 0) & (f <= 1 + 1e-12)).all()
    assert np.array_equal(f, f_score(recall, precision))


@given(st.lists(NUMBERS, min_size=1, max_size=60), st.integers(4, 20))
def test_thresholds_are_confidences_falling_between_infinities(confidences, count):
    thresholds = confidence_thresholds(np.array(confidences), count)
    assert len(thresholds) == min(len(confidences), count - 2) + 2
    assert thresholds[[0, -1]].tolist() == [np.inf, -np.inf]
    assert (thresholds[:-1] >= thresholds[1:]).all()
    assert set(thresholds[1:-1]) <= set(confidences)


def test_the_best_threshold_leaves_out_what_the_tracker_doubts():
    truth = sequence([HERE, HERE, HERE, NOWHERE, NOWHERE])
    answers = run([HERE, HERE, HALF, FAR, FAR], [0, 0.9, 0.8, 0.3, 0.2])
    # Frames 1 and 2 are kept: overlaps 1 and .5 of the three frames with the target; the first one is lost.
    precision, recall = 0.75, 0.5
    f = 2 * precision * recall / (precision + recall)
    assert scores({"s": [answers]}, {"s": truth}) == pytest.approx([precision, recall, f])


def test_the_first_frame_is_a_miss_whatever_is_answered():
    boxes = [HERE] * 4
    confident, silent = run(boxes, [1, 1, 1, 1]), run(boxes, [np.nan, 1, 1, 1])
    assert scores({"s": [confident]}, {"s": sequence(boxes)})[:2] == [0.75, 0.75]
    assert scores({"s": [silent]}, {"s": sequence(boxes)})[:2] == [1, 0.75]
    coded = Trajectory(Regions.collect([Special.INITIALISED, *[Box(*HERE)] * 3]), np.ones(4), np.zeros(4))
    assert scores({"s": [coded]}, {"s": sequence(boxes)})[:2] == [0.75, 0.75]


def test_a_target_marked_absent_is_absent_though_it_has_a_box():
    answers = run([HERE] * 4, [0, 0.9, 0.9, 0.1])
    marked = sequence([HERE] * 4, [False, False, False, True])
    assert scores({"s": [answers]}, {"s": marked}) == scores({"s": [answers]}, {"s": sequence([*[HERE] * 3, NOWHERE])})
    assert marked.truth.regions[3] == Box(*HERE)


def test_overlaps_end_at_the_images_edge():
    outside, inside = [90.0, 10, 20, 20], [90.0, 10, 10, 20]
    answers = run([inside] * 3, [0, 1, 1])
    assert scores({"s": [answers]}, {"s": sequence([outside] * 3)})[0] == 1


def test_masks():
    mask = Mask.encode(np.ones((20, 20)), 10, 10)
    answers = Trajectory(Regions.collect([mask] * 3), np.array([0.0, 1, 1]), np.zeros(3))
    assert scores({"s": [answers]}, {"s": sequence([HERE] * 3)})[0] == 1


def test_means_are_over_sequences_and_repetitions_within():
    truth = sequence([HERE] * 3)
    right, wrong = run([HERE] * 3, [0, 1, 1]), run([HERE, FAR, FAR], [0, 1, 1])
    truths = {"a": truth, "b": truth}
    scored = table({"a": [right, wrong, wrong, wrong], "b": [right]}, truths)
    assert scored.per_sequence["lt_precision"].tolist() == [0.25, 1]
    assert scored.scores.loc["x", "lt_precision"] == pytest.approx(0.625)
    assert scored.scores.loc["x", "lt_recall"] == pytest.approx(0.625 * 2 / 3)


def test_without_confidence_there_is_one_point():
    answers = run([HERE, HERE, FAR, HERE], [np.nan] * 4)
    assert scores({"s": [answers]}, {"s": sequence([HERE] * 4)}) == pytest.approx([0.5, 0.5, 0.5])


def test_nothing_right_scores_zero():
    answers = run([FAR] * 3, [1, 1, 1])
    assert scores({"s": [answers]}, {"s": sequence([HERE] * 3)})[1:] == [0, 0]


def test_the_curve_ends_at_the_recall_that_is_reached():
    answers = run([HERE, HERE, HALF, FAR], [0, 0.9, 0.8, 0.1])
    (curve,) = table({"s": [answers]}, {"s": sequence([HERE] * 4)}).curves
    precision = curve.by_tracker["x"]
    assert (curve.name, curve.score) == ("precision_recall", "lt_f")
    assert precision[25] == pytest.approx(1)  # frame 1 alone: 1 of 4 frames
    assert np.isfinite(precision).tolist() == (curve.thresholds <= 1.5 / 4).tolist()


def test_what_has_no_score_is_a_gap_with_its_reason():
    good = sequence([HERE] * 3)
    truths = {"a": good, "b": good, "c": good, "d": sequence([NOWHERE] * 3), "e": Sequence("e", good.truth)}
    answers = run([HERE] * 3, [0, 1, 1])
    short = run([HERE] * 2, [0, 1])
    results = {"a": [answers], "b": [answers, short], "c": TrackerRaised("boom"), "d": [answers], "e": [answers]}
    scored = table(results, truths)
    reasons = {gap.sequence: gap.reason for gap in scored.gaps}
    assert reasons == {
        "b": "repetition 2: 2 rows of result for 3 frames; run the sequence again",
        "c": "boom",
        "d": "its target is present in no frame of truth: there is no recall",
        "e": "the size of its images is not known, and overlaps end at their edges",
    }
    assert scored.sequences["x"] == 1
    nobody = table({"a": []}, {"a": good})
    assert nobody.gaps[0].reason == NO_RESULT
    assert nobody.scores.isna().all(axis=None)
    with pytest.raises(EvaluationError, match="d: no results"):
        evaluate_longterm({}, truths, LONGTERM, dataset="d", protocol="p", expected=1)


def test_the_order_of_sequences_and_trackers_changes_nothing():
    rng = np.random.default_rng(8)
    truths = {f"s{i}": sequence([HERE] * (5 + i)) for i in range(6)}
    made = {n: [run(HERE + rng.normal(0, 4, (len(s), 4)), rng.random(len(s)))] for n, s in truths.items()}
    assert scores(dict(reversed(made.items())), dict(reversed(truths.items()))) == pytest.approx(scores(made, truths))
