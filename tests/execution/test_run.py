"""The width of a run: measured once for a label and kept, and as safe as the run itself."""

import json

from harness.core.record import RunKey
from harness.execution import run as running
from harness.execution.loop.batching import DriveLoop
from harness.store.results import ResultStore

RUN = RunKey("otb100", "one_pass", "Faulty")


def chosen(tmp_path) -> list[tuple[object, object]]:
    """What each run asked for, and what it got."""
    widths = [each["width"] for each in ResultStore(tmp_path / "results").description(RUN)["invocations"]]
    return [(width["asked"], width["chosen"]) for width in widths]


def test_a_width_is_measured_once_where_there_is_something_to_run(go, tmp_path, monkeypatch):
    measured = []
    monkeypatch.setattr(running, "measure", lambda work: measured.append(len(work.items)) or 3)
    go(width=2)
    go(width="auto")
    assert (chosen(tmp_path), measured) == ([(2, 2), ("auto", None)], [])
    for path in (tmp_path / "results").rglob("[DS]*.json"):
        path.unlink()
    go(width="auto")
    next((tmp_path / "results").rglob("Deer.json")).unlink()
    go(width="auto")
    assert (chosen(tmp_path)[2:], measured) == ([("auto", 3), ("auto", 3)], [2])


def test_a_chosen_width_that_does_not_fit_loses_no_trial(go, tmp_path, monkeypatch):
    monkeypatch.setattr(running, "measure", lambda work: 4)
    before = DriveLoop._prepared

    def cramped(loop):
        if loop.width > 2:
            loop._narrow()
        return before(loop)

    monkeypatch.setattr(DriveLoop, "_prepared", cramped)
    summary = go(width="auto")
    assert (summary.made, summary.failed, chosen(tmp_path)) == (4, (), [("auto", 4)])
    records = [json.loads(path.read_text()) for path in (tmp_path / "results").rglob("[A-Z]*.json")]
    assert [record["width"] for record in records] == [2] * 4


def test_a_tracker_that_hangs_while_the_width_is_measured_is_told_like_any_other(go):
    summary = go(faults={"Deer": ("hangs_with_the_lock", 5)}, width="auto", workers=1, frame_timeout=0.5)
    (failure,) = summary.failed
    assert (failure.trial, summary.made) == ("Deer", 3)
    assert "no answer within 0.5 s" in failure.reason


BUILDS = """
import os, time
from pathlib import Path
import harness

class Builds(harness.Tracker):
    def __init__(self, settings=None):
        super().__init__(settings)
        with Path("built.txt").open("a") as file:
            print(os.getpid(), file=file)

    def start(self, frames, targets, seeds):
        return [harness.Track() for _ in frames]

    def update(self, tracks, frames):
        time.sleep(0.002)
        return [None for _ in tracks]
"""


def test_a_worker_builds_its_tracker_once(harness, otb_copy, tmp_path):
    """To say what it is, to measure its width, and for all trials of a job."""
    (tmp_path / "builds.py").write_text(BUILDS)
    words = ["--tracker", "./builds.py:Builds", "--dataset", "otb100", "--root", otb_copy, "--allow-partial"]
    harness("run", *words, "--width", "auto", "--devices", "cpu:0,cpu:1", code=0)
    pids = (tmp_path / "built.txt").read_text().split()
    assert len(pids) == len(set(pids)) == 2
