"""A store with room for one trial, and what there is to save in it."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from harness import Trajectory
from harness.core.record import Fingerprints, RunKey, RunRecord, Seconds, TrialKey
from harness.core.regions import Regions
from harness.store.results import ResultStore

NOW = Fingerprints("tracker", "sequence", "protocol")


@pytest.fixture
def store(tmp_path: Path) -> ResultStore:
    return ResultStore(tmp_path / "results")


@pytest.fixture
def key() -> TrialKey:
    return TrialKey(RunKey("otb100", "one_pass", "static"), "Jogging.1")


@pytest.fixture
def record() -> RunRecord:
    seconds = Seconds(0.5, 1.25, 3, shared=False)
    return RunRecord("Jogging.1", "done", NOW, 2**62, "host:1", "cpu", "2030-01-02T03:04:05Z", seconds=seconds)


@pytest.fixture
def failure(record: RunRecord) -> RunRecord:
    trace = 'Traceback:\n  "é"\n'
    return RunRecord("Jogging.1", "failed", NOW, 1, "host:1", "cpu", "today", reason="it raised", traceback=trace)


@pytest.fixture
def trajectory() -> Trajectory:
    boxes = [[0.1, 2, 3, 4], [np.nan] * 4, [1 / 3, 2, 3, 4], [9, 9, 9, 9]]
    return Trajectory(Regions(boxes), np.array([np.nan, 0.5, 0.25, 1]), np.array([0.5, 0.25, 0.5, 0.5]))


@pytest.fixture
def save(store, key, record, trajectory) -> Callable[[], None]:
    """Save the trial as done."""
    return lambda: store.save(key, record, trajectory)
