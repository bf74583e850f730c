from dataclasses import replace

import numpy as np
import pytest

from harness.core.errors import EvaluationError, TrackerRaised
from harness.core.record import Seconds
from harness.core.regions import Regions
from harness.core.sequence import GroundTruth, Sequence
from harness.metrics.evaluate import NO_RESULT, evaluate
from harness.metrics.rules import OTB
from harness.metrics.scores import Gap

BOXES = np.array([[10.0, 10, 20, 20]] * 4)
FAR = BOXES + np.array([500, 0, 0, 0])
TRUTHS = {name: Sequence(name, GroundTruth.visible(Regions(BOXES))) for name in ("a", "b")}


def table(results, truths=TRUTHS, rule=OTB, **more):
    return evaluate(results, truths, rule, dataset="otb100", protocol="one_pass", expected=100, **more)


def test_scores_are_means_over_sequences():
    scored = table({"x": {"a": BOXES, "b": FAR}, "y": {"b": BOXES, "a": BOXES}})
    assert (scored.dataset, scored.protocol, scored.rule, scored.expected) == (
        "otb100",
        "one_pass",
        "otb.official@1",
        100,
    )
    assert [metric.name for metric in scored.metrics] == list(scored.scores.columns)
    assert scored.per_sequence.loc[("x", "b")].tolist() == pytest.approx([0.25 * 20 / 21, 0.25, 0.25, 0.25])
    assert scored.scores.loc["x"].tolist() == pytest.approx([0.625 * 20 / 21, 0.625, 0.625, 0.625])
    assert scored.scores.loc["y"].tolist() == pytest.approx([20 / 21, 1, 1, 1])
    assert scored.sequences.to_dict() == {"x": 2, "y": 2}
    assert scored.partial("x")
    assert scored.gaps == ()


def test_curves_belong_to_their_scores():
    scored = table({"x": {"a": BOXES, "b": FAR}})
    success, precision = scored.curves
    assert (success.name, success.score, success.thresholds.shape) == ("success", "auc", (21,))
    assert (precision.name, precision.score, precision.thresholds.shape) == ("precision", "precision", (51,))
    assert success.by_tracker["x"].mean() == pytest.approx(scored.scores.loc["x", "auc"])
    assert precision.by_tracker["x"][20] == scored.scores.loc["x", "precision"]


def test_what_has_no_score_is_a_gap_with_its_reason():
    results = {
        "x": {"a": BOXES, "b": TrackerRaised("KeyError: 'z'"), "elsewhere": BOXES},
        "y": {"a": BOXES[:3], "b": np.concatenate([BOXES, BOXES])},
        "z": {"a": "no first box"},
    }
    scored = table(results)
    reasons = {(gap.tracker, gap.sequence): gap.reason for gap in scored.gaps}
    assert reasons == {
        ("x", "b"): "KeyError: 'z'",
        ("x", "elsewhere"): "no truth at hand",
        ("y", "a"): "3 rows of result for 4 frames of truth; run the sequence again",
        ("y", "b"): "8 rows of result for 4 frames of truth; run the sequence again",
        ("z", "a"): "no first box",
        ("z", "b"): NO_RESULT,
    }
    assert scored.sequences.to_dict() == {"x": 1, "y": 0, "z": 0}
    assert scored.scores.loc["x", "auc"] == pytest.approx(20 / 21)
    assert scored.scores.loc[["y", "z"]].isna().all(axis=None)
    assert list(scored.curves[0].by_tracker) == ["x"]
    assert list(scored.per_sequence.index) == [("x", "a")]


def test_nothing_to_evaluate_is_an_error():
    with pytest.raises(EvaluationError, match="otb100: no results to evaluate"):
        table({})


def test_no_sequence_scored_at_all_leaves_empty_cells():
    scored = table({"x": {}})
    assert scored.scores.isna().all(axis=None)
    assert (len(scored.per_sequence), list(scored.per_sequence.columns)) == (0, list(scored.scores.columns))


def test_a_curve_of_zeros_leaves_its_mean_but_not_silently():
    hidden = np.array([[-1.0, 10, 20, 20], [10, 10, 20, 20]])  # x is 0 in the toolkit's pixels: invalid truth
    truths = {**TRUTHS, "h": Sequence("h", GroundTruth.visible(Regions(hidden)))}
    scored = table({"x": {"a": BOXES, "b": BOXES, "h": FAR[:2]}}, truths)
    assert scored.scores.loc["x", "auc"] == pytest.approx(20 / 21)
    assert scored.scores.loc["x", "precision"] == pytest.approx(2.5 / 3)  # invalid truth is a hit there
    assert scored.per_sequence.loc[("x", "h"), "auc"] == 0
    reason = "success is zero at every threshold: otb.official@1 leaves it out of that mean"
    assert scored.gaps == (Gap("x", "h", reason),)
    kept = table({"x": {"a": BOXES, "b": BOXES, "h": FAR[:2]}}, truths, replace(OTB, drops_zero=False))
    assert kept.scores.loc["x", "auc"] == pytest.approx(20 / 21 * 2 / 3)
    assert kept.gaps == ()


def test_nan_as_miss_is_told_by_the_rule():
    boxes = BOXES.copy()
    boxes[2:] = np.nan
    official = table({"x": {"a": boxes, "b": BOXES}})
    strict = table({"x": {"a": boxes, "b": BOXES}}, rule=replace(OTB, nan_as_miss=True))
    assert (official.rule, strict.rule) == ("otb.official@1", "otb.official@1+nan-as-miss")
    assert (official.scores.loc["x", "op50"], strict.scores.loc["x", "op50"]) == (1, 0.75)
    assert (official.scores.loc["x", "precision"], strict.scores.loc["x", "precision"]) == (1, 0.75)


def test_speed_needs_a_run_alone():
    alone, shared = Seconds(5.0, 1.0, 30, False), Seconds(5.0, 1.0, 30, True)
    results = {"x": {"a": BOXES, "b": BOXES}, "y": {"a": BOXES, "b": BOXES}}
    timed = table(results, timings={"x": {"a": alone, "b": shared}, "y": {"a": shared}})
    assert timed.metrics[-1].name == "fps"
    assert timed.scores["fps"].tolist() == pytest.approx([30, np.nan], nan_ok=True)
    assert timed.per_sequence["fps"].tolist() == pytest.approx([30, np.nan, np.nan, np.nan], nan_ok=True)
    assert timed.gaps == (Gap("y", "", "fps: never run alone on its machine"),)
    untimed = table(results, timings={"y": {"a": shared}})
    assert "fps" not in untimed.scores
    assert untimed.gaps == ()


def test_the_order_of_sequences_and_trackers_changes_nothing():
    rng = np.random.default_rng(5)
    names = [f"s{i}" for i in range(7)]
    truths = {n: Sequence(n, GroundTruth.visible(Regions(BOXES + i))) for i, n in enumerate(names)}
    x, y = ({n: BOXES + rng.normal(0, 6, BOXES.shape) for n in names} for _ in range(2))
    one = table({"x": x, "y": y}, truths)
    other = table({"y": y, "x": dict(reversed(x.items()))}, dict(reversed(truths.items())))
    for label in ("x", "y"):
        assert other.scores.loc[label].tolist() == pytest.approx(one.scores.loc[label].tolist(), abs=1e-15)
