"""otb.official against the original MATLAB code's own output on twelve trackers."""

import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from harness.core.regions import Regions
from harness.core.sequence import GroundTruth, Sequence
from harness.datasets.annotations import read_boxes
from harness.metrics.evaluate import evaluate, one_pass
from harness.metrics.ragged import Ragged
from harness.metrics.rules import OTB

GOLDEN = Path(__file__).resolve().parents[2].parent / "shared" / "golden"
CLEAN = ["badsize", "drifter", "edge", "loser", "nan", "precise", "rounded", "scaler", "spaces", "tabs"]
TRACKERS = [*CLEAN, "long", "short"]
FIRST_PIXEL = np.array([1, 1, 0, 0])  # in the toolkit's files

pytestmark = pytest.mark.skipif(not GOLDEN.is_dir(), reason=f"needs the toolkits' golden values in {GOLDEN}")


@cache
def expected():
    return json.loads((GOLDEN / "expected" / "otb_matlab.json").read_text())


@cache
def truths():
    boxes = {path.stem: read_boxes(path) - FIRST_PIXEL for path in (GOLDEN / "inputs/otb/gt").glob("*.txt")}
    return {name: Sequence(name, GroundTruth.visible(Regions(rows))) for name, rows in boxes.items()}


@cache
def results(tracker):
    folder = GOLDEN / "inputs/otb/results" / tracker
    return {path.stem: read_boxes(path) - FIRST_PIXEL for path in folder.glob("*.txt")}


def table(tracker):
    return evaluate({tracker: results(tracker)}, truths(), OTB, dataset="otb100", protocol="one_pass", expected=10)


def test_every_tracker_is_checked():
    assert sorted(expected()["trackers"]) == sorted(TRACKERS)


@pytest.mark.parametrize("tracker", TRACKERS)
def test_each_sequence(tracker):
    gaps = {gap.sequence: gap.reason for gap in table(tracker).gaps}
    shift = FIRST_PIXEL * OTB.origin
    for name, golden in expected()["trackers"][tracker]["per_sequence"].items():
        if "error" in golden:
            rows = f"{len(results(tracker)[name])} rows of result for {len(truths()[name])} frames of truth"
            assert gaps.pop(name).startswith(rows)
            continue
        truth = truths()[name].truth.regions.boxes + shift
        boxes = OTB.fit(results(tracker)[name] + shift, truth)
        scores = one_pass(Ragged.join([boxes]), Ragged.join([truth]), OTB)
        close = {"rtol": 0, "atol": 1e-12}
        np.testing.assert_allclose(scores.success[0], golden["success_curve"], **close)
        np.testing.assert_allclose(scores.precision[0], golden["precision_curve"], **close)
        np.testing.assert_allclose(scores.mean_overlap[0], float(golden["ave_coverage"]), **close)
        np.testing.assert_allclose(scores.mean_error[0], float(golden["ave_err_center"]), **close)
    assert gaps == {}


@pytest.mark.parametrize("tracker", CLEAN)
def test_all_sequences_together(tracker):
    scored, golden = table(tracker), expected()["trackers"][tracker]["overall"]
    scores = scored.scores.loc[tracker]
    assert scores["auc"] == pytest.approx(golden["AUC"], abs=1e-12)
    assert scores["op50"] == pytest.approx(golden["success_at_0.5"], abs=1e-12)
    assert scores["precision"] == pytest.approx(golden["precision20"], abs=1e-12)
    success, precision = (curves.by_tracker[tracker] for curves in scored.curves)
    np.testing.assert_allclose(success, golden["success_curve"], rtol=0, atol=1e-12)
    np.testing.assert_allclose(precision, golden["precision_curve"], rtol=0, atol=1e-12)
