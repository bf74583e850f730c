from dataclasses import replace

import numpy as np
import pytest

from harness.core.errors import EvaluationError, TrackerRaised
from harness.core.regions import Regions
from harness.core.sequence import GroundTruth, Sequence
from harness.metrics.evaluate import NO_RESULT, evaluate
from harness.metrics.one_pass.official import GOT10K, LASOT, OTB, TRACKINGNET
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
    own = scored.per_sequence.loc[("x", "b")]
    assert own[list(scored.scores)].tolist() == pytest.approx([0.25 * 20 / 21, 0.25, 0.25, 0.25])
    assert own["ao"] == 0.25  # the first frame is the truth
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
    assert (len(scored.per_sequence), list(scored.per_sequence.columns)) == (0, ["ao", *scored.scores.columns])
    assert scored.attributes.empty


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


def test_the_order_of_sequences_and_trackers_changes_nothing():
    rng = np.random.default_rng(5)
    names = [f"s{i}" for i in range(7)]
    truths = {n: Sequence(n, GroundTruth.visible(Regions(BOXES + i))) for i, n in enumerate(names)}
    x, y = ({n: BOXES + rng.normal(0, 6, BOXES.shape) for n in names} for _ in range(2))
    one = table({"x": x, "y": y}, truths)
    other = table({"y": y, "x": dict(reversed(x.items()))}, dict(reversed(truths.items())))
    for label in ("x", "y"):
        assert other.scores.loc[label].tolist() == pytest.approx(one.scores.loc[label].tolist(), abs=1e-15)


def got10k(name, boxes, cover=8, kind="bear", attributes=()):
    flags = {"cover": np.full(len(boxes), float(cover))}
    truth = GroundTruth(Regions(boxes), np.zeros(len(boxes), bool), flags)
    return Sequence(name, truth, size=(640, 480), attributes=frozenset(attributes), object_class=kind)


LONG = np.array([[10.0, 10, 20, 20]] * 7)
KINDS = {"a": got10k("a", BOXES), "b": got10k("b", LONG), "c": got10k("c", BOXES, kind="car")}


def test_got10k_pools_frames_and_balances_classes():
    scored = table({"x": {"a": BOXES, "b": LONG + 500, "c": BOXES}}, KINDS, GOT10K)
    assert list(scored.scores) == ["ao", "sr50", "sr75", "mao", "msr50", "msr75"]
    assert scored.scores.loc["x"].tolist() == pytest.approx([6 / 12] * 3 + [(0.5 + 1) / 2] * 3)  # 3, 6 and 3 frames
    assert scored.per_sequence["ao"].tolist() == [1, 0, 1]
    assert [(curves.name, curves.score) for curves in scored.curves] == [("success", "ao")]
    unkind = {**KINDS, "c": got10k("c", BOXES, kind="")}
    assert list(table({"x": {"a": BOXES}}, unkind, GOT10K).scores) == ["ao", "sr50", "sr75"]


def test_repetitions_are_averaged_or_pooled_never_their_boxes():
    twice = table({"x": {"a": [BOXES, FAR], "b": BOXES}})
    assert twice.per_sequence.loc[("x", "a"), "op50"] == pytest.approx((1 + 0.25) / 2)
    assert twice.scores.loc["x", "op50"] == pytest.approx((0.625 + 1) / 2)
    pooled = table({"x": {"a": [BOXES, BOXES, FAR], "b": LONG + 500, "c": BOXES}}, KINDS, GOT10K)
    assert pooled.scores.loc["x", "ao"] == pytest.approx(9 / 18)  # 3 x 3, 6 and 3 frames
    assert table({"x": {"a": [BOXES, BOXES[:2]], "b": []}}).gaps == (
        Gap("x", "a", "2 rows of result for 4 frames of truth; run the sequence again"),
        Gap("x", "b", NO_RESULT),
    )


