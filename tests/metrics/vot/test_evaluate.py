"""VOT's score tables: what enters them, and what is left as a gap with its reason."""

import math
from dataclasses import replace

import numpy as np
import pytest

from harness.core.errors import EvaluationError, StoreError
from harness.core.regions import Box, Labels, Mask, Regions, Special
from harness.core.sequence import GroundTruth, Sequence
from harness.metrics.vot.evaluate import evaluate_multi_start, evaluate_supervised
from harness.metrics.vot.rules import VOT2019, VOT2019_VOT_TOOLKIT, VOT2020

SIZE = 100, 80
FRAMES = 60


def truth(name, frames=FRAMES, size=SIZE, **flags):
    boxes = np.stack(
        [np.arange(frames) % 40 + 5.0, np.full(frames, 10.0), np.full(frames, 20.0), np.full(frames, 16.0)]
    )
    visible = GroundTruth.visible(Regions(boxes.T))
    return Sequence(name, GroundTruth(visible.regions, visible.absent, flags), size=size)


def run(sequence, shift=0.0, failures=(), misses=()):
    """The truth, moved to the right, with failures."""
    answers = [Box(box.x + shift, box.y, box.w, box.h) for box in sequence.truth.regions]
    for frame in misses:
        answers[frame] = None
    for frame in failures:
        answers[frame : frame + 6] = [Special.FAILED, *[Special.SKIPPED] * 4, Special.INITIALISED]
    answers[0] = Special.INITIALISED
    return Regions.collect(answers[: len(sequence)])


TRUTHS = {name: truth(name) for name in ("ants", "bag")}
ANTS, BAG = TRUTHS.values()


def supervised(results, truths=TRUTHS, rule=VOT2019):
    return evaluate_supervised(results, truths, rule, dataset="vot2019", protocol="supervised", expected=2)


def test_the_truth_itself():
    table = supervised({"perfect": {name: [run(sequence)] for name, sequence in TRUTHS.items()}})
    assert table.scores.loc["perfect"].to_dict() == pytest.approx(
        {"eao": 1, "accuracy": 1, "robustness": 0, "failures": 0, "reliability": 1}
    )
    assert [metric.name for metric in table.metrics] == ["eao", "accuracy", "robustness", "failures"]
    assert (table.rule, table.gaps, table.partial("perfect")) == ("vot2019.official@1", (), False)


def test_failures_in_a_hundred_frames_and_in_a_sequence():
    results = {"x": {"ants": [run(ANTS, failures=[30]), run(ANTS)], "bag": [run(BAG, failures=[20, 40])]}}
    official, theirs = supervised(results), supervised(results, rule=VOT2019_VOT_TOOLKIT)
    assert official.scores.at["x", "failures"] == 2.5
    assert official.scores.at["x", "robustness"] == pytest.approx(100 * 2.5 / 120)
    assert official.scores.at["x", "reliability"] == pytest.approx(math.exp(-30 * 2.5 / 120))
    assert theirs.scores.at["x", "robustness"] == pytest.approx((0.5 * 60 + 2 * 60) / 120)
    assert official.per_sequence.loc["x"]["failures"].to_dict() == {"ants": 0.5, "bag": 2}


@pytest.mark.parametrize("rule", [VOT2019, VOT2019_VOT_TOOLKIT], ids=lambda rule: rule.name)
def test_equal_repetitions_count_as_often_as_they_were_run(rule):
    good, bad = run(ANTS, 1.0), run(ANTS, 6.0, failures=[25])
    twice = supervised({"x": {"ants": [good, run(ANTS, 1.0), bad]}}, {"ants": ANTS}, rule).scores.loc["x"]
    almost = run(ANTS, 1.0 + 1e-9)  # unlike, but in no pixel
    apart = supervised({"x": {"ants": [good, almost, bad]}}, {"ants": ANTS}, rule).scores.loc["x"]
    assert twice.to_dict() == pytest.approx(apart.to_dict())
    assert twice["failures"] == pytest.approx(1 / 3)


def test_trackers_do_not_see_each_other():
    results = {
        "one": {"ants": [run(ANTS, 1.0)], "bag": [run(BAG, 2.0, failures=[12])]},
        "two": {"ants": [run(ANTS, 5.0, failures=[9, 33])], "bag": [run(BAG, 3.0)]},
    }
    together = supervised(results)
    for label, by_name in results.items():
        alone = supervised({label: by_name})
        assert alone.scores.loc[label].equals(together.scores.loc[label])
        curve = together.curves[0].by_tracker[label]
        assert np.array_equal(curve, alone.curves[0].by_tracker[label])
        assert len(curve) == len(together.curves[0].thresholds) == FRAMES - 1


def test_accuracy_admits_one_column_beyond_the_image_and_eao_does_not():
    edge = truth("edge", size=(25, 80))  # the box at x = 5 ends with the image, those after it beyond
    results = {"x": {"edge": [run(edge, 1.0)]}}
    rows = supervised(results, {"edge": edge}).scores.loc["x"]
    wider = truth("edge", size=(26, 81))
    assert (
        rows["accuracy"] == supervised(results, {"edge": wider}, replace(VOT2019, margin=0)).scores.at["x", "accuracy"]
    )
    assert rows["eao"] < supervised(results, {"edge": wider}).scores.at["x", "eao"]


