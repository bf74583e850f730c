"""Calls on all cores, also when the process that makes one dies."""

import os
import signal
import sys
import time

import pytest

from harness.interop import parallel
from harness.interop.parallel import on_all_cores


@pytest.fixture(autouse=True)
def cores(monkeypatch):
    monkeypatch.setattr(parallel, "cpu_count", lambda: 2)


def lost(value):
    return f"{value} is lost"


def test_all_are_called_with_what_this_process_has():
    here = object()  # cannot be sent to another process, only be there
    found = list(on_all_cores(lambda value: (value, here is not None, os.getpid()), range(12), lost))
    assert sorted(value for value, _, _ in found) == list(range(12))
    assert all(has for _, has, _ in found)
    assert len({pid for _, _, pid in found}) in (1, 2)


def test_one_process_is_this_one(monkeypatch):
    monkeypatch.setattr(parallel, "cpu_count", lambda: 1)
    assert set(on_all_cores(lambda _: os.getpid(), range(3), lost)) == {os.getpid()}


@pytest.mark.skipif(sys.platform != "linux", reason="processes are copied on Linux alone")
def test_one_that_kills_its_process_is_lost_alone():
    def call(value):
        if value == 2:
            os.kill(os.getpid(), signal.SIGKILL)
        return value

    assert sorted(map(str, on_all_cores(call, range(5), lost))) == ["0", "1", "2 is lost", "3", "4"]


@pytest.mark.skipif(sys.platform != "linux", reason="processes are copied on Linux alone")
def test_one_whose_process_was_killed_once_is_called_again(tmp_path):
    def call(value):
        if value == 1 and not (tmp_path / "killed").exists():
            (tmp_path / "killed").touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return value

    assert sorted(on_all_cores(call, range(4), lost)) == [0, 1, 2, 3]


def test_an_error_is_the_callers():
    def call(value):
        raise ValueError(f"no {value}")

    with pytest.raises(ValueError, match=r"no \d"):
        list(on_all_cores(call, range(3), lost))


def test_whoever_has_enough_leaves_nobody_behind():
    results = on_all_cores(lambda _: time.sleep(0.05) or os.getpid(), range(50), lost)
    copy = next(results)
    results.close()
    if copy != os.getpid():
        with pytest.raises(ProcessLookupError):
            os.kill(copy, 0)