def test_a_mean_of_nothing_is_an_empty_cell_with_its_reason():
    boxes = BOXES.copy()
    boxes[1:3] = np.nan
    results = {"x": {"a": boxes, "b": LONG, "c": BOXES}}
    scored = table(results, KINDS, GOT10K)
    assert scored.scores.loc["x", ["ao", "mao"]].isna().all()
    assert scored.scores.loc["x", "sr50"] == pytest.approx(10 / 12)
    reason = "2 answers without a box: AO is undefined under got10k.official@1 (--nan-as-miss counts misses)"
    assert scored.gaps == (Gap("x", "a", reason),)
    strict = table(results, KINDS, replace(GOT10K, nan_as_miss=True))
    assert (strict.scores.loc["x", "ao"], strict.gaps) == (pytest.approx(10 / 12), ())


def test_what_the_truth_lacks_is_a_gap():
    first_only = np.array([BOXES[0], *[[np.nan] * 4] * 3])
    truths = {
        "a": KINDS["a"],
        "b": TRUTHS["b"],
        "hidden": got10k("hidden", BOXES, cover=0),
        "server": got10k("server", first_only),
    }
    reasons = {gap.sequence: gap.reason for gap in table({"x": dict.fromkeys(truths, BOXES)}, truths, GOT10K).gaps}
    assert reasons == {
        "b": "got10k.official@1 needs each frame's cover flag and the images' size; not known here",
        "hidden": "none of its 4 frames of truth counts under got10k.official@1",
        "server": "its truth is known in the first frame only: the benchmark's server scores it",
    }
    server = {"a": Sequence("a", GroundTruth.visible(Regions(first_only)))}
    assert len(table({"x": {"a": BOXES}}, server, TRACKINGNET).gaps) == 1


def test_attributes_are_scored_by_the_rules_own_aggregation():
    truths = {
        "a": got10k("a", BOXES, attributes=["fast", "blur"]),
        "b": got10k("b", LONG, attributes=["fast"]),
        "c": got10k("c", BOXES, attributes=["blur"]),
    }
    results = {"x": {"a": BOXES, "b": LONG + 500}, "y": {"c": BOXES}}
    pooled = table(results, truths, GOT10K).attributes
    assert list(pooled.index) == [("x", "blur"), ("x", "fast"), ("y", "blur"), ("y", "fast")]
    assert list(pooled.columns) == ["ao", "sr50", "sr75", "mao", "msr50", "msr75", "sequences", "expected"]
    assert pooled.loc[("x", "fast"), ["ao", "sequences", "expected"]].tolist() == pytest.approx([3 / 9, 2, 2])
    assert pooled.loc[("x", "blur"), ["ao", "sequences", "expected"]].tolist() == [1, 1, 2]
    assert np.isnan(pooled.loc[("y", "fast"), "ao"])
    assert pooled.loc[("y", "fast"), "sequences"] == 0
    averaged = table(results, truths).attributes
    assert averaged.loc[("x", "fast"), "op50"] == pytest.approx((1 + 1 / 7) / 2)
    assert table(results).attributes.empty


def test_every_curve_of_a_rule_is_plotted_beside_its_metric():
    scored = table({"x": {"a": BOXES, "b": FAR}}, rule=LASOT)
    assert [(curves.name, curves.score) for curves in scored.curves] == [
        ("success", "auc"),
        ("precision", "precision"),
        ("normalized_precision", "normalized_precision"),
    ]
    areas = table({"x": {"a": BOXES, "b": FAR}}, rule=TRACKINGNET)
    assert [curves.score for curves in areas.curves] == ["auc", "precision_auc", "normalized_precision_auc"]


def test_a_tracker_listed_twice_scores_the_same_twice():
    rng = np.random.default_rng(3)
    results = {name: BOXES + rng.normal(0, 4, BOXES.shape) for name in TRUTHS}
    scored = table({"x": results, "y": dict(results)}, rule=LASOT)
    assert scored.scores.loc["x"].equals(scored.scores.loc["y"])
    assert scored.scores.loc["x"].equals(table({"x": results}, rule=LASOT).scores.loc["x"])
