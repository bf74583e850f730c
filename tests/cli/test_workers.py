"""Workers as a user meets them: who did what, two runs at once, Ctrl-C on a terminal."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from harness.cli.main import main
from harness.execution.provenance import trial_seed

FAULTY = Path(__file__).parents[1] / "execution" / "workers" / "faulty.py"


@pytest.fixture
def command(otb_copy) -> list[str]:
    return [sys.executable, "-m", "harness", "run", "--tracker", f"{FAULTY}:Faulty", "--dataset", "otb100",
            "--root", str(otb_copy), "--allow-partial"]  # fmt: skip


def stored(folder: Path, pattern: str) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob(pattern)}


def test_two_workers_on_devices_of_their_own(command, tmp_path):
    """And what a tracker prints stays out of the document on stdout."""
    noisy = os.environ | {"SLOW": "0.005", "FAULTS": json.dumps({trial_seed(0, "Deer", 0): ("prints", 3)})}
    command += ["--devices", "cpu:0,cpu:1", "--json", "--quiet"]
    done = subprocess.run(command, cwd=tmp_path, env=noisy, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)[0]["made"] == 4
    assert sorted(done.stderr.splitlines()) == ["of a library", "on stdout"]
    records = [json.loads(text) for text in stored(tmp_path, "[A-Z]*.json").values()]
    by_worker = {}
    for each in records:
        by_worker.setdefault((each["worker"], each["device"]), set()).add(each["sequence"])
    assert sorted(device for _, device in by_worker) == ["cpu:0", "cpu:1"]
    assert len({worker for worker, _ in by_worker}) == 2
    assert all(each["seconds"]["shared"] for each in records)


def test_two_runs_of_one_job_at_once_share_it(command, tmp_path):
    slow = os.environ | {"SLOW": "0.01"}
    both = [
        subprocess.Popen([*command, "--json", "--workers", workers], cwd=tmp_path, env=slow, stdout=subprocess.PIPE)
        for workers in ("0", "1")
    ]
    documents = [json.loads(one.communicate(timeout=120)[0])[0] for one in both]
    assert [one.returncode for one in both] == [0, 0]
    assert sum(each["made"] for each in documents) == 4
    assert [each["made"] + each["found"] for each in documents] == [4, 4]
    assert main([*command[3:], "--results", str(tmp_path / "alone"), "--workers", "0"]) == 0
    answers = stored(tmp_path / "results", "[A-Z]*[!e].txt")
    assert len(answers) == 4
    assert answers == stored(tmp_path / "alone", "[A-Z]*[!e].txt")


def test_ctrl_c_twice_on_a_terminal(command, tmp_path):
    """Which goes to the whole group."""
    head = subprocess.Popen(
        [*command, "--width", "2"],
        cwd=tmp_path,
        env=os.environ | {"SLOW": "0.05"},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    while sum(text.count(b'"launch"') for text in stored(tmp_path, "*.jsonl").values()) < 2:
        assert head.poll() is None
        time.sleep(0.01)
    for _ in range(2):
        os.killpg(head.pid, signal.SIGINT)
        time.sleep(0.1)
    said = head.communicate(timeout=120)[1]  # until the worker has let go of it, too
    assert head.returncode == 130
    assert said.splitlines() == [
        "Faulty on otb100: 4 to run",
        "stopping: what is in flight is finished first; Ctrl-C again stops at once",
        "",
        "harness run: stopped; what was finished is kept",
    ]
    assert not stored(tmp_path, "[A-Z]*.json")
    assert not list(tmp_path.rglob(".progress"))
