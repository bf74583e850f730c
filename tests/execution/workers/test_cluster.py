"""A real scheduler and real workers on this machine: harness run on a Dask cluster, and what becomes of it."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from harness.core.errors import UsageError
from harness.core.record import RunKey, RunRecord
from harness.execution.request import Workforce
from harness.execution.workers import cluster
from harness.execution.workers.cluster import ClusterCrew
from harness.store.results import ResultStore

distributed = pytest.importorskip("distributed", reason="needs the extra 'cluster'")

WALKER = """
import os, time
from pathlib import Path
import numpy as np
import harness

class Walker(harness.Tracker):
    '''A random walk that waits in the middle for a file; where that says so, it kills its process on Skiing and Deer,
    there only once.'''

    def start(self, frames, targets, seeds):
        tracks = [harness.Track() for _ in frames]
        for track, target, seed in zip(tracks, targets, seeds):
            track.box, track.random = np.array(target.xywh), np.random.default_rng(seed)
        return tracks

    def update(self, tracks, frames):
        for track, frame in zip(tracks, frames):
            track.box = track.box + track.random.normal(size=4)
            if frame.index == 40:
                self.halfway(Path(frame.path).parts[-3])
        return [harness.Prediction(harness.Box(*track.box.tolist())) for track in tracks]

    def halfway(self, sequence):
        while not Path("go").exists():
            time.sleep(0.01)
        if Path("go").read_text() == "deadly" and sequence in ("Skiing", "Deer") and not Path(sequence).exists():
            if sequence == "Deer":
                Path(sequence).touch()
            os.kill(os.getpid(), 9)
