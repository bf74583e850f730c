"""Who hears what happens in a run, and the count that is kept of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from harness.core.record import RunKey
from harness.execution.plan import Job
from harness.store.journal import Note

__all__ = ["Count", "Failure", "JobSummary", "Listener"]


@dataclass(frozen=True, slots=True)
class Failure:
    """A trial, or a sequence that could not be opened, and why."""

    trial: str
    reason: str


@dataclass(frozen=True, slots=True)
class JobSummary:
    """What a job did: trials made now and found done, those that failed, frames without an answer, speed."""

    run: RunKey
    made: int
    found: int
    failed: tuple[Failure, ...]
    frames: int
    misses: int
    seconds: float


class Listener(Protocol):
    """Who wants to know while it happens: a progress bar, a log."""

    def job_started(self, job: Job) -> None: ...
    def frames_answered(self, count: int) -> None: ...
    def trial_ended(self, name: str, frames: int, reason: str | None) -> None: ...
    def trial_found(self, name: str, frames: int) -> None: ...
    def width_chosen(self, width: int) -> None: ...
    def narrowed(self, width: int) -> None: ...
    def waiting(self, trials: int) -> None: ...
    def stopping(self) -> None: ...
    def job_ended(self, summary: JobSummary) -> None: ...


class Count:
    """Hears the notes of a job's workers: tells the listener, and adds up."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._failed: list[Failure] = []
        self._made = self._found = self._frames = self._misses = 0
        self._waiting = False

    def hear(self, note: Note) -> None:
        match note.kind:
            case "frames":
                self._listener.frames_answered(note.frames)
            case "width":
                self._listener.narrowed(note.frames)
            case "waiting" if not self._waiting:  # said once
                self._waiting = True
                self._listener.waiting(note.frames)
            case "found":
                self._found += 1
                self._listener.trial_found(note.trial, note.frames)
            case "end" if note.reason is None:
                self._made += 1
                self._frames += note.frames
                self._misses += note.misses
                self._listener.trial_ended(note.trial, note.frames, None)
            case "end":
                self.fail(Failure(note.trial, note.reason or ""), note.frames)

    def fail(self, failure: Failure, frames: int = 0) -> None:
        self._failed.append(failure)
        self._listener.trial_ended(failure.trial, frames, failure.reason)

    def summary(self, run: RunKey, found: int, seconds: float) -> JobSummary:
        """Of a job of which so many trials were `found` done before it began."""
        failed = tuple(self._failed)
        return JobSummary(run, self._made, found + self._found, failed, self._frames, self._misses, seconds)
