"""Strangers' trackers, the whole way: a package found by name, got10k's own class, and one that opens files."""

import json
import os
import zipfile
from pathlib import Path

import cv2
import numpy as np
import pytest

from harness import Box, Prediction, Sequence, Track, Tracker
from harness.datasets.places import ZipFolder
from harness.execution.choice import TrackerChoice

FILES = {
    "stranger/__init__.py": "",
    "stranger/net.py": "STEP = 1\n",
    "stranger/still.py": """
from stranger.net import STEP

class Still:
    def __init__(self, step: int = STEP):
        self.step = step

    def init(self, image, box):
        self.box = box

    def update(self, image):
        self.box[0] += self.step
        return self.box
""",
    "stranger-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: stranger\nVersion: 1.0\n",
    "stranger-1.0.dist-info/entry_points.txt": "[harness.trackers]\nstill = stranger.still:Still\n",
}


def test_a_strangers_package_is_found_by_name(harness, tmp_path):
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    words = ("run", "--tracker", "still", "--dataset", "synthetic", "--subset", "1", "--json")
    assert json.loads(harness(*words, code=0).stdout)[0]["made"] == 1
    folder = tmp_path / "results/synthetic/one_pass/still"
    (path,) = (path for path in folder.glob("*.txt") if not path.stem.endswith("_time"))
    rows = np.loadtxt(path, delimiter=",")
    assert np.allclose(np.diff(rows[:, 0]), 1)
    (tmp_path / "stranger/net.py").write_text("STEP = 1  # changed\n")
    assert json.loads(harness(*words, "--dry-run", code=0).stdout)[0]["found"] == {"stale": 1}


def test_got10ks_own_tracker(drive, make_sequence):
    pytest.importorskip("got10k", reason="the extra got10k is not installed")
    chosen = TrackerChoice("got10k.trackers:IdentityTracker").build()
    sequence = make_sequence()
    trajectory = drive(chosen.tracker, [sequence])["one"].trajectory
    assert chosen.label == "IdentityTracker"
    assert (trajectory.regions.boxes == sequence.truth.regions.boxes[0]).all()


class FromFiles(Tracker):
    """Finds what is bright in the file that a frame names."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def start(self, frames, targets, seeds):
        return [Track() for _ in frames]

    def update(self, tracks, frames):
        return [Prediction(self._find(frame.path)) for frame in frames]

    def _find(self, path: str) -> Box:
        self.seen.append(os.fspath(Path(path)))
        return Box(*map(float, cv2.boundingRect((cv2.imread(path).min(2) >= 120).astype(np.uint8))))


def test_a_tracker_that_opens_files_reads_them_from_a_zip(drive, make_sequence, tmp_path):
    whole = make_sequence()
    with zipfile.ZipFile(tmp_path / "copy.zip", "w") as archive:
        for number, frame in enumerate(whole.frames):
            archive.writestr(f"img/{number}.png", cv2.imencode(".png", frame.pixels)[1].tobytes())
    frames = (ZipFolder(tmp_path / "copy.zip") / "img").frames(range(len(whole)), lambda number: f"{number}.png")
    tracker = FromFiles()
    outcome = drive(tracker, [Sequence("zipped", whole.truth, frames)])["zipped"]
    assert outcome.error is None
    assert np.array_equal(outcome.trajectory.regions.boxes, whole.truth.regions.boxes)
    assert len(tracker.seen) == len(whole) - 1
    assert not any(map(os.path.exists, tracker.seen))
