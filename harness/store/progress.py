"""How far a session is, read from its journals: what ``harness status`` shows."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass

from harness.store.journal import Note, Plan, Reader, Session

__all__ = ["Progress", "WorkerProgress", "progress"]


@dataclass(frozen=True, slots=True)
class WorkerProgress:
    """What one worker holds."""

    worker: str
    device: str
    flying: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """A session so far: trials `made` and `failed` (with reasons), frames answered, frames a second, who holds what.

    What another run has made meanwhile counts as made, and its frames as answered, though not for the rate.
    `alive` is the session's; where that is None `silent` tells, the seconds since anybody wrote a note, by the file
    system's clock.
    """

    plan: Plan
    made: int
    failed: tuple[tuple[str, str], ...]
    frames: int
    rate: float
    workers: tuple[WorkerProgress, ...]
    alive: bool | None
    silent: float
    stopping: bool

    @property
    def left(self) -> float:
        """Seconds, as long as the rate stays; infinite before the first answer."""
        frames = max(self.plan.frames - self.frames, 0)
        return frames / self.rate if self.rate else float("inf")


def progress(session: Session) -> Progress | None:
    """None for one that has just ended."""
    plan = session.plan
    if plan is None:
        return None
    ended, answered, workers = dict[str, Note](), 0, []
    for path in session.journals():
        worker, flying = WorkerProgress("unknown", "unknown", ()), dict[str, None]()
        for note in Reader(path).notes():
            match note.kind:
                case "begin":
                    worker = WorkerProgress(note.worker, note.device, ())
                case "launch":
                    flying[note.trial] = None
                case "frames":
                    answered += note.frames
                case "lost":
                    flying.pop(note.trial, None)
                case "end" | "found":
                    flying.pop(note.trial, None)
                    if note.kind == "end" or note.trial not in ended:  # what one has made, others find
                        ended[note.trial] = note
        if flying:
            workers.append(WorkerProgress(worker.worker, worker.device, tuple(flying)))
    failed = tuple((note.trial, note.reason) for note in ended.values() if note.reason is not None)
    began, last = _written(session)
    return Progress(
        plan=plan,
        made=len(ended) - len(failed),
        failed=failed,
        frames=answered + sum(note.frames for note in ended.values() if note.kind == "found"),
        rate=answered / (last - began) if last > began else 0.0,
        workers=tuple(workers),
        alive=session.alive,
        silent=max(_now(session) - last, 0.0),
        stopping=session.stopping,
    )


def _written(session: Session) -> tuple[float, float]:
    """When the plan was written, and when the last note."""
    times = [0.0]
    for path in (session.path / "plan.json", *session.journals()):
        with suppress(OSError):
            times.append(path.stat().st_mtime)
    return times[min(1, len(times) - 1)], max(times)


def _now(session: Session) -> float:
    """The file system's clock, which on another machine's disk is not ours."""
    probe = session.path / f".now-{os.getpid()}"
    try:
        probe.touch()
        now = probe.stat().st_mtime
        probe.unlink()
    except OSError:
        return 0.0
    return now
