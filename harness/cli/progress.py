"""What a run tells while it runs: a bar on a terminal, plain lines in a log, nothing but failures when quiet."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from harness.cli.duration import duration

if TYPE_CHECKING:
    from harness.execution.listener import JobSummary
    from harness.execution.plan import Job

__all__ = ["Bar", "Lines", "listener"]

_EVERY = 30.0  # seconds between two lines in a log


def listener(quiet: bool, verbose: bool) -> Lines:
    """A bar where stderr is a terminal, else lines."""
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    return Bar(console, quiet, verbose) if console.is_terminal and not quiet else Lines(console, quiet, verbose)


class Lines:
    """One line a trial that failed, one a job, and one now and then in between."""

    def __init__(self, console: Console, quiet: bool = False, verbose: bool = False) -> None:
        self._console, self._quiet, self._verbose = console, quiet, verbose
        self._began = self._said = time.monotonic()
        self._frames = self._answered = self._ended = self._trials = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """However the run ended, leave the terminal as it was."""

    def job_started(self, job: Job) -> None:
        self._began = self._said = time.monotonic()
        self._frames, self._trials = job.frames, len(job.items)
        self._answered = self._ended = 0
        found = job.states["done"]
        kept = f", {found} done before" if found else ""
        self._tell(f"{job.run.label} on {job.run.dataset}: {self._trials} to run{kept}")
        for state in ("stale", "damaged", "failed"):
            if job.states[state]:
                self._warn(f"{job.run.label} on {job.run.dataset}: {job.states[state]} {_STATES[state]}")

    def frames_answered(self, count: int) -> None:
        self._answered += count
        if not self._quiet and time.monotonic() - self._said > _EVERY:
            self._said = time.monotonic()
            self._tell(f"  {self._ended}/{self._trials} trials, {self._speed():.1f} frames/s, {self._left()} left")

    def trial_ended(self, name: str, frames: int, reason: str | None) -> None:
        self._ended += 1
        if reason is not None:
            self._warn(f"  {name} failed: {reason}")
        elif self._verbose:
            self._tell(f"  {name}: {frames} frames")

    def trial_found(self, name: str, frames: int) -> None:
        """Another run has made it: so many frames are not to be answered any more."""
        self._ended += 1
        self._frames -= frames
        if self._verbose:
            self._tell(f"  {name}: {frames} frames, made by another run")

    def width_chosen(self, width: int) -> None:
        self._tell(f"  width {width} is the fastest here")

    def narrowed(self, width: int) -> None:
        self._warn(f"  out of memory: {width} trials in flight from here")

    def waiting(self, trials: int) -> None:
        what = "a trial" if trials == 1 else f"{trials} trials"
        self._warn(f"waiting for {what} that another run is making; Ctrl-C leaves it to that")

    def stopping(self) -> None:
        self._warn("stopping: what is in flight is finished first; Ctrl-C again stops at once")

    def job_ended(self, summary: JobSummary) -> None:
        parts = [f"{summary.made} run", f"{summary.found} found"] + [f"{len(summary.failed)} failed"] * bool(
            summary.failed
        )
        if summary.misses:
            parts.append(f"{summary.misses} frames without an answer")
        if summary.frames:
            parts.append(f"{summary.frames} frames at {summary.frames / summary.seconds:.1f} frames/s")
        self._tell(f"{summary.run.label} on {summary.run.dataset}: {', '.join(parts)}")

    def _tell(self, line: str) -> None:
        if not self._quiet:
            self._console.print(line, markup=False)

    def _warn(self, line: str) -> None:
        self._console.print(line, markup=False, style="red" if self._console.is_terminal else None)

    def _speed(self) -> float:
        return self._answered / max(time.monotonic() - self._began, 1e-9)

    def _left(self) -> str:
        frames = max(self._frames - self._answered, 0)  # trials run again alone are answered twice
        return duration(frames / max(self._speed(), 1e-9))


class Bar(Lines):
    """The same, with a bar: sequence, frames, frames/s, time left."""

    def __init__(self, console: Console, quiet: bool = False, verbose: bool = False) -> None:
        super().__init__(console, quiet, verbose)
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.completed:.0f}/{task.total:.0f} frames"),
            TextColumn("{task.fields[speed]:.1f} frames/s"),
            TimeRemainingColumn(),
            console=console,
            transient=True,
        )

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def job_started(self, job: Job) -> None:
        super().job_started(job)
        self._task: TaskID = self._bar.add_task(job.run.label, total=self._frames, speed=0.0)

    def frames_answered(self, count: int) -> None:
        self._answered += count
        self._bar.update(self._task, advance=count, speed=self._speed())

    def trial_ended(self, name: str, frames: int, reason: str | None) -> None:
        super().trial_ended(name, frames, reason)
        self._bar.update(self._task, description=f"{self._ended}/{self._trials} {name}")

    def trial_found(self, name: str, frames: int) -> None:
        super().trial_found(name, frames)
        self._bar.update(self._task, total=self._frames, description=f"{self._ended}/{self._trials} {name}")

    def job_ended(self, summary: JobSummary) -> None:
        self._bar.remove_task(self._task)
        super().job_ended(summary)


_STATES: Mapping[str, str] = {
    "stale": "made by another source, weights, truth or seed (run again, unless --reuse stale)",
    "damaged": "with files that are not as they were written: run again",
    "failed": "failed before: tried again",
}
