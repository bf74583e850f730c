"""Ctrl-C in the middle of a run: once, twice, and its sibling that a scheduler sends."""

import multiprocessing
import os
import signal
import threading
import time
from pathlib import Path

import pytest

from harness.core.record import RunKey
from harness.store.journal import Reader
from harness.store.results import ResultStore

RUN = RunKey("otb100", "one_pass", "Faulty")


@pytest.fixture
def store(tmp_path) -> ResultStore:
    return ResultStore(tmp_path / "results")


@pytest.fixture
def when_flying(store, monkeypatch):
    """Send us signals, once all that there is room for is in flight."""
    monkeypatch.setenv("SLOW", "0.01")

    def send(*numbers: int) -> None:
        while "launch" not in _kinds(store.folder(RUN)):
            time.sleep(0.01)
        time.sleep(0.1)
        for number in numbers:
            os.kill(os.getpid(), number)
            time.sleep(0.05)

    return lambda *numbers: threading.Thread(target=send, args=numbers, daemon=True).start()


def _kinds(folder: Path) -> list[str]:
    return [note.kind for path in folder.glob(".progress/*/*.jsonl") for note in Reader(path).notes()]


@pytest.mark.parametrize(("number", "workers"), [(signal.SIGINT, 0), (signal.SIGINT, 1), (signal.SIGTERM, 0)])
def test_what_is_in_flight_is_finished_and_the_rest_is_left(go, store, when_flying, number, workers):
    before = signal.getsignal(number)
    when_flying(number)
    with pytest.raises(KeyboardInterrupt):
        go(width=2, workers=workers)
    assert signal.getsignal(number) is before
    assert [key.trial for key in store.trials(RUN)] == ["Bird2", "Skiing"]  # the longest go first
    assert not (store.folder(RUN) / ".progress").exists()
    assert not multiprocessing.active_children()
    summary = go(width=2)
    assert (summary.made, summary.found, summary.failed) == (2, 2, ())


@pytest.mark.parametrize(("number", "workers"), [(signal.SIGINT, 0), (signal.SIGINT, 1), (signal.SIGTERM, 1)])
def test_a_second_one_waits_for_nothing(go, store, when_flying, number, workers):
    """Not even for a tracker that hangs."""
    when_flying(number, number)
    with pytest.raises(KeyboardInterrupt):
        go(faults={"Skiing": ("hangs", 5)}, width=4, workers=workers)
    assert store.trials(RUN) == []
    assert not (store.folder(RUN) / ".progress").exists()
    assert not multiprocessing.active_children()
    assert go().made == 4
