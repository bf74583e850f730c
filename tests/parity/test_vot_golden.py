"""VOT's overlaps and scores against the official toolkits' own output."""

import json
import math
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from harness.core.raster.overlaps import raster_overlaps
from harness.core.regions import Box, Mask, Polygon, Regions, Special
from harness.core.sequence import GroundTruth, Sequence
from harness.metrics.vot.evaluate import evaluate_multi_start, evaluate_supervised
from harness.metrics.vot.rules import (
    VOT2019,
    VOT2019_PYSOT,
    VOT2019_TOOLKIT_LEGACY,
    VOT2019_TOOLKIT_LEGACY_RASTER,
    VOT2019_VOT_TOOLKIT,
    VOT2020,
)

GOLDEN = Path(__file__).resolve().parents[2].parent / "shared" / "golden"
SUPERVISED = ["drifter", "loser", "poly", "precise", "rounded", "scaler"]
MULTI_START = ["drifter", "empty", "loser", "precise", "rectbox", "scaler"]

pytestmark = pytest.mark.skipif(not GOLDEN.is_dir(), reason=f"needs the toolkits' golden values in {GOLDEN}")


def region(text):
    if text.startswith("m"):
        x, y, w, h, *runs = map(int, text[1:].split(","))
        return Mask(x, y, w, h, (*runs, w * h - sum(runs)) if w * h else ())
    numbers = list(map(float, text.split(",")))
    if len(numbers) == 1:
        return Special(int(numbers[0]))
    if len(numbers) == 4:
        return Box(*numbers)
    return Polygon(tuple(zip(numbers[::2], numbers[1::2], strict=True)))


def regions(path):
    return Regions.collect(map(region, path.read_text().split()))


@cache
def expected(name):
    return json.loads((GOLDEN / "expected" / f"{name}.json").read_text())


@cache
def truths(benchmark):
    found = {}
    for folder in (path.parent for path in (GOLDEN / "inputs" / benchmark / "gt").glob("*/sequence")):
        facts = dict(line.split("=") for line in (folder / "sequence").read_text().split())
        truth = GroundTruth.visible(regions(folder / "groundtruth.txt"))
        if (anchors := folder / "anchor.value").exists():
            truth = replace(truth, flags={"anchor": np.array(anchors.read_text().split(), float)})
        found[folder.name] = Sequence(folder.name, truth, size=(int(facts["width"]), int(facts["height"])))
    return found


@cache
def runs(benchmark, tracker):
    """By sequence the runs, by their files' last number."""
    folders = (GOLDEN / "inputs" / benchmark / "results" / tracker / "baseline").iterdir()
    return {
        folder.name: {int(path.stem.rsplit("_", 1)[1]): regions(path) for path in sorted(folder.glob("*.txt"))}
        for folder in folders
    }


@cache
def supervised(tracker, rule):
    results = {name: list(found.values()) for name, found in runs("vot2019", tracker).items()}
    table = evaluate_supervised(
        {tracker: results}, truths("vot2019"), rule, dataset="vot2019", protocol="supervised", expected=8
    )
    assert table.gaps == ()
    return table


@cache
def multi_start(tracker):
    table = evaluate_multi_start(
        {tracker: runs("vot2020", tracker)},
        truths("vot2020"),
        VOT2020,
        dataset="vot2020",
        protocol="multi_start",
        expected=4,
    )
    assert table.gaps == ()
    return table


@cache
def pairs():
    """Two regions and the image's size, or None, a line."""
    lines = (GOLDEN / "inputs/regions/pairs.txt").read_text().splitlines()
    cells = [[cell.strip() for cell in line.split("|")] for line in lines]
    return [(region(a), region(b), None if c == "none" else tuple(map(int, c.split(",")))) for a, b, c in cells]


@pytest.mark.parametrize(
    ("rasteriser", "toolkit", "key", "known"),
    [
        ("vot-toolkit", "vot-toolkit", "overlap", 311),
        ("toolkit-legacy-raster", "toolkit-legacy", "overlap_default", 187),
        ("toolkit-legacy", "toolkit-legacy", "overlap_legacy", 185),
        ("pysot", "pysot", "overlap", 204),
    ],
)
def test_every_pair_of_regions(rasteriser, toolkit, key, known):
    golden = expected(f"regions_{toolkit}")[key]
    more = 0 if toolkit == "vot-toolkit" else 1  # the others' bounds are the last pixels: column W, row H
    checked = [(pair, float(value)) for pair, value in zip(pairs(), golden, strict=True) if value is not None]
    assert len(checked) == known
    for (a, b, size), value in checked:
        bounds = size and (size[0] + more, size[1] + more)
        (found,) = raster_overlaps(Regions.collect([a]), Regions.collect([b]), rasteriser, bounds)
        assert found == value or (math.isnan(found) and math.isnan(value)), (a, b, size)


def test_pairs_together_are_as_each_alone():
    first, second = (Regions.collect([pair[i] for pair in pairs()]) for i in (0, 1))
    together = raster_overlaps(first, second, "vot-toolkit", (160, 120))
    alone = [raster_overlaps(first[i : i + 1], second[i : i + 1], "vot-toolkit", (160, 120))[0] for i in range(311)]
    assert np.array_equal(together, alone)


