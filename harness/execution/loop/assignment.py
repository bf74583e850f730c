"""A trial to be made, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from traceback import clear_frames, format_exception

from harness.core.errors import HarnessError, TrackerError
from harness.core.sequence import Sequence
from harness.core.trajectory import Trajectory
from harness.core.trial import Trial
from harness.protocols.base import EvaluationProtocol

__all__ = ["Assignment", "Outcome"]


@dataclass(frozen=True, slots=True)
class Assignment:
    """A trial to be made: the protocol it follows, the sequence it is made on, and the seed of its tracks."""

    protocol: EvaluationProtocol
    sequence: Sequence
    trial: Trial
    seed: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an assignment ended: with a trajectory, or with an error and where it came from."""

    assignment: Assignment
    trajectory: Trajectory | None
    error: HarnessError | None = None
    traceback: str | None = None

    @classmethod
    def failed(cls, assignment: Assignment, error: HarnessError) -> Outcome:
        """With the traceback of a tracker's error as text; what its frames held on to is let go."""
        shown = "".join(format_exception(error)) if isinstance(error, TrackerError) else None
        for each in (error, error.__cause__):
            if each is not None:
                clear_frames(each.__traceback__)
        return cls(assignment, None, error, shown)
