"""Claims: one process a trial, and none left behind by a death."""

import subprocess
import sys

import pytest

from harness.core.errors import NotWritable
from harness.store.claims import Claims

OTHER = """
import sys, time
from pathlib import Path
from harness.store.claims import Claims
claims = Claims(Path(sys.argv[1]))
print(*[claims.take(trial) for trial in sys.argv[2:]], flush=True)
time.sleep(60)
"""


@pytest.fixture
def other(tmp_path):
    """Another process that claims trials and holds them; its answers, and itself."""
    started = []

    def other(*trials):
        process = subprocess.Popen([sys.executable, "-c", OTHER, tmp_path, *trials], stdout=subprocess.PIPE, text=True)
        started.append(process)
        return process.stdout.readline().split(), process

    yield other
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


def test_what_one_process_holds_another_does_not_get(tmp_path, other):
    claims = Claims(tmp_path)
    assert claims.take("Deer")
    answers, _ = other("Deer", "Skiing")
    assert answers == ["False", "True"]
    assert not claims.take("Skiing")
    assert claims.take("Bird2")
    claims.close()


def test_a_death_gives_everything_back(tmp_path, other):
    _, process = other("Deer")
    claims = Claims(tmp_path)
    assert not claims.take("Deer")
    process.kill()
    process.wait()
    assert claims.take("Deer")
    claims.close()


def test_what_is_released_is_anybodys(tmp_path, other):
    claims = Claims(tmp_path)
    claims.take("Deer")
    claims.release("Deer")
    assert other("Deer")[0] == ["True"]
    claims.close()


def test_a_folder_that_is_none_is_said(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(NotWritable, match=r"\.claims: cannot be written"):
        Claims(tmp_path / "file")
