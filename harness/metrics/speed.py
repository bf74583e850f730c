"""Speed, from the seconds a run spent in its tracker."""

from __future__ import annotations

from collections.abc import Iterable

from harness.core.record import Seconds

__all__ = ["frames_per_second"]


def frames_per_second(timings: Iterable[Seconds]) -> float:
    """Updates per second of updating, over all sequences together; NaN where none was timed alone.

    Starts (building templates, fitting a model to the first frame) and decoding are left out, and so are
    *shared* seconds: with others in flight they measure the machine, not the tracker.

    >>> frames_per_second([Seconds(1.0, 2.0, 60, shared=False), Seconds(0.0, 1.0, 90, shared=True)])
    30.0
    """
    alone = [timing for timing in timings if not timing.shared]
    seconds = sum(timing.update for timing in alone)
    return sum(timing.updates for timing in alone) / seconds if seconds > 0 else float("nan")
