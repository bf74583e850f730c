"""TRE's segments and scores on OTB-100's real truth and results, against a plain loop over its MATLAB code's steps."""

import math
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from harness.core.robustness import OMITTED, robustness_views, segment_starts
from harness.core.sequence import canonical_name
from harness.datasets import official
from harness.datasets.annotations import read_boxes
from harness.datasets.otb import otb100
from harness.metrics.evaluate import evaluate
from harness.metrics.one_pass.official import OTB
from harness.metrics.one_pass.pooled import pooled

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
TRUTH, RELEASED = DATA / "annotations" / "OTB100", DATA / "raw_results" / "OTB100" / "SiamFC"

pytestmark = pytest.mark.skipif(not TRUTH.is_dir(), reason=f"needs OTB-100's annotations in {TRUTH}")


@cache
def spans():
    """The spans of frames in which none is to begin, by target."""
    read = {canonical_name(path.stem): path.read_text().split() for path in (TRUTH / "initOmit").glob("*.txt")}
    return {name: np.array(words, int).reshape(-1, 2).tolist() for name, words in read.items()}


@cache
def sequences():
    first = {name: int(number) for name, number, *_ in official.rows("otb100")}
    found = []
    for one in otb100(TRUTH):
        omitted = np.zeros(len(one))
        for begin, end in spans().get(canonical_name(one.name), []):
            omitted[max(begin - first[one.name], 0) : end - first[one.name] + 1] = 1
        found.append(replace(one, truth=replace(one.truth, flags={OMITTED: omitted})))
    return found


def plain_starts(boxes, omitted):
    """Frames counted from 1, as ``splitSeqTRE.m`` goes over them; `boxes` count from 1 too."""
    frames = [i for i in range(1, len(boxes) + 1) if not omitted[i - 1]]
    frames = [i for i in frames if all(value > 0 for value in boxes[i - 1])]
    last = max(place for place, i in enumerate(frames, 1) if len(boxes) - i + 1 >= 20)
    places, step = [], last / 19
    while 1 + len(places) * step <= last:
        places.append(math.floor(1 + len(places) * step))
    return [frames[place - 1] for place in [*places, last]]


def test_segments_of_all_targets():
    assert len(sequences()) == 100
    for one in sequences():
        boxes = one.truth.regions.boxes + np.array([1, 1, 0, 0])
        expected = plain_starts(boxes, one.truth.flags[OMITTED])
        assert [start + 1 for start in segment_starts(one.truth)] == expected, one.name
        assert len(expected) == 20


def test_the_list_in_the_project_is_the_benchmarks():
    listed: dict[str, list[list[int]]] = {}
    for name, first, last in official.rows("omitted-otb100"):
        listed.setdefault(canonical_name(name), []).append([int(first), int(last)])
    assert listed == spans()


@pytest.mark.skipif(not RELEASED.is_dir(), reason=f"needs released raw results in {RELEASED}")
def test_pooled_segments_are_counted_as_the_official_code_counts():
    """Each segment's rows are those of the released run, which nobody made from there: it is the counting we test."""
    files = {canonical_name(path.stem): path for path in RELEASED.glob("*.txt")}
    some = [one for one in sequences() if len(one) < 300]
    results, expected = {}, []
    for one in some:
        rows = read_boxes(files[canonical_name(one.name)]) - np.array([1, 1, 0, 0])
        views = robustness_views("tre", one)
        runs = [rows[len(one) - len(view) :] for view in views]
        results[one.name] = pooled(views, runs, OTB)
        expected.append(plain_success(views, runs))
    table = evaluate(
        {"x": results}, {one.name: one for one in some}, OTB, dataset="otb100", protocol="tre", expected=100
    )
    assert table.scores.at["x", "auc"] == pytest.approx(np.mean(expected), abs=1e-12)
    assert table.per_sequence["auc"].to_numpy() == pytest.approx(np.mean(expected, 1), abs=1e-12)


def plain_success(views, runs):
    """The success curve of one sequence: hits in all segments over frames in all segments."""
    hits, frames = np.zeros(21), 0
    for view, rows in zip(views, runs, strict=True):
        for i, (true, found) in enumerate(zip(view.truth.regions.boxes, rows, strict=True)):
            x, y, w, h = true
            a, b, c, d = true if i == 0 else found
            inside = max(0, min(x + w, a + c) - max(x, a)) * max(0, min(y + h, b + d) - max(y, b))
            valid = x + 1 > 0 and y + 1 > 0 and w > 0 and h > 0
            overlap = inside / (w * h + c * d - inside) if valid else -1
            hits += overlap > np.linspace(0, 1, 21)
            frames += 1
    return hits / frames