@pytest.mark.parametrize("tracker", SUPERVISED)
@pytest.mark.parametrize(
    ("rule", "key"),
    [
        (VOT2019_TOOLKIT_LEGACY, "rasterization_legacy"),
        (VOT2019_TOOLKIT_LEGACY_RASTER, "rasterization_default"),
    ],
    ids=["float", "raster"],
)
def test_toolkit_legacy(tracker, rule, key):
    golden = expected("vot2019_toolkit-legacy")["trackers"][tracker][key]
    table = supervised(tracker, rule)
    scores = table.scores.loc[tracker]
    assert scores["eao"] == pytest.approx(golden["overall"]["eao"], abs=1e-12)
    assert scores["accuracy"] == pytest.approx(golden["overall"]["accuracy_pooled_frames"], abs=1e-12)
    assert scores["failures"] == pytest.approx(golden["overall"]["failures_total"], abs=1e-12)
    curve = table.curves[0]
    assert curve.thresholds[0] == 2  # the toolkit's own curve begins with 1 at length 1
    np.testing.assert_allclose(curve.by_tracker[tracker], golden["overall"]["eao_curve"][1:], rtol=0, atol=1e-12)
    for name, sequence in golden["per_sequence"].items():
        row = table.per_sequence.loc[tracker, name]
        assert row["accuracy"] == pytest.approx(sequence["accuracy"], abs=1e-12)
        assert row["failures"] == pytest.approx(sequence["failures"], abs=1e-12)


@pytest.mark.parametrize("tracker", SUPERVISED)
def test_pysot(tracker):
    golden = expected("vot2019_pysot")["trackers"][tracker]
    table = supervised(tracker, VOT2019_PYSOT)
    scores = table.scores.loc[tracker]
    assert scores["eao"] == pytest.approx(golden["overall"]["eao"], abs=1e-8)  # its curve is float32
    assert scores["accuracy"] == pytest.approx(golden["overall"]["accuracy"], abs=1e-12)
    assert scores["robustness"] == pytest.approx(golden["overall"]["robustness"], abs=1e-12)
    assert scores["failures"] == pytest.approx(golden["overall"]["lost_number"], abs=1e-12)
    for name, sequence in golden["per_sequence"].items():
        row = table.per_sequence.loc[tracker, name]
        assert row["accuracy"] == pytest.approx(sequence["accuracy"], abs=1e-12)
        assert row["failures"] == pytest.approx(np.mean(sequence["failures"]), abs=1e-12)
    assert supervised(tracker, VOT2019).scores.loc[tracker].equals(scores)


@pytest.mark.parametrize("tracker", SUPERVISED)
def test_vot_toolkit_supervised(tracker):
    golden = expected("vot2019_vot-toolkit")["trackers"][tracker]
    table = supervised(tracker, VOT2019_VOT_TOOLKIT)
    scores, overall = table.scores.loc[tracker], golden["overall"]
    assert scores["eao"] == pytest.approx(overall["eao"], abs=1e-8)  # its curve is float32
    assert scores["accuracy"] == pytest.approx(overall["accuracy"], abs=1e-12)
    assert scores["robustness"] == pytest.approx(overall["robustness_failures_weighted"], abs=1e-12)
    assert scores["failures"] == pytest.approx(overall["cumulative_failures"], abs=1e-12)
    assert scores["reliability"] == pytest.approx(overall["ar_point_S30"][0], abs=1e-12)
    curve = table.curves[0].by_tracker[tracker]
    np.testing.assert_allclose(curve, overall["eao_curve"][1:], rtol=0, atol=5e-7)
    for name, sequence in golden["per_sequence"].items():
        row = table.per_sequence.loc[tracker, name]
        assert row["accuracy"] == pytest.approx(sequence["accuracy"], abs=1e-12)
        assert row["failures"] == pytest.approx(sequence["failures"], abs=1e-12)
        assert row["reliability"] == pytest.approx(sequence["ar_point"][0], abs=1e-12)


@pytest.mark.parametrize("tracker", SUPERVISED)
def test_got10k_toolkit_measures_the_plane(tracker):
    golden = expected("vot2019_got10k")["trackers"][tracker]["overall"]
    rule = replace(VOT2019_PYSOT, rasteriser="exact", margin=0)
    assert supervised(tracker, rule).scores.at[tracker, "accuracy"] == pytest.approx(golden["accuracy"], abs=1e-9)


@pytest.mark.parametrize("tracker", MULTI_START)
def test_vot_toolkit_multi_start(tracker):
    golden = expected("vot2020_vot-toolkit")["trackers"][tracker]
    table = multi_start(tracker)
    scores, overall = table.scores.loc[tracker], golden["overall"]
    assert scores["eao"] == pytest.approx(overall["eao_115_755"], abs=1e-12)
    assert scores["accuracy"] == pytest.approx(overall["accuracy"], abs=1e-12)
    assert scores["robustness"] == pytest.approx(overall["robustness"], abs=1e-12)
    curve, official = table.curves[0].by_tracker[tracker], overall["eao_curve_high755"]
    np.testing.assert_allclose(curve[: len(official)], official, rtol=0, atol=1e-12)
    assert len(curve) == 755
    for name, sequence in golden["per_sequence"].items():
        row = table.per_sequence.loc[tracker, name]
        assert row["accuracy"] == pytest.approx(sequence["accuracy"], abs=1e-12)
        assert row["robustness"] == pytest.approx(sequence["robustness"], abs=1e-12)


def test_every_tracker_is_checked():
    assert sorted(expected("vot2019_pysot")["trackers"]) == SUPERVISED
    assert sorted(expected("vot2020_vot-toolkit")["trackers"]) == MULTI_START