def test_a_miss_enters_no_accuracy_and_is_no_overlap_in_eao():
    missing = supervised({"x": {"ants": [run(ANTS, misses=[30, 31, 32])]}}, {"ants": ANTS}).scores.loc["x"]
    assert missing["accuracy"] == 1
    assert missing["failures"] == 0
    assert 0.9 < missing["eao"] < 1


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        ("failed: it raised", "failed: it raised"),
        (StoreError("damaged"), "damaged"),
        ([], "no result"),
        ([run(ANTS), run(ANTS)[:-1]], "repetition 2: 59 rows of result for 60 frames; run the sequence again"),
        ([ANTS.truth.regions], "frame 0: expected a start"),
        ([Regions.collect([Special.INITIALISED, *[Labels(())] * 59])], "found labels of several"),
    ],
)
def test_a_sequence_that_cannot_be_scored_is_a_gap(result, reason):
    table = supervised({"x": {"ants": result, "bag": [run(BAG)]}})
    (gap,) = table.gaps
    assert (gap.tracker, gap.sequence) == ("x", "ants")
    assert reason in gap.reason
    assert table.partial("x")
    assert table.scores.at["x", "accuracy"] == 1
    assert list(table.per_sequence.index) == [("x", "bag")]


def test_what_is_not_there_is_a_gap():
    table = supervised({"x": {"cup": [run(BAG)]}})
    reasons = {gap.sequence: gap.reason for gap in table.gaps}
    assert reasons == {"ants": "no result", "bag": "no result", "cup": "no truth at hand"}
    assert table.scores.loc["x"].isna().all()
    assert (table.sequences["x"], len(table.per_sequence), table.curves[0].by_tracker) == (0, 0, {})


def test_an_unknown_size_is_a_gap():
    (gap,) = supervised({"x": {"ants": [run(ANTS)]}}, {"ants": truth("ants", size=None)}).gaps
    assert gap.reason == "the size of its images is not known, and overlaps end at their edges"


def test_runs_too_short_for_eao_have_none():
    short = truth("short", frames=30)
    table = supervised({"x": {"short": [run(short)]}}, {"short": short})
    assert math.isnan(table.scores.at["x", "eao"])
    assert table.scores.at["x", "accuracy"] == 1
    assert [gap.reason for gap in table.gaps] == ["eao: no run is as long as 46 frames"]


@pytest.mark.parametrize("evaluate", [evaluate_supervised, evaluate_multi_start])
def test_no_results_are_no_table(evaluate):
    rule = VOT2019 if evaluate is evaluate_supervised else VOT2020
    with pytest.raises(EvaluationError, match="vot: no results to evaluate"):
        evaluate({}, TRUTHS, rule, dataset="vot", protocol="p", expected=2)


# Multi-start


def anchored(frames=FRAMES, empty=()):
    """A disc that moves, with anchors at frame 10 to the end, and at the last to the beginning."""
    rows, columns = np.mgrid[:80, :100]
    masks = [Mask.encode((columns - 20 - t) ** 2 + (rows - 40) ** 2 < 100) for t in range(frames)]
    for frame in empty:
        masks[frame] = Mask(0, 0, 0, 0, ())
    anchors = np.zeros(frames)
    anchors[10], anchors[-1] = 1, -1
    return Sequence("disc", GroundTruth(Regions.collect(masks), np.zeros(frames, bool), {"anchor": anchors}), size=SIZE)


DISC = anchored()
NOWHERE = Mask(90, 70, 2, 2, (0, 4))


def answers(sequence, lost_from=999):
    """A run from each anchor that is the truth until it is lost."""
    masks = list(sequence.truth.regions)
    orders = {10: masks[10:], len(masks) - 1: masks[::-1]}
    return {
        anchor: Regions.collect([Special.INITIALISED, *order[1:lost_from], *[NOWHERE] * len(order[lost_from:])])
        for anchor, order in orders.items()
    }


def multi_start(runs, sequence=DISC):
    return evaluate_multi_start(
        {"x": {"disc": runs}}, {"disc": sequence}, VOT2020, dataset="vot2020", protocol="multi_start", expected=1
    )


def test_runs_in_both_directions_lie_beside_their_truth():
    table = multi_start(answers(DISC))
    scores = table.scores.loc["x"]
    assert scores["robustness"] == scores["reliability"] == 1
    assert scores["accuracy"] == pytest.approx((49 + 59) / (50 + 60))  # first frames count as nothing
    curve = table.curves[0].by_tracker["x"]
    assert (curve[0], curve[1], curve[59], curve[60]) == (0, 1, 1, 0)
    assert [metric.higher_is_better for metric in table.metrics] == [True] * 3


def test_a_lost_run_counts_up_to_where_it_was_lost():
    scores = multi_start(answers(DISC, lost_from=20)).scores.loc["x"]
    assert scores["robustness"] == pytest.approx(40 / 110)
    assert scores["accuracy"] == pytest.approx(38 / 40)


def test_a_target_that_is_away_is_not_lost():
    away = anchored(empty=range(25, 45))
    scores = multi_start(answers(away), away).scores.loc["x"]
    assert scores["robustness"] == 1
    gone = answers(away)
    gone = {
        a: Regions.collect([NOWHERE if isinstance(m, Mask) and not m.area else m for m in r]) for a, r in gone.items()
    }
    assert multi_start(gone, away).scores.at["x", "robustness"] == 1


@pytest.mark.parametrize(
    ("runs", "sequence", "reason"),
    [
        ({10: answers(DISC)[10]}, DISC, "expected a run from each of the anchors [10, 59], found [10]"),
        (answers(DISC) | {10: answers(DISC)[59]}, DISC, "anchor 10: 60 rows of result for 50 frames"),
        (answers(DISC), truth("disc"), "its truth has no anchors"),
        ("failed: it raised", DISC, "failed: it raised"),
    ],
)
def test_anchors_that_do_not_fit_are_gaps(runs, sequence, reason):
    (gap,) = multi_start(runs, sequence).gaps
    assert gap.reason.startswith(reason)
