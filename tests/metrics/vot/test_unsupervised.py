"""Average overlap of runs without resets: what counts in it, and how sequences weigh."""

import pytest

from harness.core.errors import EvaluationError
from harness.core.regions import Box, Regions, Special
from harness.core.sequence import GroundTruth, Sequence
from harness.metrics.vot.rules import VOT_UNSUPERVISED
from harness.metrics.vot.unsupervised import evaluate_unsupervised

TARGET = Box(20, 20, 10, 10)
HALF = Box(20, 20, 10, 5)


def truth(frames, size=(60, 50)):
    return Sequence("x", GroundTruth.visible(Regions.collect([TARGET] * frames)), size=size)


def run(*answers):
    return Regions.collect([Special.INITIALISED, *answers])


def table(results, **truths):
    return evaluate_unsupervised({"t": results}, truths, VOT_UNSUPERVISED, dataset="d", protocol="p", expected=2)


def test_frames_after_the_first_repetitions_and_lengths():
    found = table(
        {"a": [run(TARGET, HALF, Box(50, 0, 9, 9)), run(TARGET, TARGET, TARGET)], "b": [run(HALF)]},
        a=truth(4),
        b=truth(2),
    )
    assert found.per_sequence.loc["t"]["ao"].to_dict() == {"a": pytest.approx((0.5 + 1) / 2), "b": 0.5}
    assert found.scores.at["t", "ao"] == pytest.approx((0.75 * 4 + 0.5 * 2) / 6)
    assert ([m.name for m in found.metrics], found.rule, found.gaps) == (["ao"], "vot.unsupervised@1", ())


def test_a_frame_without_an_answer_does_not_count():
    assert table({"a": [run(HALF, None, TARGET)]}, a=truth(4)).scores.at["t", "ao"] == 0.75


def test_pixels_outside_of_the_image_do_not_count():
    """Of truth and answer the image holds what they have in common."""
    wide = Box(20, 20, 90, 10)
    assert table({"a": [run(wide)]}, a=truth(2, size=(30, 50))).scores.at["t", "ao"] == 1
    assert table({"a": [run(wide)]}, a=truth(2, size=(40, 50))).scores.at["t", "ao"] == 0.5


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        ("failed: it raised", "failed: it raised"),
        ([], "no result"),
        ([run(TARGET)], "repetition 1: 2 rows of result for 3 frames"),
        ([run(None, None)], "no frame after the first has an answer"),
        ([Regions.collect([TARGET] * 3)], "frame 0: expected a start"),
        ([run(Special.FAILED, Special.INITIALISED)], "frame 2: expected no start"),
    ],
)
def test_a_sequence_that_cannot_be_scored_is_a_gap(result, reason):
    found = table({"a": result, "b": [run(TARGET)]}, a=truth(3), b=truth(2))
    (gap,) = found.gaps
    assert gap.sequence == "a"
    assert reason in gap.reason
    assert found.scores.at["t", "ao"] == 1
    assert found.partial("t")


def test_without_any_there_is_no_score():
    assert table({}, a=truth(3)).scores["ao"].isna().all()
    with pytest.raises(EvaluationError, match="no results"):
        evaluate_unsupervised({}, {}, VOT_UNSUPERVISED, dataset="d", protocol="p", expected=2)
