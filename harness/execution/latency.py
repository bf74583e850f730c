"""Latency: one tracker, alone in this process, one frame after the other, with nothing else on the clock.

Frames are decoded before the clock runs, the garbage collector waits until it has stopped, and the first calls,
which load, compile and choose, are made without it. A call counts until it returns: a tracker on an accelerator
answers when it has computed.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harness.core.errors import BadAnswer, HarnessError, MissingData, TrackerRaised, UsageError
from harness.core.latency import Conditions
from harness.core.masks import Labels
from harness.core.regions import InitBox, Region, convert
from harness.core.sequence import Dataset, Sequence
from harness.core.tracker import Tracker
from harness.execution.choice import Chosen
from harness.execution.machine import hardware
from harness.execution.provenance import invocation, trial_seed
from harness.protocols.base import target_in

__all__ = ["conditions", "latencies"]

_ROUNDS, _UPDATES = 2, 10  # of warming up: starts, and updates after each

Float = NDArray[np.float64]
Clock = Callable[[], float]


def latencies(
    tracker: Tracker[Any],
    dataset: Dataset,
    *,
    frames: int | None = None,
    seed: int = 0,
    init_box: InitBox = "minmax",
    clock: Clock = time.perf_counter,
) -> Iterator[tuple[str, Float | HarnessError]]:
    """Of each sequence at hand its seconds ``(N,)``, or why there are none: of the start, then of each update.

    The tracker starts on the first frame's truth (of several objects the first, unless it follows many) and goes on
    to the end, or for `frames` frames. Raises UsageError for fewer than two.
    """
    if frames is not None and frames < 2:
        raise UsageError(f"--frames is at least 2, a start and an update; found {frames}")
    with _blaming("prepare()"):
        tracker.prepare(1)
    warm = False
    for name in dataset.available:
        try:
            sequence = dataset.open(name)
            measure = partial(_measure, tracker, seed=trial_seed(seed, name, 0), init_box=init_box, clock=clock)
            if not warm:
                for _ in range(_ROUNDS):
                    measure(sequence.window(0, 1 + _UPDATES))
                warm = True
            outcome: Float | HarnessError = measure(sequence.window(0, frames or len(sequence)))
        except HarnessError as error:
            outcome = error
        yield name, outcome


def conditions(chosen: Chosen, disturbed: tuple[str, ...]) -> Conditions:
    """What `latencies` measures this tracker under; `disturbed` was seen before it was built."""
    tracker, described = chosen.tracker, chosen.described()
    return Conditions(
        tracker=described.fingerprint,
        identity=described.identity,
        device=tracker.device,
        hardware=hardware(tracker.device),
        precision=tracker.precision,
        warm_up=_ROUNDS * _UPDATES,
        disturbed=disturbed,
        invocation=invocation(),
    )


def _measure(tracker: Tracker[Any], sequence: Sequence, *, seed: int, init_box: InitBox, clock: Clock) -> Float:
    if sequence.frames is None:
        raise MissingData(f"{sequence.name}: only annotations here; a tracker needs the images")
    seconds = np.empty(len(sequence))
    with _quiet():
        first = sequence.frames[0]
        target = _target(tracker, sequence, first.pixels.shape[:2], init_box)
        track, seconds[0] = _timed(partial(tracker.start, [first], [target], [seed]), clock)
        try:
            for index in range(1, len(sequence)):
                frame = sequence.frames[index]
                _ = frame.pixels  # decoded
                gc.collect(1)
                _, seconds[index] = _timed(partial(tracker.update, [track], [frame]), clock)
        finally:
            with _blaming("close()"):
                tracker.close(track)
    return seconds


def _target(tracker: Tracker[Any], sequence: Sequence, shape: tuple[int, ...], init_box: InitBox) -> Region:
    """What the tracker starts from in the first frame, as it accepts it."""
    region = target_in(sequence, 0)
    if isinstance(region, Labels) and tracker.traits.objects == "one":
        region = next((mask for _, mask in region.masks), region)
    height, width = shape
    try:
        return convert(region, tracker.traits.accepts, init_box, (width, height))
    except ValueError as error:
        raise UsageError(f"{sequence.name}: {error}") from None


def _timed(call: partial[Any], clock: Clock) -> tuple[Any, float]:
    """The single answer of a call for one, and its seconds."""
    verb = f"{call.func.__name__}()"
    with _blaming(verb):
        began = clock()
        answers = call()
        seconds = clock() - began
    if not isinstance(answers, list | tuple) or len(answers) != 1:
        raise BadAnswer(f"{verb} of 1 must answer as many in a list, found {answers!r:.60}")
    return answers[0], seconds


@contextmanager
def _quiet() -> Iterator[None]:
    """No collection of garbage but our own."""
    automatic = gc.isenabled()
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        if automatic:
            gc.enable()


@contextmanager
def _blaming(verb: str) -> Iterator[None]:
    """What a tracker's own code raises is the tracker's error."""
    try:
        yield
    except HarnessError:
        raise
    except Exception as error:
        raise TrackerRaised(f"the tracker's {verb} raised {type(error).__name__}: {error}") from error
