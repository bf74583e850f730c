"""Ends this process when a tracker takes too long, even one that holds the interpreter's lock.

The system's alarm clock rings, Python's own `faulthandler` writes down where every thread is, needing no lock, and
passes the alarm on, which ends the process. Whoever sent the work sees a death, and reads from the trace why. To set
the clock is one system call; `faulthandler.dump_traceback_later` would start a thread for every frame.
"""

from __future__ import annotations

import faulthandler
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from harness.store.whole import not_writable

__all__ = ["Watchdog", "timed_out"]

_FIRST = 10  # a first frame may take so many times as long: it builds, compiles and warms up


class Watchdog:
    """Watches calls of a tracker, `limit` seconds each (None: as long as it likes); crashes leave a trace in `path`.

    Raises NotWritable.
    """

    def __init__(self, limit: float | None, path: Path) -> None:
        self._limit, self._lock = limit, threading.Lock()
        self._deadlines: dict[int, float] = {}  # of the calls under way, by thread
        try:
            self._file: IO[str] = path.open("a", encoding="utf-8")
        except OSError as error:
            raise not_writable(path, error) from None
        faulthandler.enable(self._file)
        if limit is not None:
            faulthandler.register(signal.SIGALRM, self._file, chain=True)

    @contextmanager
    def watching(self, first: bool) -> Iterator[None]:
        """A call under way, on a first frame or on a later one."""
        if self._limit is None:
            yield
            return
        thread = threading.get_ident()
        with self._lock:
            self._deadlines[thread] = time.monotonic() + self._limit * (_FIRST if first else 1)
            self._set()
        try:
            yield
        finally:
            with self._lock:
                del self._deadlines[thread]
                self._set()

    def _set(self) -> None:
        left = max(min(self._deadlines.values()) - time.monotonic(), 0.001) if self._deadlines else 0.0
        signal.setitimer(signal.ITIMER_REAL, left)

    def close(self) -> None:
        if self._limit is not None:
            signal.setitimer(signal.ITIMER_REAL, 0.0)
            faulthandler.unregister(signal.SIGALRM)
        faulthandler.disable()
        self._file.close()


def timed_out(trace: str) -> bool:
    """Whether a trace was left by the watchdog, not by a crash.

    >>> timed_out("Current thread 0x01 (most recent call first):"), timed_out("Fatal Python error: ..."), timed_out("")
    (True, False, False)
    """
    return bool(trace) and "Fatal Python error" not in trace
