"""The drive loop: keeps `width` trials in flight and calls the tracker once for all that ask the same.

Continuous batching, as language-model servers do it: when a trial ends, the next takes its place. On a device beside
the processor two lanes take turns, so that one crops and decodes while the other's network computes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, ThreadPoolExecutor, wait
from contextlib import closing
from operator import attrgetter
from typing import Any

from joblib import cpu_count

from harness.core.errors import HarnessError, MissingData, OutOfMemory
from harness.core.regions import InitBox
from harness.core.tracker import Tracker
from harness.execution.loop.assignment import Assignment, Outcome
from harness.execution.loop.calls import Caller, Flight, Guard, blaming
from harness.execution.loop.lane import Lane
from harness.execution.loop.prefetch import Prefetch

__all__ = ["Assignment", "DriveLoop", "Outcome"]

_BUDGET = 1 << 30  # bytes of frames decoded ahead, of all flights


class DriveLoop:
    """Drives trials, of whatever protocols, through one tracker, `width` at a time.

    Where memory ends it halves the width and begins what is in flight again. `width` is the present one; all that
    comes out before `on_width` is told of a smaller one was made at the larger. `on_answers` is told after each step
    how many frames it answered. At most `decoders` threads read frames ahead, and no more than there are cores: more
    would only wait for each other. Of `lanes` each has a part of the flights and a thread of its own, in which the
    tracker is called; a single one stays in the caller's. A tracker is `prepare`d for a lane's calls, not for all
    flights. For `shared` and `guard` see `Caller`.
    """

    def __init__(
        self,
        tracker: Tracker[Any],
        *,
        width: int = 1,
        init_box: InitBox = "minmax",
        on_answers: Callable[[int], None] = lambda _: None,
        on_width: Callable[[int], None] = lambda _: None,
        guard: Guard | None = None,
        shared: bool = False,
        decoders: int = 4,
        lanes: int = 2,
    ) -> None:
        self.width = width
        self._tracker, self._init_box, self._guard, self._shared = tracker, init_box, guard, shared
        self._on_answers, self._on_width = on_answers, on_width
        self._decoders = decoders
        self._lanes = lanes if tracker.traits.batches and tracker.device != "cpu" else 1

    def run(self, assignments: Iterable[Assignment]) -> Iterator[Outcome]:
        """The outcome of every assignment, in the order in which they end.

        An assignment is taken when there is room for it, and begins at once. That, the callbacks and what comes out
        are all in the caller's own thread. Raises TrackerError where the tracker cannot be prepared.
        """
        waiting = _Waiting(assignments)
        with ThreadPoolExecutor(min(self._decoders, cpu_count()), thread_name_prefix="decode") as pool:
            while True:
                lanes = self._prepared()
                try:
                    yield from self._fly(lanes, waiting, pool)
                finally:  # stopped from outside, too: what tracks hold is given back
                    waiting.again.extend(broken for lane in lanes for broken in lane.clear())
                if not any(lane.crowded for lane in lanes):
                    return
                self._narrow()

    def _prepared(self) -> list[Lane]:
        """Lanes for as many flights as the tracker can be prepared for."""
        while True:
            count = min(self._lanes, self.width)
            slots = [len(range(lane, self.width, count)) for lane in range(count)]
            try:
                with blaming(" preparing"):
                    self._tracker.prepare(slots[0])
            except OutOfMemory:
                if self.width == 1:
                    raise
            else:
                caller = Caller(self._tracker, self.width, self._init_box, self._shared, self._guard)
                return [Lane(caller, number) for number in slots]
            self._narrow()

    def _narrow(self) -> None:
        self.width //= 2
        self._on_width(self.width)

    def _fly(self, lanes: Sequence[Lane], waiting: _Waiting, pool: Executor) -> Iterator[Outcome]:
        """Until all have landed, or a lane is crowded."""
        yield from self._launch(lanes, waiting, pool)
        with closing(_steps(lanes)) as steps:
            for lane in steps:
                self._on_answers(lane.answered)
                waiting.again.extend((assignment, True) for assignment in lane.again)
                yield from lane.landed
                if not lane.crowded:
                    yield from self._launch([lane], waiting, pool)

    def _launch(self, lanes: Sequence[Lane], waiting: _Waiting, pool: Executor) -> Iterator[Outcome]:
        """Fill the lanes evenly; those that fail at once come out."""
        while (lane := max(lanes, key=attrgetter("room"))).room and (coming := waiting.next()):
            assignment, alone = coming
            try:
                lane.flights.append(self._flight(assignment, alone, pool))
            except HarnessError as error:
                yield Outcome.failed(assignment, error)

    def _flight(self, assignment: Assignment, alone: bool, pool: Executor) -> Flight:
        protocol, sequence, trial = assignment.protocol, assignment.sequence, assignment.trial
        shown = protocol.shown(sequence).frames
        if shown is None:
            raise MissingData(f"{sequence.name}: only annotations here; a tracker needs the images")
        frames = Prefetch(shown, trial.order, pool, _BUDGET // self.width)
        return Flight(assignment, protocol.drive(sequence, trial), frames, alone)


class _Waiting:
    """Assignments to be flown, and whether alone: first those to be flown again."""

    def __init__(self, assignments: Iterable[Assignment]) -> None:
        self._coming = ((assignment, False) for assignment in assignments)
        self.again = deque[tuple[Assignment, bool]]()

    def next(self) -> tuple[Assignment, bool] | None:
        return self.again.popleft() if self.again else next(self._coming, None)


def _steps(lanes: Sequence[Lane]) -> Generator[Lane, None, None]:
    """Each lane after its step, until nothing flies or one is crowded; several step at the same time."""
    if len(lanes) == 1:
        (lane,) = lanes
        while lane.flights and not lane.crowded:
            lane.step()
            yield lane
        return
    with ThreadPoolExecutor(len(lanes), thread_name_prefix="lane") as pool:
        stepping = {pool.submit(lane.step): lane for lane in lanes if lane.flights}
        while stepping:
            for future in wait(stepping, return_when=FIRST_COMPLETED).done:
                lane = stepping.pop(future)
                future.result()
                yield lane
                if lane.flights and not any(each.crowded for each in lanes):
                    stepping[pool.submit(lane.step)] = lane
