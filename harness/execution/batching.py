"""The drive loop: keeps `width` trials in flight and calls the tracker once for all that ask the same.

Continuous batching, as language-model servers do it: when a trial ends, the next takes its place. When a
call for several dies, nobody knows whose fault it was: its trials begin again, each in calls of its own,
and only one that dies alone has failed.
"""

from __future__ import annotations

import time
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from harness.core.errors import BadAnswer, HarnessError, MissingData, TrackerError, TrackerRaised, UsageError
from harness.core.masks import Labels
from harness.core.regions import InitBox, as_region, convert
from harness.core.sequence import Frame
from harness.core.sequence import Sequence as TrackingSequence
from harness.core.tracker import Prediction, Track, Tracker
from harness.core.trajectory import Trajectory
from harness.core.trial import Answer, Drive, Start, Trial
from harness.execution.prefetch import Prefetch
from harness.protocols.base import EvaluationProtocol

__all__ = ["Assignment", "DriveLoop", "Outcome"]

_DECODERS = 4  # threads
_AHEAD = 4  # frames a trial


@dataclass(frozen=True, slots=True)
class Assignment:
    """A trial to be made, with the sequence it is made on and the seed of its tracks."""

    sequence: TrackingSequence
    trial: Trial
    seed: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an assignment ended: with a trajectory, or with an error and where it came from."""

    assignment: Assignment
    trajectory: Trajectory | None
    error: HarnessError | None = None
    traceback: str | None = None


class _Flight:
    """An assignment under way: the protocol's generator, what it asks, and the track that answers."""

    def __init__(self, assignment: Assignment, drive: Drive, frames: Prefetch, alone: bool) -> None:
        self.assignment, self.drive, self.frames, self.alone = assignment, drive, frames, alone
        self.ask = next(drive)
        self.track: Track | None = None
        self.one = True  # it was started on one target, not on labels

    @property
    def starts(self) -> bool:
        return isinstance(self.ask, Start)


