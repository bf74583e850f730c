"""VOT's official rules on real trackers' released results: the published numbers."""

import json
from functools import cache
from pathlib import Path

import pytest

from harness.core.regions import Box, Polygon, Regions, Special
from harness.core.sequence import GroundTruth, Sequence
from harness.metrics.vot.evaluate import evaluate_supervised
from harness.metrics.vot.rules import VOT2018, VOT2019

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
RELEASED = DATA / "raw_results"

pytestmark = pytest.mark.skipif(not RELEASED.is_dir(), reason=f"needs released raw results in {RELEASED}")


def region(numbers):
    if len(numbers) == 1:
        return Special(int(numbers[0]))
    return Box(*numbers) if len(numbers) == 4 else Polygon(tuple(zip(numbers[::2], numbers[1::2], strict=True)))


@cache
def truths(year):
    videos = json.loads((DATA / f"annotations/VOT/VOT{year}.json").read_text())
    return {
        name: Sequence(
            name,
            GroundTruth.visible(Regions.collect(map(region, video["gt_rect"]))),
            size=(video["width"], video["height"]),
        )
        for name, video in videos.items()
    }


@cache
def table(year, tracker, rule):
    files = (RELEASED / f"VOT{year}" / tracker / "baseline").glob("*/*_001.txt")
    runs = {
        path.parent.name: [Regions.collect(region(list(map(float, x.split(",")))) for x in path.read_text().split())]
        for path in files
    }
    return evaluate_supervised(
        {tracker: runs}, truths(year), rule, dataset=f"vot{year}", protocol="supervised", expected=60
    )


@pytest.mark.parametrize(
    ("year", "tracker", "rule", "eao"),
    [
        (2018, "DaSiamRPN", VOT2018, 0.3827),
        (2019, "LightTrack", VOT2019, 0.328),
        (2019, "NanoTrackV1", VOT2019, 0.247),
    ],
)
def test_published_expected_overlap(year, tracker, rule, eao):
    scored = table(year, tracker, rule)
    assert not scored.partial(tracker)
    assert scored.scores.at[tracker, "eao"] == pytest.approx(eao, abs=5e-4)


def test_published_accuracy_and_robustness():
    scores = table(2018, "DaSiamRPN", VOT2018).scores.loc["DaSiamRPN"]
    assert (round(scores["accuracy"], 2), round(scores["robustness"], 2)) == (0.59, 0.28)
    assert scores["failures"] == 59


def test_a_sequence_without_a_frame_after_burn_in_is_told():
    (gap,) = table(2019, "NanoTrackV1", VOT2019).gaps
    assert (gap.sequence, gap.reason) == ("ball3", "accuracy: no frame is left after the burn-in of 10")
