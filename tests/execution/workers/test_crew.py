"""Worker processes and their seats."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import BrokenExecutor

import pytest
from joblib import cpu_count

from harness.core.tracker import Compute
from harness.execution.choice import TrackerChoice
from harness.execution.request import Workforce
from harness.execution.workers.crew import LocalCrew, cause_of, visible


@pytest.fixture
def crew():
    """Two workers, pinned to devices that are pinned without one being there."""
    crew = LocalCrew(Workforce(devices=("cuda:0", "cpu:1")))
    yield crew
    crew.close(kill=True)


def test_each_seat_has_a_process_of_its_own_pinned_to_its_device(crew):
    gpu, cpu = crew.seats()
    pids = [gpu.send(os.getpid).result(), cpu.send(os.getpid).result()]
    assert len({*pids, os.getpid()}) == 3
    assert gpu.send(os.getpid).result() == pids[0]
    assert gpu.send(os.getenv, "CUDA_VISIBLE_DEVICES").result() == visible("cuda:0", os.environ)
    assert cpu.send(os.getenv, "CUDA_VISIBLE_DEVICES").result() == os.getenv("CUDA_VISIBLE_DEVICES")
    threads = str(max(1, cpu_count() // 2))
    assert gpu.send(os.getenv, "OMP_NUM_THREADS").result() == threads
    choice = TrackerChoice("static", compute=Compute(device="cpu"))
    assert [seat.choice(choice).compute.device for seat in (gpu, cpu)] == ["cuda:0", "cpu:1"]


def test_freed_memory_is_kept_unless_the_user_says_otherwise(monkeypatch):
    monkeypatch.setenv("MALLOC_TRIM_THRESHOLD_", "123456")
    crew = LocalCrew(Workforce(devices=("cpu",)))
    (seat,) = crew.seats()
    assert seat.send(os.getenv, "MALLOC_TRIM_THRESHOLD_").result() == "123456"
    assert int(seat.send(os.getenv, "MALLOC_MMAP_THRESHOLD_").result()) >= 2**25
    crew.close()


def test_a_death_empties_one_seat_and_another_follows(crew):
    first, second = crew.seats()
    beside = second.send(os.getpid).result()
    lost = first.send(os._exit, 7)
    with pytest.raises(BrokenExecutor) as death:
        lost.result()
    assert cause_of(death.value) == "exit code 7"
    first.renew()
    assert first.send(abs, -3).result() == 3
    assert second.send(os.getpid).result() == beside


def test_a_worker_that_was_killed_with_nothing_to_do_is_replaced(crew):
    seat = crew.seats()[0]
    pid = seat.send(os.getpid).result()
    os.kill(pid, signal.SIGKILL)
    while pid in {child.pid for child in multiprocessing.active_children()}:
        time.sleep(0.01)
    time.sleep(0.3)  # until its executor has seen it
    assert seat.send(os.getpid).result() != pid


HEAD = """
import os, time
from harness.execution.workers.crew import LocalCrew
from harness.execution.request import Workforce

crew = LocalCrew(Workforce(workers=1))
print(crew.seats()[0].send(os.getpid).result(), flush=True)
crew.seats()[0].send(os.system, "echo of a tracker")
crew.seats()[0].send(time.sleep, 600)
{then}
"""


def test_what_workers_print_is_no_output_and_they_end_with_their_head():
    command = [sys.executable, "-c", HEAD.format(then="time.sleep(0.5); os.kill(os.getpid(), 9)")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as head:
        head.stdout.readline()
        output, errors = head.communicate(timeout=60)  # until the worker has let go of them, too
    assert (output, errors) == ("", "of a tracker\n")  # nor does loky say that it tidied up


def test_ctrl_c_on_a_terminal_is_not_the_workers_to_hear():
    """The whole group gets it; the head hears it when it likes, and the workers' work goes on."""
    then = """
import signal
signal.signal(signal.SIGINT, lambda *_: print("heard", flush=True))
late = LocalCrew(Workforce(workers=1))
coming = late.seats()[0].send(os.getpid)
os.killpg(0, signal.SIGINT)
print(coming.result() != os.getpid(), flush=True)
late.close()
crew.close(kill=True)
"""
    command = [sys.executable, "-c", HEAD.format(then=then)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, start_new_session=True, check=False)
    assert done.stdout.splitlines()[1:] == ["heard", "True"]
    assert done.stderr == "of a tracker\n"


def test_a_worker_that_grows_stays_and_what_it_built_with_it(crew):
    """Loky would take it for a leak, where psutil is installed, and end it between two tasks."""
    pytest.importorskip("psutil")
    seat = crew.seats()[1]
    pid = seat.send(os.getpid).result()
    time.sleep(1.1)  # between two looks of loky's
    seat.send(exec, "import builtins; builtins.network = bytearray(b'x') * 400_000_000").result()
    assert seat.send(os.getpid).result(60) == pid
