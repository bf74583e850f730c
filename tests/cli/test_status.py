"""harness status, from another process: while a run goes on, after it was killed, and when there is none."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from harness.execution.provenance import trial_seed

FAULTY = Path(__file__).parents[1] / "execution" / "workers" / "faulty.py"


def gone(pid: int) -> bool:
    """Whether a process has ended, be it that nobody has asked for its exit code yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


@pytest.mark.parametrize("workers", ["0", "1"])
def test_a_run_is_seen_while_it_goes_on_and_after_it_was_killed(harness, otb_copy, tmp_path, workers):
    words = ["run", "--tracker", f"{FAULTY}:Faulty", "--dataset", "otb100", "--root", str(otb_copy), "--allow-partial"]
    words += ["--workers", workers, "--width", "2"]
    faults = {"SLOW": "0.05", "FAULTS": json.dumps({trial_seed(0, "Bird2", 0): ("raises", 1)})}
    with subprocess.Popen(
        [sys.executable, "-m", "harness", *words], cwd=tmp_path, stderr=subprocess.DEVNULL, env=os.environ | faults
    ) as head:
        while not any(b'"frames", "frames"' in path.read_bytes() for path in tmp_path.rglob("*.jsonl")):
            assert head.poll() is None
            time.sleep(0.01)
        found = json.loads(harness("status", "--json", code=0).stdout)
        shown = harness("status", code=0).stdout
        head.send_signal(signal.SIGKILL)
    (one,) = found
    assert (one["label"], one["alive"], one["stopping"], one["made"]) == ("Faulty", True, False, 0)
    assert one["failed"] == [["Bird2", "the tracker raised RuntimeError: out of luck"]]
    assert one["plan"]["trials"] == 4
    assert 0 < one["left"] < 1000
    pids = [int(each["worker"].rpartition(":")[2]) for each in one["workers"]]
    assert len(pids) == 1
    assert (pids == [head.pid]) is (workers == "0")
    flying = {trial for each in one["workers"] for trial in each["flying"]}
    assert "Skiing" in flying
    assert flying <= {"Skiing", "Football1", "Deer"}
    assert f"Faulty on otb100 (one_pass): running, as process {head.pid} on " in shown
    assert " of 325 frames\n" in shown
    assert "Bird2 failed: the tracker raised" in shown
    assert " left\n" in shown

    while not all(map(gone, pids)):
        time.sleep(0.05)
    assert "died; run it again, and what is finished is kept" in harness("status", code=0).stdout
    (summary,) = json.loads(harness(*words, "--json", code=0).stdout)
    assert (summary["made"], summary["failed"]) == (4, [])
    assert harness("status", code=0).stdout == "nothing is running in results\n"
    assert not list(tmp_path.rglob(".progress"))
