"""otb.official on real trackers' released results: the published numbers."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from harness.core.sequence import canonical_name
from harness.datasets.annotations import read_boxes
from harness.datasets.otb import otb100
from harness.metrics.evaluate import evaluate
from harness.metrics.one_pass.official import OTB

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
RELEASED = DATA / "raw_results" / "OTB100"

pytestmark = pytest.mark.skipif(not RELEASED.is_dir(), reason=f"needs released raw results in {RELEASED}")


@cache
def truths():
    return {sequence.name: sequence for sequence in otb100(DATA / "annotations")}


def scores(results):
    table = evaluate({"x": results}, truths(), OTB, dataset="otb100", protocol="one_pass", expected=100)
    assert table.gaps == ()
    assert not table.partial("x")
    return table.scores.loc["x"]


def released(tracker):
    names = {canonical_name(name): name for name in truths()}
    files = {names[canonical_name(path.stem)]: path for path in (RELEASED / tracker).glob("*.txt")}
    found = scores({name: read_boxes(path) - np.array([1, 1, 0, 0]) for name, path in files.items()})
    return found["auc"], found["precision"]


@pytest.mark.parametrize(
    ("tracker", "auc", "precision"), [("SiamBAN", 0.696, 0.910), ("ATOM", 0.667, 0.879), ("SiamFC", 0.587, 0.772)]
)
def test_published_scores(tracker, auc, precision):
    assert released(tracker) == pytest.approx((auc, precision), abs=1e-3)


@pytest.mark.parametrize(("tracker", "auc", "precision"), [("SiamFC", 0.58649, 0.77167), ("CFNet", 0.58704, 0.77815)])
def test_scores_of_these_very_files(tracker, auc, precision):
    assert released(tracker) == pytest.approx((auc, precision), abs=5e-6)


def test_the_truth_itself():
    found = scores({name: sequence.truth.regions.boxes for name, sequence in truths().items()})
    assert found["auc"] == pytest.approx(0.951850, abs=5e-7)
    assert found["precision"] == 1
