"""Worker processes on this machine, each in a seat of its own, so that a death empties one seat and no other."""

from __future__ import annotations

import os
import re
import signal
import sys
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import BrokenExecutor, Future
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing import resource_tracker
from typing import Any, TypeVar

from joblib import cpu_count
from joblib.externals.loky import ProcessPoolExecutor, process_executor
from joblib.externals.loky.backend import resource_tracker as semaphore_tracker

from harness.execution.choice import TrackerChoice
from harness.execution.request import Workforce

__all__ = ["MEMORY_KEPT", "Crew", "LocalCrew", "Seat", "cause_of"]

T = TypeVar("T")

_PATIENCE = 2.0  # seconds a worker may take to end

# What glibc keeps of freed memory, in bytes. By default it gives a frame's pages back at once and asks for them again,
# one by one, for the next: that takes as much time as a third of decoding.
MEMORY_KEPT = {"MALLOC_TRIM_THRESHOLD_": str(2**26), "MALLOC_MMAP_THRESHOLD_": str(2**25)}


class Seat(ABC):
    """A place for one worker: what is sent here is done by one process at a time, and another follows one that died."""

    device: str | None = None  # as the user calls it
    calls_it: str | None = None  # as the tracker there must call it, once the process is pinned to it
    decoders: int = 4

    @abstractmethod
    def send(self, function: Callable[..., T], *arguments: object) -> Future[T]:
        """The result to come; its exception is a BrokenExecutor where the worker died."""

    def choice(self, choice: TrackerChoice) -> TrackerChoice:
        """A tracker as it is to be built here."""
        if self.calls_it is None:
            return choice
        return replace(choice, compute=replace(choice.compute, device=self.calls_it))

    @abstractmethod
    def renew(self) -> None:
        """Another worker, after a death."""


class Crew(ABC):
    """All seats; on a cluster there may be more of them later."""

    @abstractmethod
    def seats(self) -> list[Seat]: ...

    @abstractmethod
    def close(self, kill: bool = False) -> None:
        """Send everybody home; with `kill`, whatever they are doing."""


class LocalCrew(Crew):
    """Processes of joblib's loky: one executor with one worker a seat."""

    def __init__(self, workforce: Workforce) -> None:
        _start_semaphore_tracker()
        share = max(1, cpu_count() // len(workforce.seats))
        alone = len(workforce.seats) == 1
        self._seats = [_LocalSeat(device, None if alone else share) for device in workforce.seats]

    def seats(self) -> list[Seat]:
        return list(self._seats)

    def close(self, kill: bool = False) -> None:
        for seat in self._seats:
            seat.close(kill)


class _LocalSeat(Seat):
    """One loky executor of one worker, `threads` of the processor's to it (None: as many as libraries like)."""

    def __init__(self, device: str | None, threads: int | None) -> None:
        self.device, self.calls_it = device, device
        self._env = {name: size for name, size in MEMORY_KEPT.items() if name not in os.environ}
        if device is not None and device.startswith("cuda:"):
            self._env["CUDA_VISIBLE_DEVICES"] = visible(device, os.environ)
            self.calls_it = "cuda:0"
        if threads is not None:
            self._env |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), str(threads))
        self._threads = threads
        self.decoders = min(4, threads or 4)
        self._last: Future[Any] | None = None
        self.renew()

    def send(self, function: Callable[..., T], *arguments: object) -> Future[T]:
        future: Future[T]
        with _deaf():
            try:
                future = self._executor.submit(function, *arguments)
            except BrokenExecutor:  # its worker died with nothing to do
                self.renew()
                future = self._executor.submit(function, *arguments)
        self._last = future
        return future

    def renew(self) -> None:
        self._executor = ProcessPoolExecutor(
            max_workers=1, env=self._env, initializer=_enlist, initargs=(os.getpid(), self._threads)
        )
        with _deaf():
            self._executor.submit(_come)  # it starts and imports while others do, and while the head plans

    def close(self, kill: bool) -> None:
        self._executor.shutdown(kill_workers=kill and not (self._last is None or self._last.done()))


def visible(device: str, environment: Mapping[str, str]) -> str:
    """What CUDA_VISIBLE_DEVICES must say for a process that sees `device` alone, among those that we see ourselves.

    >>> visible("cuda:1", {}), visible("cuda:1", {"CUDA_VISIBLE_DEVICES": "4,7"})
    ('1', '7')
    """
    index = int(device.removeprefix("cuda:"))
    ours = environment.get("CUDA_VISIBLE_DEVICES")
    return str(index) if ours is None else ours.split(",")[index]


def _come() -> None:
    """Nothing: to be asked for it, a worker must be there."""


def _enlist(head: int, threads: int | None) -> None:
    """What a worker does first: Ctrl-C is the head's to hear, stdout the head's to write, and it ends with the head."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    os.dup2(2, 1)
    process_executor._USE_PSUTIL = False  # with it loky ends a worker that has grown by 300 MB, as a network's does
    if threads is not None:
        import cv2  # noqa: PLC0415  the head, which starts the workers, needs none

        cv2.setNumThreads(threads)
    threading.Thread(target=_follow, args=(head,), daemon=True, name="follow").start()


def _start_semaphore_tracker() -> None:
    """Loky's, which tidies up after a head that was killed; that it had something to do is no news to the user."""
    sys.warnoptions.append(quiet := "ignore:resource_tracker")  # of processes that are started meanwhile
    try:
        semaphore_tracker.ensure_running()
    finally:
        sys.warnoptions.remove(quiet)


@contextmanager
def _deaf() -> Iterator[None]:
    """Ctrl-C waits; a process that is started meanwhile does not hear it until it is enlisted."""
    resource_tracker.ensure_running()  # loky's workers need it, and its start would end the waiting
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _follow(head: int) -> None:
    """Until the head is gone, or the work is over and threads of the tracker are not."""
    while os.getppid() == head and threading.main_thread().is_alive():
        time.sleep(0.5)
    if os.getppid() == head:
        time.sleep(_PATIENCE)
    os._exit(1)


def cause_of(death: BaseException | None) -> str:
    """How a worker ended, from what loky says of it.

    >>> cause_of(RuntimeError("... The exit codes of the workers are {SIGSEGV(-11)}"))
    'SIGSEGV'
    >>> cause_of(RuntimeError("... The exit codes of the workers are {SIGKILL(-9)}"))
    'SIGKILL, as when memory ends'
    """
    found = re.search(r"\{(\w+)\((-?\d+)\)", str(death))
    if not found:
        return "unknown cause"
    cause = found[1] if found[1].startswith("SIG") else f"exit code {found[2]}"
    return f"{cause}, as when memory ends" if cause == "SIGKILL" else cause
