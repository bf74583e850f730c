"""What a run tells: a bar on a terminal, lines in a log."""

import os
import pty
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from io import StringIO
from types import SimpleNamespace

import pytest
from rich.console import Console

from harness.cli import progress
from harness.cli.progress import Lines
from harness.core.record import RunKey
from harness.execution.listener import Count
from harness.store.journal import Note

SLOW = """
import time
import harness

class Slow(harness.Tracker):
    def start(self, frames, targets, seeds):
        return [harness.Track() for _ in frames]

    def update(self, tracks, frames):
        time.sleep(0.005)
        return [None for _ in tracks]
"""


@pytest.fixture
def terminal(tmp_path, otb_copy):
    """Starts a run on a terminal of its own; gives the process and a function that reads what it showed."""
    (tmp_path / "slow.py").write_text(SLOW)
    words = ["run", "--tracker", "./slow.py:Slow", "--dataset", "otb100", "--root", otb_copy, "--allow-partial"]
    outside, inside = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "120"}
    process = subprocess.Popen(
        [sys.executable, "-m", "harness", *map(str, words)], cwd=tmp_path, stderr=inside, env=environment
    )
    os.close(inside)

    def read() -> str:
        shown = b""
        try:
            while part := os.read(outside, 65536):
                shown += part
        except OSError:  # the other end is closed
            pass
        return shown.decode()

    yield process, read
    process.kill()
    process.wait()
    os.close(outside)


def test_a_bar_on_a_terminal(terminal):
    process, read = terminal
    shown = read()
    assert process.wait() == 0
    plain = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", shown)
    assert re.search(r"[1-4]/4 (Bird2|Deer|Football1|Skiing) .*\d+/325 frames +\d+\.\d frames/s +\d:\d\d:\d\d", plain)
    assert "Slow on otb100: 4 run, 0 found, 321 frames without an answer" in plain
    assert shown.rindex("\x1b[?25h") > shown.rindex("\x1b[?25l")  # the cursor is shown again


def test_stopped_by_the_user_what_is_finished_is_kept(terminal, tmp_path):
    process, read = terminal
    store = tmp_path / "results/otb100/one_pass/Slow"
    while not (store / "Bird2.json").exists() and process.poll() is None:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    shown = read()
    assert process.wait() == 130
    assert "stopped; what was finished is kept" in shown
    assert "Traceback" not in shown
    assert shown.rindex("\x1b[?25h") > shown.rindex("\x1b[?25l")
    assert (store / "Bird2.json").exists()
    assert not list(store.glob("*.part"))


def test_lines_in_a_log_hold_no_escapes(harness, otb_copy):
    done = harness(
        *["run", "--tracker", "static", "--dataset", "otb100", "--root", otb_copy, "--allow-partial", "-v"], code=0
    )
    assert "\x1b" not in done.stderr
    assert "\r" not in done.stderr
    assert "  Deer: 71 frames\n" in done.stderr


def test_quiet_says_only_what_went_wrong(harness, otb_copy):
    words = ["run", "--tracker", "static", "--dataset", "otb100", "--root", otb_copy, "--allow-partial", "-q"]
    assert harness(*words, code=0).stderr == ""
    (otb_copy / "Deer/img/0040.jpg").write_bytes(b"")
    done = harness(*words, "--fresh", code=1)
    assert done.stderr.count("\n") == 1
    assert "Deer failed: " in done.stderr


def test_what_another_run_has_made_is_left_no_longer(monkeypatch):
    monkeypatch.setattr(progress, "_EVERY", -1.0)
    said = StringIO()
    lines = Lines(Console(file=said, width=200), verbose=True)
    run = RunKey("otb100", "one_pass", "static")
    lines.job_started(SimpleNamespace(run=run, frames=100, items=[1, 2], states=Counter()))
    count = Count(lines)
    count.hear(Note("found", "Deer", 71))
    count.hear(Note("frames", frames=29))
    assert "  Deer: 71 frames, made by another run\n" in said.getvalue()
    assert re.search(r"  1/2 trials, .* frames/s, 0:00:00 left\n$", said.getvalue())
