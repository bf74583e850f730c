import numpy as np
import pytest

from harness.core.errors import BadImage, EvaluationError, TrackerRaised
from harness.core.regions import Labels, Regions
from harness.core.sequence import GroundTruth, Sequence
from harness.metrics.evaluate import NO_RESULT
from harness.metrics.segmentation.evaluate import evaluate_segmentation
from harness.metrics.segmentation.rules import DAVIS17

SIZE = (40, 30)


def image(*objects):
    """A label image of squares; each object is (left, top)."""
    out = np.zeros(SIZE[::-1], np.uint8)
    for number, (left, top) in enumerate(objects, 1):
        out[top : top + 8, left : left + 8] = number
    return out


ONE, THREE = [image((4, 4))] * 6, [image((4, 4), (14, 4), (24, 4))] * 6
AWAY = [image((28, 20))] * 6


def sequence(name, images):
    return Sequence(name, GroundTruth.visible(Regions.collect(map(Labels.encode, images))), size=SIZE)


TRUTHS = {"one": sequence("one", ONE), "three": sequence("three", THREE)}


def table(results, truths=TRUTHS):
    return evaluate_segmentation(results, truths, DAVIS17, dataset="davis17", protocol="masks", expected=30)


def test_all_objects_count_alike_whatever_their_sequence():
    scored = table({"x": {"one": ONE, "three": AWAY}})  # one object right, three lost
    assert scored.scores.loc["x", ["jf", "j", "j_recall", "f"]].tolist() == [0.25] * 4
    assert scored.per_sequence["j"].to_dict() == {("x", "one"): 1, ("x", "three"): 0}
    assert [metric.name for metric in scored.metrics] == list(scored.scores.columns)
    assert (scored.rule, scored.expected, scored.sequences["x"]) == ("davis17.official@1", 30, 2)
    assert scored.partial("x")


def test_recall_and_decay():
    fading = [*ONE[:4], *AWAY[4:]]  # of frames 1 to 4 the last is lost: the last quarter is frames 3 and 4
    scores = table({"x": {"one": fading, "three": THREE}}).per_sequence.loc[("x", "one")]
    assert scores[["j", "j_recall", "j_decay"]].tolist() == [0.75, 0.75, 0.5]


def test_what_has_no_score_is_a_gap_with_its_reason():
    def broken():
        yield from ONE[:2]
        raise BadImage("00002.png: cannot be decoded")

    results = {
        "x": {"one": TrackerRaised("KeyError: 'z'"), "three": THREE, "elsewhere": ONE},
        "y": {"one": broken(), "three": THREE[:5]},
        "z": {},
    }
    scored = table(results)
    assert {(gap.tracker, gap.sequence): gap.reason for gap in scored.gaps} == {
        ("x", "one"): "KeyError: 'z'",
        ("x", "elsewhere"): "no truth at hand",
        ("y", "one"): "00002.png: cannot be decoded",
        ("y", "three"): "5 frames of result for 6 of truth; run the sequence again",
        ("z", "one"): NO_RESULT,
        ("z", "three"): NO_RESULT,
    }
    assert scored.scores.loc["x", "jf"] == 1
    assert scored.scores.loc[["y", "z"]].isna().all(axis=None)
    assert list(scored.per_sequence.index) == [("x", "three")]


def test_images_of_unknown_size_are_a_gap():
    unknown = Sequence("one", TRUTHS["one"].truth)
    assert "size of its images" in table({"x": {"one": ONE}}, {"one": unknown}).gaps[0].reason


def test_no_decay_beyond_eight_bits_is_told():
    many = sequence("one", ONE * 50)
    scored = table({"x": {"one": ONE * 50}}, {"one": many})
    assert scored.scores.loc["x"].isna().to_dict() == {m.name: "decay" in m.name for m in scored.metrics}
    (gap,) = scored.gaps
    assert gap.sequence == "one"
    assert gap.reason == "decay: the official code counts frames in 8 bits and finds no last quarter among 298 of them"


def test_nothing_to_evaluate_is_an_error():
    with pytest.raises(EvaluationError, match="davis17: no results to evaluate"):
        table({})


def test_the_order_of_sequences_and_trackers_changes_nothing():
    rng = np.random.default_rng(3)
    truths = {f"s{i}": sequence(f"s{i}", [image((i, 2), (i + 12, 9))] * 5) for i in range(6)}
    x, y = (
        {name: [np.roll(THREE[0] % 3, rng.integers(0, 9), 1) for _ in range(5)] for name in truths} for _ in range(2)
    )
    one = table({"x": x, "y": y}, truths)
    other = table({"y": y, "x": dict(reversed(x.items()))}, dict(reversed(truths.items())))
    for label in ("x", "y"):
        assert other.scores.loc[label].tolist() == pytest.approx(one.scores.loc[label].tolist(), abs=1e-15)
