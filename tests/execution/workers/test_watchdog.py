"""A process that takes too long is ended, whatever it does."""

import subprocess
import sys

import pytest

from harness.core.errors import NotWritable
from harness.execution.workers.watchdog import Watchdog, timed_out

PROGRAM = """
import ctypes, sys, threading, time
from pathlib import Path
from harness.execution.workers.watchdog import Watchdog

dog = Watchdog(0.2, Path("trace"))
with dog.watching(first=True):
    time.sleep(0.5)  # ten times as long
for _ in range(3):
    with dog.watching(first=False):
        time.sleep(0.1)
print("in time", flush=True)
{then}
print("not ended", flush=True)
"""
BESIDE = """
other = threading.Thread(target=lambda: [dog.watching(False).__enter__(), time.sleep(9)])
other.start()
with dog.watching(first=True):
    time.sleep(9)
"""


@pytest.mark.parametrize(
    ("then", "code", "told"),
    [
        ("with dog.watching(first=False): ctypes.PyDLL(None).sleep(9)", -14, "in time\n"),
        (BESIDE, -14, "in time\n"),
        ("time.sleep(0.5); dog.close()", 0, "in time\nnot ended\n"),
    ],
    ids=["holding the lock", "in one of two threads", "between calls"],
)
def test_calls_that_take_too_long_end_the_process(tmp_path, then, code, told):
    command = [sys.executable, "-c", PROGRAM.format(then=then)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (code, told, "")
    assert timed_out((tmp_path / "trace").read_text()) is bool(code)


def test_without_a_limit_a_crash_still_leaves_a_trace(tmp_path):
    then = 'dog = Watchdog(None, Path("trace"))\nwith dog.watching(first=False): ctypes.string_at(0)'
    command = [sys.executable, "-c", PROGRAM.format(then=then)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    trace = (tmp_path / "trace").read_text()
    assert done.returncode == -11
    assert "Segmentation fault" in trace
    assert not timed_out(trace)


def test_where_no_trace_can_be_kept_there_is_one_line(tmp_path):
    with pytest.raises(NotWritable, match=r"1\.trace: cannot be written"):
        Watchdog(1, tmp_path / "none" / "1.trace")
