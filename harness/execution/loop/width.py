"""`--width auto`: how many trials at a time make the most frames a second, tried out before a run."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from harness.core.regions import InitBox
from harness.core.tracker import Tracker
from harness.execution.loop.assignment import Assignment
from harness.execution.loop.batching import DriveLoop
from harness.execution.loop.calls import Guard

__all__ = ["best_width", "choose"]

_SECONDS = 1.5  # a width
_WARM = 4  # steps before the clock: of two lanes each starts, and updates for the first time
_NEARLY = 0.95


def best_width(
    tracker: Tracker[Any],
    sample: Sequence[Assignment],
    *,
    init_box: InitBox = "minmax",
    guard: Guard | None = None,
    decoders: int = 4,
    seconds: float = _SECONDS,
    clock: Callable[[], float] = time.perf_counter,
) -> int:
    """The width for a run, measured on `sample`, trials that it begins and leaves unfinished.

    Widths are doubled until memory ends, or twice in a row gains nothing; none is wider than the sample is long. Of a
    tracker that takes no batches it is 1, unmeasured. For `guard` see `Caller`. Raises TrackerError where it cannot be
    prepared.
    """
    rates: dict[int, float] = {}
    width = 1
    while tracker.traits.batches and width <= len(sample) and not (rates and width > 4 * choose(rates)):
        speed = _Speed(seconds, clock)
        loop = DriveLoop(
            tracker,
            width=width,
            init_box=init_box,
            on_answers=speed.count,
            on_width=speed.stop,
            guard=guard,
            decoders=decoders,
        )
        with suppress(_Enough):
            for _ in loop.run(sample):
                pass
        if loop.width < width:  # memory ended
            break
        rates[width] = speed.rate
        width *= 2
    return choose(rates) if rates else 1


def choose(rates: Mapping[int, float]) -> int:
    """Of widths and their frames a second, the narrowest within 5 % of the most.

    >>> choose({1: 50.0, 2: 90.0, 4: 97.0, 8: 100.0})
    4
    """
    most = max(rates.values())
    return min(width for width, rate in rates.items() if rate >= _NEARLY * most)


class _Enough(Exception):
    """Measured for long enough."""


class _Speed:
    """Counts frames, once warm, until the seconds are over."""

    def __init__(self, seconds: float, clock: Callable[[], float]) -> None:
        self._seconds, self._clock = seconds, clock
        self._steps = self._frames = 0
        self._began = self._last = 0.0

    def count(self, frames: int) -> None:
        self._last = self._clock()
        self._steps += 1
        if self._steps <= _WARM:
            self._began = self._last
            return
        self._frames += frames
        if self._last - self._began >= self._seconds:
            raise _Enough

    def stop(self, width: int) -> None:
        raise _Enough

    @property
    def rate(self) -> float:
        """Frames a second; 0 where there were too few to measure."""
        return self._frames / (self._last - self._began) if self._last > self._began else 0.0
