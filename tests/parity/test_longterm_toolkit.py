"""The long-term rule against vot-toolkit's own analyses, on random trajectories of random confidence."""

import json
import subprocess
import sys
from importlib.util import find_spec

import numpy as np
import pytest

from harness.core.regions import Regions
from harness.core.sequence import GroundTruth, Sequence
from harness.core.trajectory import Trajectory
from harness.metrics.longterm import LONGTERM, evaluate_longterm

SIZE = (320, 240)
NAN = [np.nan] * 4

# Another process: importing the toolkit warns, and changes how warnings are shown.
TOOLKIT = """
import json, sys, warnings
warnings.simplefilter("ignore")
from types import SimpleNamespace
from vot.analysis.longterm import (
    FScoreCurve, PrecisionRecall, PrecisionRecallCurve, compute_tpr_curves, determine_thresholds,
)
from vot.region import Rectangle, Special

def region(row):
    return Rectangle(*row) if isinstance(row, list) else Special(row)

def analyse(sequences):
    scores = [score for one in sequences for score in one["confidences"]]
    thresholds = determine_thresholds(scores, 100)
    curves = []
    for one in sequences:
        truth = SimpleNamespace(groundtruth=lambda: list(map(region, one["truth"])), size=one["size"])
        answers = list(map(region, one["answers"]))
        curves.append((list(zip(*compute_tpr_curves(answers, one["confidences"], truth, thresholds))), thresholds))
    mean = PrecisionRecallCurve().aggregate(None, sequences, curves)
    f_curves = FScoreCurve().compute(None, [None], sequences, [[mean]])
    best = PrecisionRecall().compute(None, [None], sequences, [[mean], f_curves])[0, 0]
    at = f_curves[0, 0][0].index(best[2])
    return {"best": list(map(float, best)), "each": [list(map(float, curve[at])) for curve, _ in curves]}

json.dump({name: analyse(sequences) for name, sequences in json.load(sys.stdin).items()}, sys.stdout)
"""

pytestmark = pytest.mark.skipif(find_spec("vot") is None, reason="vot-toolkit is not installed")


def random_sequence(rng: np.random.Generator, frames: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Truth and answers ``(frames, 4)`` with rows of NaN, and confidences that fall with the overlap, some NaN."""
    truth = np.array([120, 90, 60, 50]) + np.cumsum(rng.normal(0, 3, (frames, 4)), 0)
    truth[:, 2:] = truth[:, 2:].clip(8, 120)
    drift = np.abs(np.cumsum(rng.normal(0, 4, (frames, 1)), 0))
    answers = truth + drift * rng.normal(0, 0.5, (frames, 4))
    answers[:, 2:] = answers[:, 2:].clip(2, 150)
    confidences = np.round(1 - drift[:, 0] / 40 + rng.normal(0, 0.1, frames), 2)
    truth[1:][rng.random(frames - 1) < 0.2] = NAN
    answers[1:][rng.random(frames - 1) < 0.1] = NAN
    confidences[rng.random(frames) < 0.1] = np.nan
    return truth, answers, confidences


def absent_and_unanswered() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    boxes = np.array([[10.0, 10, 20, 20]] * 2 + [NAN] * 3)
    return boxes, boxes, np.array([1.0, 0.9, 0.2, 0.1, 0.1])


def random_sequences(*lengths: int) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    rng = np.random.default_rng(sum(lengths))
    return [random_sequence(rng, frames) for frames in lengths]


CASES = {
    "many": random_sequences(40, 120, 77),
    "one": random_sequences(300),
    "fewer_than_thresholds": random_sequences(20, 11),
    "absent_and_unanswered": [absent_and_unanswered()],
}


@pytest.fixture(scope="module")
def expected() -> dict:
    """What the toolkit makes of all cases, in its own words: 0 where nothing is, 1 where the tracker starts."""
    asked = {
        case: [
            {
                "truth": [0 if np.isnan(row).any() else row.tolist() for row in truth],
                "answers": [1, *(0 if np.isnan(row).any() else row.tolist() for row in answers[1:])],
                "confidences": np.nan_to_num(confidences).tolist(),
                "size": SIZE,
            }
            for truth, answers, confidences in sequences
        ]
        for case, sequences in CASES.items()
    }
    done = subprocess.run(
        [sys.executable, "-c", TOOLKIT], input=json.dumps(asked), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("case", list(CASES))
def test_scores_of_the_tracker_and_of_each_sequence(case, expected):
    truths, results = {}, {}
    for i, (truth, answers, confidences) in enumerate(CASES[case]):
        truths[f"s{i}"] = Sequence(f"s{i}", GroundTruth.visible(Regions(truth)), size=SIZE)
        results[f"s{i}"] = [Trajectory(Regions(answers), confidences, np.zeros(len(answers)))]
    table = evaluate_longterm({"x": results}, truths, LONGTERM, dataset="d", protocol="p", expected=len(truths))
    columns = ["lt_precision", "lt_recall", "lt_f"]
    assert table.scores.loc["x", columns].tolist() == pytest.approx(expected[case]["best"], abs=1e-12)
    for name, pair in zip(truths, expected[case]["each"], strict=True):
        assert table.per_sequence.loc[("x", name), columns[:2]].tolist() == pytest.approx(pair, abs=1e-12)


def test_no_answer_where_the_target_is_absent_is_recalled_too(expected):
    """A trap of the toolkit's: recall is 2 where a tracker is right about one box and three absences."""
    assert expected["absent_and_unanswered"]["best"][1] == 2
