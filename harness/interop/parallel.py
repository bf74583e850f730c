"""Calls on all cores, by copies of this process: they have at once whatever it has read and imported."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from collections.abc import Sequence as Row
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor, as_completed
from contextlib import suppress
from multiprocessing import get_context
from typing import Any, TypeVar

from joblib import cpu_count

__all__ = ["on_all_cores"]

T = TypeVar("T")
R = TypeVar("R")


def on_all_cores(call: Callable[[T], R], values: Row[T], lost: Callable[[T], R]) -> Iterator[R]:
    """`call` of every value, as each gets done; `lost` of one whose process dies twice, the second time alone.

    Only Linux copies processes safely; elsewhere one value follows the other.
    """
    left, copies = list(range(len(values))), min(len(values), cpu_count())
    if copies < 2 or sys.platform != "linux":
        yield from map(call, values)
        return
    while left:
        pool = ProcessPoolExecutor(copies, get_context("fork"), _begin, (call, os.getpid()))
        doing: dict[Future[R], int] = {}
        try:
            with suppress(BrokenExecutor):  # one has died by now
                doing.update((pool.submit(_do, values[index]), index) for index in left)
            for done in as_completed(doing):
                if not isinstance(done.exception(), BrokenExecutor):
                    left.remove(doing[done])
                    yield done.result()
        finally:
            pool.shutdown(cancel_futures=True)
        if left and copies == 1:
            yield lost(values[left.pop(0)])  # one alone takes them in turn
        copies = 1


_does: Callable[[Any], Any]


def _begin(do: Callable[[Any], Any], head: int) -> None:
    """What a copy does first: Ctrl-C is the head's to hear, and where the head ends, so does it."""
    global _does  # noqa: PLW0603  what a copy was made for
    _does = do
    gc.freeze()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow, args=(head,), daemon=True).start()


def _do(value: Any) -> Any:
    return _does(value)


def _follow(head: int) -> None:
    while os.getppid() == head:
        time.sleep(0.5)
    os._exit(1)
