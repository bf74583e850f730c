"""DAVIS's rule against davis2017-evaluation's own output, down to the frame."""

import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from harness.core.regions import Labels, Regions
from harness.core.sequence import GroundTruth, Sequence
from harness.metrics.segmentation.evaluate import evaluate_segmentation
from harness.metrics.segmentation.rules import DAVIS17
from harness.metrics.segmentation.score import score_objects

GOLDEN = Path(__file__).resolve().parents[2].parent / "shared" / "golden"
INPUTS = GOLDEN / "inputs" / "davis17"
EXPECTED = GOLDEN / "expected" / "davis17_davis2017.json"
OVERALL = {
    "jf": "J&F-Mean",
    "j": "J-Mean",
    "j_recall": "J-Recall",
    "j_decay": "J-Decay",
    "f": "F-Mean",
    "f_recall": "F-Recall",
    "f_decay": "F-Decay",
}
OF_OBJECTS = {ours: theirs for ours, theirs in OVERALL.items() if ours != "jf"}

pytestmark = pytest.mark.skipif(not EXPECTED.exists(), reason=f"no golden values at {GOLDEN}")


@cache
def trackers() -> dict:
    return json.loads(EXPECTED.read_text())["trackers"]


def images(folder: Path) -> list[np.ndarray]:
    return [np.asarray(Image.open(path)) for path in sorted(folder.glob("*.png"))]


@cache
def truths() -> dict[str, Sequence]:
    root = INPUTS / "gt" / "Annotations" / "480p"
    found = {}
    for folder in sorted(root.iterdir()):
        labels = images(folder)
        height, width = labels[0].shape
        truth = GroundTruth.visible(Regions.collect(map(Labels.encode, labels)))
        found[folder.name] = Sequence(folder.name, truth, size=(width, height))
    return found


def results(tracker: str) -> dict[str, list[np.ndarray]]:
    return {name: images(INPUTS / "results" / tracker / name) for name in truths()}


def test_every_tracker_overall_and_by_sequence():
    names = list(trackers())
    asked = {name: results(name) for name in names}
    table = evaluate_segmentation(asked, truths(), DAVIS17, dataset="davis17", protocol="masks", expected=3)
    assert table.gaps == ()
    for name in names:
        expected = trackers()[name]
        overall = {ours: expected["overall"][theirs] for ours, theirs in OVERALL.items()}
        assert table.scores.loc[name].to_dict() == pytest.approx(overall, abs=1e-9)
        for sequence in truths():
            objects = [of for key, of in expected["per_object"].items() if key.startswith(f"{sequence}_")]
            means = {ours: np.mean([of[theirs] for of in objects]) for ours, theirs in OF_OBJECTS.items()}
            row = table.per_sequence.loc[(name, sequence)]
            assert row[list(OF_OBJECTS)].to_dict() == pytest.approx(means, abs=1e-9)


@pytest.mark.parametrize("form", ["images", "labels"])
@pytest.mark.parametrize("tracker", ["drifter", "missing_object"])
def test_every_object_in_every_frame(tracker, form):
    for name, sequence in truths().items():
        answers = images(INPUTS / "results" / tracker / name)
        truth = images(INPUTS / "gt" / "Annotations" / "480p" / name)
        if form == "labels":
            answers, truth = ([Labels.encode(image) for image in part] for part in (answers, truth))
        scores = score_objects(answers, truth, sequence.size, DAVIS17)
        statistics = scores.statistics(DAVIS17)
        for number, (j, f) in enumerate(zip(scores.j, scores.f, strict=True)):
            expected = trackers()[tracker]["per_object"][f"{name}_{number + 1}"]
            assert j == pytest.approx(expected["J_frames"], abs=1e-9)
            assert f == pytest.approx(expected["F_frames"], abs=1e-9)
            for ours, theirs in OF_OBJECTS.items():
                assert statistics[ours][number] == pytest.approx(expected[theirs], abs=1e-9)
