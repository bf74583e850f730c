"""Trackers that fail in every way, and workers that are killed: the rest is done, and the second run completes it."""

import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.core.errors import TrackerError
from harness.core.record import RunKey, RunRecord
from harness.execution.listener import Failure
from harness.store.journal import Reader, Session
from harness.store.results import ResultStore

RUN = RunKey("otb100", "one_pass", "Faulty")
POISONED = "Skiing"
ALL = {"Deer", "Football1", "Skiing", "Bird2"}
TWICE = "its worker died twice, the second time with nothing else in flight"
LATE = "no answer within 0.5 s (--frame-timeout), twice; the second time alone"


class Stored:
    """What a run has left."""

    def __init__(self, results: Path) -> None:
        self.results, self.store = results, ResultStore(results)

    def records(self) -> dict[str, RunRecord]:
        return {key.trial: self.store.record(key) for key in self.store.trials(RUN)}

    def answers(self) -> dict[str, bytes]:
        """The bytes of the trajectories that are done, by trial."""
        done = [trial for trial, record in self.records().items() if record.done]
        return {trial: (self.store.folder(RUN) / f"{trial}.txt").read_bytes() for trial in done}

    def hidden(self) -> set[str]:
        """Files that no report sees."""
        return {path.name for path in self.results.rglob(".*")}


@pytest.fixture
def stored(tmp_path) -> Stored:
    return Stored(tmp_path / "results")


@pytest.fixture
def undisturbed(go, tmp_path) -> Callable[[int], dict[str, bytes]]:
    """The answers of a run at some width that nothing happened to."""

    def answers(width: int) -> dict[str, bytes]:
        go("undisturbed", width=width)
        return Stored(tmp_path / "undisturbed").answers()

    return answers


@pytest.mark.parametrize(("fault", "width"), [("hangs", 1), ("hangs_with_the_lock", 3), ("leaks", 3)])
def test_a_trial_that_cannot_be_made_is_the_only_one(go, stored, undisturbed, fault, width):
    """Beside it one whose first frame takes longer than others may, and one that leaves a thread behind."""
    beside = {"Deer": ("takes_its_time", 0), "Bird2": ("leaves_a_thread", 3)} if fault == "hangs" else {}
    summary = go(faults={POISONED: (fault, 5), **beside}, width=width, workers=1, frame_timeout=0.5)
    (failure,) = summary.failed
    assert failure.trial == POISONED
    assert failure.reason == ("the tracker raised MemoryError:" if fault == "leaks" else LATE)
    assert summary.made == 3
    record = stored.records()[POISONED]
    assert (record.status, record.reason, record.files) == ("failed", failure.reason, {})
    assert f"in {fault}" in record.traceback
    assert stored.answers().keys() == ALL - {POISONED}
    assert stored.hidden() == {".claims"}

    summary = go(width=width)
    assert (summary.made, summary.found, summary.failed) == (1, 3, ())
    assert stored.answers() == undisturbed(width)


def test_a_tracker_that_dies_when_it_is_built_ends_the_run_at_once(go, tmp_path, monkeypatch):
    monkeypatch.setenv("BUILD", "no")
    with pytest.raises(TrackerError, match=r"Faulty' cannot be built: its worker died \(exit code 7\)"):
        go(workers=1)
    assert not (tmp_path / "results").exists()


def kill_when_flying(folder: Path, after: int) -> threading.Thread:
    """Kill the first worker that has answered so many frames; its name, behind the number, is the thread's."""

    def watch() -> None:
        while True:
            for session in Session.all(folder):
                for path in session.journals():
                    notes = list(Reader(path).notes())
                    if sum(note.frames for note in notes if note.kind == "frames") >= after:
                        thread.name = notes[0].worker
                        os.kill(int(thread.name.rpartition(":")[2]), signal.SIGKILL)
                        return
            time.sleep(0.01)

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    return thread


def test_killing_one_of_two_leaves_the_others_trials_alone(go, stored, undisturbed, monkeypatch):
    expected = undisturbed(1)
    monkeypatch.setenv("SLOW", "0.01")
    killer = kill_when_flying(stored.store.folder(RUN), after=20)
    summary = go(devices=("cpu:0", "cpu:1"))
    assert not killer.is_alive()
    assert (summary.failed, summary.made) == ((), 4)
    assert stored.answers() == expected
    assert stored.hidden() == {".claims"}
    records = stored.records().values()
    assert {each.device for each in records} == {"cpu:0", "cpu:1"}
    assert len({each.worker for each in records}) >= 2
    assert killer.name not in {each.worker for each in records}


def test_several_that_kill_their_workers_are_told_apart_from_those_beside_them(go, stored, undisturbed):
    expected = undisturbed(3)
    summary = go(faults={"Deer": ("segfault", 9), "Bird2": ("leaves", 9)}, width=3, workers=2)
    assert set(summary.failed) == {Failure("Deer", f"{TWICE} (SIGSEGV)"), Failure("Bird2", f"{TWICE} (exit code 7)")}
    assert stored.answers() == {trial: expected[trial] for trial in ("Football1", "Skiing")}
