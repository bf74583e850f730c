"""No process is left behind, whatever happens to the one that started it."""

import os
import signal
import subprocess
import sys
import time

import pytest

from harness.interop.trax.launch import Launch
from harness.interop.trax.process import ExternalProcess

# A tracker with a child of its own, both deaf to polite signals; it says their numbers.
FAMILY = """
import os, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(f'@@TRAX:hello "trax.name={os.getpid()} {child.pid}"', flush=True)
time.sleep(600)
"""

# Drives it, says what it said, and ends in a way of its own.
PARENT = """
import os, signal, sys
from harness.interop.trax.launch import Launch
from harness.interop.trax.process import ExternalProcess
process = ExternalProcess(Launch((sys.executable, "-c", sys.argv[1])), "family")
print(process.hear("hello", None).properties["trax.name"], flush=True)
process.ask([], None)
exec(sys.argv[2])
"""

WAYS = {
    "exit": "sys.exit(0)",
    "exception": "raise SystemError",
    "failure": "process.failed('is enough')",
    "closed": "process.end()",
    "os._exit": "os._exit(0)",
    "SIGTERM": "os.kill(os.getpid(), signal.SIGTERM)",
    "SIGKILL": "os.kill(os.getpid(), signal.SIGKILL)",
}


def alive(pid: int) -> bool:
    """Whether a process runs; one that is dead and waited for by nobody does not."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return bool(state.strip()) and not state.startswith("Z")


@pytest.mark.parametrize("way", WAYS)
def test_the_group_ends_with_us(way, tmp_path):
    command = [sys.executable, "-c", PARENT, FAMILY, WAYS[way]]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=60, check=False, env={**os.environ, "TMPDIR": str(tmp_path)}
    )
    family = [int(number) for number in done.stdout.split()]
    assert len(family) == 2
    deadline = time.monotonic() + 30
    while any(map(alive, family)) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert [pid for pid in family if alive(pid)] == []


def test_it_leaves_by_itself_when_told(tmp_path):
    """Time to save something, before its group is killed."""
    saved = tmp_path / "saved"
    program = f"import sys; print('@@TRAX:hello', flush=True); sys.stdin.readlines(); open({str(saved)!r}, 'w').close()"
    process = ExternalProcess(Launch((sys.executable, "-c", program)), "polite")
    process.greet(None)
    assert process.ready
    process.end()
    assert saved.exists()
    assert not process.ready
    assert not process.folder.exists()


def test_its_group_is_not_ours(tmp_path):
    """So that Ctrl-C in a terminal ends it when we do, not before."""
    process = ExternalProcess(Launch(("sh", "-c", "echo @@TRAX:hello; read _")), "own")
    process.greet(None)
    assert os.getpgid(process._program.pid) == process._group != os.getpgid(0)
    process.end()
    with pytest.raises(ProcessLookupError):
        os.killpg(process._group, signal.SIGCONT)