"""


class Processes:
    """A scheduler on a port of its own, and workers."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with socket.create_server(("127.0.0.1", 0)) as server:
            self._port = server.getsockname()[1]
        self.address = f"tcp://127.0.0.1:{self._port}"
        self._all: list[subprocess.Popen[bytes]] = []

    def scheduler(self) -> subprocess.Popen[bytes]:
        return self._start("scheduler", "--host", "127.0.0.1", "--port", str(self._port), "--no-dashboard")

    def worker(self, *words: str) -> subprocess.Popen[bytes]:
        return self._start("worker", self.address, "--local-directory", str(self._folder), "--no-dashboard", *words)

    def _start(self, what: str, *words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "dask", what, *words]
        log = (self._folder / "dask.log").open("ab")
        with log:
            process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        self._all.append(process)
        return process

    def end(self, process: subprocess.Popen[bytes]) -> None:
        """At once, and all that it has started."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self._all.remove(process)

    def close(self) -> None:
        for process in list(self._all):
            self.end(process)


@pytest.fixture
def dask(tmp_path: Path) -> Iterator[Processes]:
    (tmp_path / "dask").mkdir()
    processes = Processes(tmp_path / "dask")
    yield processes
    processes.close()


@pytest.fixture
def start(tmp_path: Path, otb_copy: Path) -> Callable[..., subprocess.Popen[str]]:
    """`harness run` of the walker, under way."""
    (tmp_path / "walker.py").write_text(WALKER)

    def start(*words: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "harness", "run", "--tracker", "./walker.py:Walker", "--dataset", "otb100"]
        command += ["--root", str(otb_copy), "--allow-partial", *words]
        return subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    return start


def ended(process: subprocess.Popen[str], code: int) -> str:
    """What it said."""
    out, err = process.communicate(timeout=120)
    assert (process.returncode, out) == (code, ""), err
    return err


def records(results: Path) -> dict[str, RunRecord]:
    store = ResultStore(results)
    found = {key.trial: store.record(key) for key in store.trials(RunKey("otb100", "one_pass", "Walker"))}
    return {trial: record for trial, record in found.items() if record}


def trajectories(results: Path) -> dict[str, str]:
    """By trial, the checksum of what is stored."""
    return {trial: record.files[f"{trial}.txt"] for trial, record in records(results).items() if record.done}


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def in_flight(results: Path) -> int:
    """How many trials wait in their middle."""
    return sum(path.read_text().count('"launch"') for path in results.rglob("*.jsonl"))


def test_workers_with_a_gpu_each_make_a_share_and_more_may_come(dask, start, tmp_path):
    dask.scheduler()
    dask.worker("--name", "none")
    dask.worker("--name", "first", "--resources", "GPU=1", "--nthreads", "4")
    with distributed.Client(dask.address, timeout=30) as client:
        client.wait_for_workers(2, timeout=30)
        run = start("--cluster", dask.address)
        until(lambda: in_flight(tmp_path / "results") == 1)
        dask.worker("--name", "second", "--resources", "GPU=1")
        until(lambda: in_flight(tmp_path / "results") == 2)
        (tmp_path / "go").touch()
        said = ended(run, 0)
        names = {worker: one["name"] for worker, one in client.scheduler_info()["workers"].items()}
        pids = {pid: names[worker] for worker, pid in client.run(os.getpid).items()}
    assert said.count("\n") == 2, said
    workers = {record.worker for record in records(tmp_path / "results").values()}
    assert {pids[int(worker.rpartition(":")[2])] for worker in workers} == {"first", "second"}
    assert "4 run" in ended(start("--workers", "0", "--results", "plain"), 0)
    assert trajectories(tmp_path / "results") == trajectories(tmp_path / "plain")
    assert len(trajectories(tmp_path / "plain")) == 4


def test_a_killed_worker_comes_back_and_a_trial_that_kills_two_is_set_aside(dask, start, tmp_path):
    dask.scheduler()
    dask.worker("--nthreads", "2")
    (tmp_path / "go").write_text("deadly")
    said = ended(start("--cluster", dask.address), 1)
    assert said.count("\n") == 3, said
    assert "Skiing failed: its worker died twice, the second time with nothing else in flight" in said
    states = {trial: record.status for trial, record in records(tmp_path / "results").items()}
    assert states == {"Bird2": "done", "Deer": "done", "Football1": "done", "Skiing": "failed"}
    assert (tmp_path / "Deer").exists()  # and yet it was killed once
    (tmp_path / "walker.py").write_text(WALKER + "    def __init__(self): os.kill(os.getpid(), 9)\n")
    said = ended(start("--cluster", dask.address), 1)
    assert said == "harness run: tracker './walker.py:Walker' cannot be built: its worker died (unknown cause)\n"


def test_a_run_outlives_its_scheduler(dask, start, tmp_path):
    scheduler, worker = dask.scheduler(), dask.worker()
    run = start("--cluster", dask.address)
    until(lambda: in_flight(tmp_path / "results") == 1)
    dask.end(scheduler)
    dask.end(worker)  # it would end by itself, but first finish its work
    (tmp_path / "go").touch()
    dask.scheduler()
    dask.worker()
    said = ended(run, 0)
    assert said.count("\n") == 2, said
    assert len(trajectories(tmp_path / "results")) == 4


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("tcp://127.0.0.1:1", "--cluster tcp://127.0.0.1:1: no Dask scheduler answers there within 0 s"),
        ("tls://127.0.0.1:1", "--cluster tls://127.0.0.1:1: TLS expects a `ssl_context`"),
        ("localhost", "--cluster is tcp://HOST:PORT or slurm, found 'localhost'"),
        ("http://localhost:1", "--cluster is tcp://HOST:PORT or slurm, found 'http://localhost:1'"),
    ],
)
def test_a_wrong_address_is_one_line(monkeypatch, address, message):
    monkeypatch.setattr(cluster, "_AT_ONCE", 0.2)
    with pytest.raises(UsageError) as caught:
        ClusterCrew(address)
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


def test_devices_are_this_machines():
    with pytest.raises(UsageError, match="on a cluster each worker is one device's"):
        Workforce(cluster="tcp://head:8786", devices=("cuda:0",))
