"""A lane: trials in flight that share a tracker's calls."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from harness.core.errors import HarnessError, OutOfMemory
from harness.core.sequence import Frame
from harness.core.trial import Answer
from harness.execution.loop.assignment import Assignment, Outcome
from harness.execution.loop.calls import Caller, Flight

__all__ = ["Lane"]


class Lane:
    """Up to `slots` flights. What became of them in the last step is in `answered`, `landed` and `again`.

    When a call for several dies, nobody knows whose fault it was: its trials are to be flown `again`, alone. When
    memory ends, with others in flight, the step breaks off and the lane is `crowded`: fewer may fit.
    """

    def __init__(self, caller: Caller, slots: int) -> None:
        self._caller, self._slots = caller, slots
        self.flights: list[Flight] = []
        self.answered = 0
        self.landed: list[Outcome] = []
        self.again: list[Assignment] = []
        self.crowded = False

    @property
    def room(self) -> int:
        """How many flights more."""
        return self._slots - len(self.flights)

    def step(self) -> None:
        """One answer for every flight."""
        self.answered, self.landed, self.again = 0, [], []
        for group in self._groups():
            try:
                answers = self._caller.call(group)
            except HarnessError as error:
                self._lose([flight for flight, _ in group], error)
                if self.crowded:
                    return
                continue
            self.answered += len(group)
            for (flight, _), answer in zip(group, answers, strict=True):
                self._deliver(flight, answer)

    def clear(self) -> list[tuple[Assignment, bool]]:
        """Break all flights off; the assignments, and whether they were flown alone."""
        broken = [(flight.assignment, flight.alone) for flight in self.flights]
        for flight in list(self.flights):
            self._abandon(flight)
        return broken

    def _groups(self) -> list[list[tuple[Flight, Frame]]]:
        """Who shares a call: all that start, and all that update, where the tracker takes batches."""
        shared: dict[bool, list[tuple[Flight, Frame]]] = {True: [], False: []}
        single = []
        for flight in list(self.flights):
            try:
                frame = flight.frames.take(flight.ask.frame)
            except HarnessError as error:
                self._lose([flight], error)
                continue
            if self._caller.tracker.traits.batches and not flight.alone:
                shared[flight.starts].append((flight, frame))
            else:
                single.append([(flight, frame)])
        return [group for group in shared.values() if group] + single

    def _deliver(self, flight: Flight, answer: Answer) -> None:
        try:
            flight.ask = flight.drive.send(answer)
        except StopIteration as end:
            self.flights.remove(flight)
            try:
                self._caller.close(flight)
            except HarnessError as error:
                self.landed.append(Outcome.failed(flight.assignment, error))
            else:
                self.landed.append(Outcome(flight.assignment, end.value))
        except HarnessError as error:
            self._lose([flight], error)

    def _lose(self, flights: Sequence[Flight], error: HarnessError) -> None:
        """Flights that an error ended: to be flown again, if not all of them are to blame, or failed."""
        if isinstance(error, OutOfMemory) and self._caller.width > 1:
            self.crowded = True
            return
        for flight in flights:
            self._abandon(flight)
        if len(flights) > 1:
            self.again += [flight.assignment for flight in flights]
        else:
            self.landed.append(Outcome.failed(flights[0].assignment, error))

    def _abandon(self, flight: Flight) -> None:
        self.flights.remove(flight)
        flight.drive.close()
        flight.frames.drop()
        with suppress(HarnessError):  # there is an error to report already
            self._caller.close(flight)
