"""What Ctrl-C means to a run."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["interruptible"]


@contextmanager
def interruptible(stop: Callable[[], None]) -> Iterator[None]:
    """A first Ctrl-C, or a SIGTERM, calls `stop`; a second of either is what Ctrl-C always is."""
    if threading.current_thread() is not threading.main_thread():  # signals are that one's
        yield
        return

    def first(*_: Any) -> None:
        for number in before:
            signal.signal(number, signal.default_int_handler)
        stop()

    before = {number: signal.signal(number, first) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
