"""Every one-pass rule against its toolkit's own output, on every tracker of every benchmark there is golden for."""

import json
from configparser import ConfigParser
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from harness.catalog import RULES
from harness.core.regions import Regions
from harness.core.sequence import GroundTruth, Sequence
from harness.datasets.annotations import read_boxes
from harness.metrics.evaluate import evaluate
from harness.metrics.one_pass.metrics import values
from harness.metrics.one_pass.score import fitted, mean, score, truth_under

GOLDEN = Path(__file__).resolve().parents[2].parent / "shared" / "golden"
ORIGIN = {"otb": 1, "uav123": 1, "lasot": 1, "got10k": 0, "trackingnet": 0}  # of the benchmark's files
OFFICIAL = {"otb_matlab", "uav123_matlab", "lasot_matlab", "got10k_got10k", "trackingnet_devkit"}
TOOLKIT_RULES = {
    "pysot": "compat.pysot",
    "pysot-toolkit": "compat.pysot-toolkit",
    "pytracking": "compat.pytracking",
    "got10k": "compat.got10k-toolkit",
}
FILES = sorted(
    path.stem
    for benchmark in ORIGIN
    for path in (GOLDEN / "expected").glob(f"{benchmark}_*.json")
)  # fmt: skip

# Golden key: our curve, or metric, and how many of its units are one of ours.
CURVES = {
    "success_curve": ("success", 1),
    "succ_curve": ("success", 1),
    "precision_curve": ("precision", 1),
    "center_curve": ("precision", 1),
    "normalized_precision_curve": ("normalized_precision", 1),
    "norm_precision_curve": ("normalized_precision", 1),
    "success_curve_pct": ("success", 100),
    "precision_curve_pct": ("precision", 100),
    "norm_precision_curve_pct": ("normalized_precision", 100),
}
SCORES = {
    "matlab": {"AUC": "auc", "success_at_0.5": "op50", "precision20": "precision", "ave_coverage": "ao"},
    "norm_dst": {
        "AUC": "auc",
        "norm_precision20": "normalized_precision",
        "center_curve_mean": "normalized_precision_auc",
    },
    "plain": {"AUC": "auc", "precision20": "precision", "center_curve_mean": "precision_auc"},
    "got10k": {
        "success_score": "auc",
        "precision_score": "precision",
        "success_rate": "op50",
        "normalized_precision_score": "normalized_precision_auc",
        "ao": "ao",
        "sr": "sr50",
        "sr50": "sr50",
        "sr75_from_curve": "sr75",
    },
    "pysot": {"success": "auc", "precision20": "precision", "norm_precision20": "normalized_precision"},
    "pytracking": {
        "AUC": "auc",
        "OP50": "op50",
        "OP75": "op75",
        "precision": "precision",
        "norm_precision": "normalized_precision",
    },
    "devkit": {"success": "auc", "precision": "precision_auc", "norm_precision": "normalized_precision_auc"},
}
SCORES["pysot-toolkit"] = SCORES["pysot"]
PERCENT = {"pytracking", "devkit"}
SCORES["excluding"] = SCORES["pytracking"] | {"avg_overlap": "ao"}  # always over the valid frames
UNUSED = {"ave_err_center", "speed_fps", "length", "coverage", "avg_overlap"}  # no metrics of ours
EXACT, SINGLE, MEANS_OF_SINGLE = (1e-12, 0), (3e-8, 3e-8), (2e-7, 0)  # pytracking's curves are float32
ALL_METRICS = tuple({name for names in SCORES.values() for name in names.values()})

pytestmark = pytest.mark.skipif(not GOLDEN.is_dir(), reason=f"needs the toolkits' golden values in {GOLDEN}")


@cache
def expected(file):
    return json.loads((GOLDEN / "expected" / f"{file}.json").read_text())["trackers"]


def rule_of(file):
    benchmark, toolkit = file.split("_")
    name = f"{benchmark}.official" if file in OFFICIAL else TOOLKIT_RULES[toolkit]
    return RULES.load(name).on(benchmark)


def read(path, benchmark):
    return read_boxes(path) - np.array([ORIGIN[benchmark]] * 2 + [0, 0])


@cache
def truths(benchmark):
    folder = GOLDEN / "inputs" / benchmark / "gt"
    if benchmark == "got10k":
        return {path.parent.name: got10k_sequence(path.parent) for path in sorted(folder.glob("*/groundtruth.txt"))}
    found = {}
    for path in sorted(folder.glob("*.txt")):
        boxes = read(path, benchmark)
        flags = folder / "absent" / path.name
        absent = np.loadtxt(flags, bool) if flags.exists() else np.isnan(boxes).any(1)
        found[path.stem] = Sequence(path.stem, GroundTruth(Regions(boxes), absent))
    return found


