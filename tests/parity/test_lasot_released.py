"""lasot.official on real trackers' released results: the published numbers, and what no tracker can pass."""

import zipfile
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from harness.catalog import RULES
from harness.datasets.annotations import parse_boxes
from harness.datasets.lasot import lasot
from harness.metrics.evaluate import evaluate
from harness.metrics.one_pass.official import LASOT

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
RELEASED = DATA / "raw_results" / "LaSOT"
FIRST_PIXEL = np.array([1, 1, 0, 0])  # in the files

pytestmark = pytest.mark.skipif(not RELEASED.is_dir(), reason=f"needs released raw results in {RELEASED}")


@cache
def truths():
    return {sequence.name: sequence for sequence in lasot(DATA / "annotations")}


@cache
def released(tracker):
    with zipfile.ZipFile(RELEASED / f"{tracker}.zip") as archive:
        files = [name for name in archive.namelist() if name.endswith(".txt")]
        return {Path(name).stem: parse_boxes(archive.read(name), name) - FIRST_PIXEL for name in files}


def table(results, rule=LASOT):
    found = evaluate({"x": results}, truths(), rule, dataset="lasot", protocol="one_pass", expected=280)
    assert found.gaps == ()
    assert found.sequences["x"] == 280
    return found


@pytest.mark.parametrize(
    ("tracker", "auc", "precision", "normalized"), [("ATOM", 0.514, 0.505, 0.577), ("C-RPN", 0.455, 0.443, 0.542)]
)
def test_published_scores(tracker, auc, precision, normalized):
    scores = table(released(tracker)).scores.loc["x"]
    printed = scores[["auc", "precision", "normalized_precision"]].tolist()
    assert printed == pytest.approx([auc, precision, normalized], abs=1e-3)


def test_each_challenge_is_a_mean_over_its_sequences():
    found = table(released("ATOM"))
    assert len(found.attributes) == 14
    own = found.per_sequence.loc["x"]
    for attribute, row in found.attributes.loc["x"].iterrows():
        having = [name for name, sequence in truths().items() if attribute in sequence.attributes]
        assert row["sequences"] == row["expected"] == len(having)
        assert row["auc"] == pytest.approx(own.loc[having, "auc"].mean(), abs=1e-12)
        assert row["normalized_precision"] == pytest.approx(own.loc[having, "normalized_precision"].mean(), abs=1e-12)


def test_a_perfect_tracker_misses_what_is_absent():
    """The truth itself, held while the target is absent: no tracker gets further."""
    perfect = {}
    for name, sequence in truths().items():
        shown = np.maximum.accumulate(np.where(sequence.truth.absent, 0, np.arange(len(sequence))))
        perfect[name] = sequence.truth.regions.boxes[shown]
    scores = table(perfect).scores.loc["x"]
    assert scores["auc"] == pytest.approx(0.92741, abs=5e-6)
    assert scores["precision"] == pytest.approx(0.97379, abs=5e-6)
    assert scores["normalized_precision"] == pytest.approx(0.97379, abs=5e-6)


@pytest.mark.parametrize("name", ["compat.pytracking", "compat.pysot-toolkit"])
def test_others_agree_to_a_tenth_of_a_point(name):
    ours, theirs = (table(released("C-RPN"), rule).scores.loc["x"] for rule in (LASOT, RULES.load(name).on("lasot")))
    assert theirs["auc"] == pytest.approx(ours["auc"], abs=1e-3)
    assert theirs["normalized_precision"] == pytest.approx(ours["normalized_precision"], abs=1e-3)
