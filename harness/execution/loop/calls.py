"""Calls of a tracker: what it is given, the time it takes, whose fault an error is, and what it may answer."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

from harness.core.errors import BadAnswer, HarnessError, OutOfMemory, TrackerRaised, UsageError
from harness.core.masks import Labels
from harness.core.regions import InitBox, as_region, convert
from harness.core.sequence import Frame
from harness.core.tracker import Prediction, Track, Tracker
from harness.core.trial import Answer, Drive, Start
from harness.execution.loop.assignment import Assignment
from harness.execution.loop.prefetch import Prefetch

__all__ = ["Caller", "Flight", "Guard", "blaming"]

Guard: TypeAlias = Callable[[bool], AbstractContextManager[None]]


class Flight:
    """An assignment under way: the protocol's generator, what it asks, and the track that answers.

    One that is `alone` is called alone: it was in a call that died.
    """

    def __init__(self, assignment: Assignment, drive: Drive, frames: Prefetch, alone: bool) -> None:
        self.assignment, self.drive, self.frames, self.alone = assignment, drive, frames, alone
        self.ask = next(drive)
        self.track: Track | None = None
        self.one = True  # it was started on one target, not on labels

    @property
    def starts(self) -> bool:
        return isinstance(self.ask, Start)


@dataclass(frozen=True, slots=True)
class Caller:
    """How a tracker is called, of which `width` trials are in flight.

    `shared` says that others compute beside it. A `guard` is held during each call; it is told whether that is one of
    first frames, and may be held by several threads.
    """

    tracker: Tracker[Any]
    width: int
    init_box: InitBox
    shared: bool
    guard: Guard | None

    def call(self, group: Sequence[tuple[Flight, Frame]]) -> list[Answer]:
        """One call for the whole group, which asks the same; only the tracker's own time is counted."""
        flights, frames = [flight for flight, _ in group], [frame for _, frame in group]
        starts = flights[0].starts
        call = self._starting(flights, frames) if starts else self._updating(flights, frames)
        with blaming(), self.guard(starts) if self.guard else nullcontext():
            began = time.perf_counter()
            answers = call()
            seconds = (time.perf_counter() - began) / len(group)
        if not isinstance(answers, list | tuple) or len(answers) != len(group):
            found = f"{len(answers)}" if isinstance(answers, list | tuple) else type(answers).__name__
            raise BadAnswer(f"{call.func.__name__}() of {len(group)} must answer as many in a list, found {found}")
        predictions: list[Prediction | None] = [None] * len(group)
        if starts:
            for flight, track in zip(flights, answers, strict=True):
                flight.track = track
        else:
            predictions = [_checked(answer, flight.one) for flight, answer in zip(flights, answers, strict=True)]
        return [Answer(prediction, seconds, self.shared or self.width > 1) for prediction in predictions]

    def close(self, flight: Flight) -> None:
        """Give back the flight's track, if it has one."""
        track, flight.track = flight.track, None
        if track is not None:
            with blaming(" closing a track"), self.guard(False) if self.guard else nullcontext():
                self.tracker.close(track)

    def _starting(self, flights: Sequence[Flight], frames: Sequence[Frame]) -> partial[Any]:
        targets = []
        for flight, frame in zip(flights, frames, strict=True):
            assert isinstance(flight.ask, Start)
            height, width = frame.pixels.shape[:2]
            accepts = self.tracker.traits.accepts
            try:
                targets.append(convert(flight.ask.region, accepts, self.init_box, (width, height)))
            except ValueError as error:
                raise UsageError(f"{flight.assignment.sequence.name}: {error}") from None
            self.close(flight)
            flight.one = not isinstance(flight.ask.region, Labels)
        return partial(self.tracker.start, frames, targets, [flight.assignment.seed for flight in flights])

    def _updating(self, flights: Sequence[Flight], frames: Sequence[Frame]) -> partial[Any]:
        return partial(self.tracker.update, [flight.track for flight in flights], frames)


@contextmanager
def blaming(doing: str = "") -> Iterator[None]:
    """What a tracker's own code raises is the tracker's error, and OutOfMemory where memory ended."""
    try:
        yield
    except HarnessError:
        raise
    except (Exception, SystemExit, GeneratorExit) as error:
        kind = OutOfMemory if _memory_ended(error) else TrackerRaised
        raise kind(f"the tracker raised {type(error).__name__}{doing}: {error}") from error


def _memory_ended(error: BaseException) -> bool:
    """Whether it is Python's error of that meaning, or, by its name, torch's."""
    return isinstance(error, MemoryError) or any(cls.__name__ == "OutOfMemoryError" for cls in type(error).__mro__)


def _checked(answer: object, one: bool) -> Prediction:
    """A tracker's answer, held to its contract; None is a miss.

    Of `one` target a tracker of labels answers with one label, which is that target's mask.
    """
    if answer is None:
        return Prediction(None)
    if not isinstance(answer, Prediction):
        raise BadAnswer(f"update() must answer Predictions, found {type(answer).__name__} {answer!r:.60}")
    try:
        region, confidence = as_region(answer.region), float(answer.confidence)
    except (TypeError, ValueError) as error:
        raise BadAnswer(f"a prediction's region: {error}") from None
    if one and isinstance(region, Labels):
        region = dict(region.masks).get(1)
    return Prediction(region, confidence, answer.soft, answer.extras)