def got10k_sequence(folder):
    cover, absent = (np.loadtxt(folder / f"{name}.label", delimiter=",").ravel() for name in ("cover", "absence"))
    ini = ConfigParser()
    ini.read(folder / "meta_info.ini")
    size = tuple(map(int, ini["METAINFO"]["resolution"].strip("()").split(",")))
    boxes = Regions(read(folder / "groundtruth.txt", "got10k"))
    truth = GroundTruth(boxes, absent.astype(bool), {"cover": cover})
    return Sequence(folder.name, truth, size=size, object_class=ini["METAINFO"]["object_class"])


@cache
def results(benchmark, tracker):
    folder = GOLDEN / "inputs" / benchmark / "results" / tracker
    if benchmark != "got10k":
        return {path.stem: read(path, benchmark) for path in folder.glob("*.txt")}
    return {one.name: [read(path, benchmark) for path in sorted(one.glob("*_0*.txt"))] for one in folder.iterdir()}


def cases():
    for file in FILES:
        toolkit = file.split("_")[1]
        for tracker, golden in expected(file).items():
            if file == "lasot_matlab":
                for part in ("plain", "norm_dst"):
                    yield pytest.param(file, tracker, part, golden[part], id=f"{file}-{tracker}-{part}")
            else:
                yield pytest.param(file, tracker, toolkit, golden, id=f"{file}-{tracker}")
                if "exclude_invalid_frames" in golden:
                    excluding = golden["exclude_invalid_frames"]
                    yield pytest.param(file, tracker, "excluding", excluding, id=f"{file}-{tracker}-excluding")


def agree(found, golden, part, toolkit, tolerance):
    """Our curves and scores of one row against a golden record."""
    atol, rtol = tolerance
    names = SCORES.get(part, SCORES[toolkit])
    for key, value in golden.items():
        if key in CURVES:
            name, unit = CURVES[key]
            if part == "norm_dst" and key == "center_curve":
                name = "normalized_precision"
            np.testing.assert_allclose(found["curves"][name], np.array(value) / unit, rtol, atol, err_msg=key)
        elif key in names:
            unit = 100 if toolkit in PERCENT and key != "avg_overlap" else 1
            assert found[names[key]] == pytest.approx(float(value) / unit, rel=rtol, abs=atol, nan_ok=True), key
        else:
            assert key in UNUSED


def row(scores, rule, index):
    own = {name: float(value[index]) for name, value in values(scores, rule).items()}
    return own | {"curves": {name: curves[index] for name, curves in scores.curves.items()}}


def readable(rule):
    """The rule with every metric that can be read off its curves."""
    curve = {"n": "normalized_precision", "p": "precision"}
    return replace(rule, metrics=tuple(m for m in ALL_METRICS if curve.get(m[0], "success") in rule.measures))


@pytest.mark.parametrize(("file", "tracker", "part", "golden"), list(cases()) if GOLDEN.is_dir() else [])
def test_curves_and_scores(file, tracker, part, golden):
    benchmark, toolkit = file.split("_")
    rule = replace(rule_of(file), frames="valid" if part == "excluding" else "all")
    given = {tracker: results(benchmark, tracker)}
    table = evaluate(given, truths(benchmark), rule, dataset=benchmark, protocol="one_pass", expected=9)
    gaps = {gap.sequence for gap in table.gaps if "without a box" not in gap.reason}
    if "error" in golden:
        unreadable = "could not convert" in golden["error"] or "Could not read" in golden["error"]
        assert bool(gaps) is not unreadable  # we read whatever separates numbers
        assert unreadable or min(truths(benchmark)) in gaps  # where the toolkit stopped
        return
    assert gaps == {name for name, one in golden["per_sequence"].items() if "error" in one}
    names = [name for name in golden["per_sequence"] if name not in gaps]
    rule = readable(rule)
    scores = score([runs(given[tracker][name], truths(benchmark)[name], rule) for name in names], rule)
    single = toolkit == "pytracking"
    for i, name in enumerate(names):
        agree(row(scores, rule, i), golden["per_sequence"][name], part, toolkit, SINGLE if single else EXACT)
    if "overall" in golden:
        together = row(mean(scores, rule), rule, 0)
        agree(together, golden["overall"], part, toolkit, MEANS_OF_SINGLE if single else EXACT)
        for name in table.scores:
            if name in together:
                assert table.scores.at[tracker, name] == pytest.approx(together[name], abs=1e-15, nan_ok=True)


def runs(given, sequence, rule):
    truth = truth_under(rule, sequence)
    return [fitted(rule, boxes, truth) for boxes in (given if isinstance(given, list) else [given])]