class DriveLoop:
    """Drives trials of one protocol through one tracker, `width` at a time.

    `on_answers` is told after each call how many frames it answered.
    """

    def __init__(
        self,
        tracker: Tracker[Any],
        protocol: EvaluationProtocol,
        *,
        width: int = 1,
        init_box: InitBox = "minmax",
        on_answers: Callable[[int], None] = lambda _: None,
    ) -> None:
        self._tracker, self._protocol, self._width, self._init_box = tracker, protocol, width, init_box
        self._on_answers = on_answers

    def run(self, assignments: Iterable[Assignment]) -> Iterator[Outcome]:
        """The outcome of every assignment, in the order in which they end."""
        waiting = deque((assignment, False) for assignment in assignments)
        flights: list[_Flight] = []
        with _blaming(" preparing"):
            self._tracker.prepare(self._width)
        pool = ThreadPoolExecutor(_DECODERS, thread_name_prefix="decode")
        try:
            while waiting or flights:
                while waiting and len(flights) < self._width:
                    assignment, alone = waiting.popleft()
                    try:
                        flights.append(self._launch(assignment, pool, alone))
                    except HarnessError as error:
                        yield _failed(assignment, error)
                for flight, result in self._step(flights):
                    flights.remove(flight)
                    if result is None:
                        waiting.appendleft((flight.assignment, True))
                    else:
                        yield result
        finally:  # stopped from outside, too: what tracks hold is given back
            pool.shutdown(cancel_futures=True)
            for flight in flights:
                self._abandon(flight)

    def _launch(self, assignment: Assignment, pool: ThreadPoolExecutor, alone: bool) -> _Flight:
        sequence, trial = assignment.sequence, assignment.trial
        if sequence.frames is None:
            raise MissingData(f"{sequence.name}: only annotations here; a tracker needs the images")
        frames = Prefetch(sequence.frames, trial.order, pool, _AHEAD)
        return _Flight(assignment, self._protocol.drive(sequence, trial), frames, alone)

    def _step(self, flights: Sequence[_Flight]) -> list[tuple[_Flight, Outcome | None]]:
        """One answer for every flight; those that ended, with None for one to be run again alone."""
        ended: list[tuple[_Flight, Outcome | None]] = []
        ready: list[tuple[_Flight, Frame]] = []
        for flight in flights:
            try:
                ready.append((flight, flight.frames.take(flight.ask.frame)))
            except HarnessError as error:
                ended.append((flight, self._abort(flight, error)))
        for group in self._groups(ready):
            try:
                answers = self._call(group)
            except HarnessError as error:
                again = len(group) > 1
                ended += [(flight, self._abort(flight, error, again)) for flight, _ in group]
                continue
            self._on_answers(len(group))
            for (flight, _), answer in zip(group, answers, strict=True):
                outcome = self._deliver(flight, answer)
                if outcome is not None:
                    ended.append((flight, outcome))
        return ended

    def _groups(self, ready: Sequence[tuple[_Flight, Frame]]) -> list[list[tuple[_Flight, Frame]]]:
        """Who shares a call: all that start, and all that update, where the tracker takes batches."""
        shared: dict[bool, list[tuple[_Flight, Frame]]] = {True: [], False: []}
        single = []
        for flight, frame in ready:
            if self._tracker.traits.batches and not flight.alone:
                shared[flight.starts].append((flight, frame))
            else:
                single.append([(flight, frame)])
        return [group for group in shared.values() if group] + single

    def _call(self, group: Sequence[tuple[_Flight, Frame]]) -> list[Answer]:
        """One call of the tracker for the whole group; only the tracker's own time is counted."""
        flights, frames = [flight for flight, _ in group], [frame for _, frame in group]
        starts = flights[0].starts
        call = self._starting(flights, frames) if starts else self._updating(flights, frames)
        with _blaming():
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
        return [Answer(prediction, seconds, self._width > 1) for prediction in predictions]

    def _starting(self, flights: Sequence[_Flight], frames: Sequence[Frame]) -> partial[Any]:
        targets = []
        for flight, frame in zip(flights, frames, strict=True):
            assert isinstance(flight.ask, Start)
            height, width = frame.pixels.shape[:2]
            accepts = self._tracker.traits.accepts
            try:
                targets.append(convert(flight.ask.region, accepts, self._init_box, (width, height)))
            except ValueError as error:
                raise UsageError(f"{flight.assignment.sequence.name}: {error}") from None
            self._close(flight)
            flight.one = not isinstance(flight.ask.region, Labels)
        return partial(self._tracker.start, frames, targets, [flight.assignment.seed for flight in flights])

    def _updating(self, flights: Sequence[_Flight], frames: Sequence[Frame]) -> partial[Any]:
        return partial(self._tracker.update, [flight.track for flight in flights], frames)

    def _deliver(self, flight: _Flight, answer: Answer) -> Outcome | None:
        try:
            flight.ask = flight.drive.send(answer)
        except StopIteration as end:
            try:
                self._close(flight)
            except HarnessError as error:
                return _failed(flight.assignment, error)
            return Outcome(flight.assignment, end.value)
        except HarnessError as error:
            return self._abort(flight, error)
        return None

    def _abort(self, flight: _Flight, error: HarnessError, again: bool = False) -> Outcome | None:
        self._abandon(flight)
        return None if again else _failed(flight.assignment, error)

    def _abandon(self, flight: _Flight) -> None:
        flight.drive.close()
        with suppress(HarnessError):  # there is an error to report already
            self._close(flight)

    def _close(self, flight: _Flight) -> None:
        track, flight.track = flight.track, None
        if track is not None:
            with _blaming(" closing a track"):
                self._tracker.close(track)


@contextmanager
def _blaming(doing: str = "") -> Iterator[None]:
    """What a tracker's own code raises is the tracker's error."""
    try:
        yield
    except HarnessError:
        raise
    except Exception as error:
        raise TrackerRaised(f"the tracker raised {type(error).__name__}{doing}: {error}") from error


def _failed(assignment: Assignment, error: HarnessError) -> Outcome:
    shown = "".join(traceback.format_exception(error)) if isinstance(error, TrackerError) else None
    return Outcome(assignment, None, error, shown)


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
