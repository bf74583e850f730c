"""Doing the jobs: drive, commit every trial as it ends, and say how it went."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import numpy as np

from harness.core.errors import HarnessError
from harness.core.record import RunKey, RunRecord, Seconds, TrialKey
from harness.core.regions import Special
from harness.core.trajectory import Trajectory
from harness.execution.batching import DriveLoop, Outcome
from harness.execution.plan import Job, RunRequest, plan
from harness.execution.provenance import invocation, now, worker_name
from harness.store.results import ResultStore

__all__ = ["Failure", "JobSummary", "Listener", "run"]


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
    def trial_ended(self, name: str, frames: int, error: HarnessError | None) -> None: ...
    def job_ended(self, summary: JobSummary) -> None: ...


def run(request: RunRequest, store: ResultStore, listener: Listener) -> list[JobSummary]:
    """Do all that is missing; a summary for each job of the plan.

    A trial that fails never stops the others. Raises NotWritable where a result cannot be kept.
    """
    return [_do(job, request, store, listener) for job in plan(request, store)]


def _do(job: Job, request: RunRequest, store: ResultStore, listener: Listener) -> JobSummary:
    root = job.dataset.root and str(Path(job.dataset.root).resolve())
    asked = {"root": root, "left_out": job.dataset.missing, "repetitions": job.protocol.repetitions}
    store.open_run(job.run, job.chosen.identity, {**invocation(), **asked})
    listener.job_started(job)
    began = time.monotonic()
    failed = []
    for name, error in job.broken:
        _note_broken(job, store, name, error)
        failed.append(Failure(name, str(error)))
        listener.trial_ended(name, 0, error)
    made = frames = misses = 0
    loop = DriveLoop(
        job.chosen.tracker,
        job.protocol,
        width=request.width,
        init_box=request.init_box,
        on_answers=listener.frames_answered,
    )
    for outcome in loop.run(job.assignments):
        trial, trajectory = outcome.assignment.trial, outcome.trajectory
        _commit(job, store, outcome)
        if trajectory is None:
            failed.append(Failure(trial.name, str(outcome.error)))
        else:
            made, frames, misses = made + 1, frames + len(trajectory), misses + trajectory.misses
        listener.trial_ended(trial.name, len(trial.order), outcome.error)
    found = job.states.total() - len(job.assignments)
    summary = JobSummary(job.run, made, found, tuple(failed), frames, misses, time.monotonic() - began)
    listener.job_ended(summary)
    return summary


def _note_broken(job: Job, store: ResultStore, sequence: str, error: HarnessError) -> None:
    """A sequence that cannot be opened is a failed trial, unless it was done when it could be."""
    key = TrialKey(job.run, sequence)
    if store.state(key, job.fingerprints[sequence]) not in ("done", "stale"):
        record = _record(job, sequence, 0)
        store.fail(key, replace(record, status="failed", reason=str(error)))


def _commit(job: Job, store: ResultStore, outcome: Outcome) -> None:
    trial, trajectory = outcome.assignment.trial, outcome.trajectory
    key = TrialKey(job.run, trial.name)
    record = _record(job, trial.sequence, outcome.assignment.seed)
    if trajectory is None:
        reason = str(outcome.error)
        store.fail(key, replace(record, status="failed", reason=reason, traceback=outcome.traceback))
    else:
        store.save(key, replace(record, seconds=_seconds(trajectory)), trajectory)


def _seconds(trajectory: Trajectory) -> Seconds:
    """The first frame's, and those of all updates: a start in between is none, nor is a frame that was skipped."""
    updates = ~np.isnan(trajectory.seconds)
    updates[0] = False
    if not trajectory.regions.all_boxes:
        updates &= [region is not Special.INITIALISED for region in trajectory.regions]
    total = sum(trajectory.seconds[updates].tolist())
    return Seconds(float(trajectory.seconds[0]), total, int(updates.sum()), trajectory.shared)


def _record(job: Job, sequence: str, seed: int) -> RunRecord:
    return RunRecord(
        sequence=sequence,
        status="done",
        fingerprints=job.fingerprints[sequence],
        seed=seed,
        worker=worker_name(),
        device=job.chosen.tracker.device,
        weights=job.chosen.tracker.weights,
        finished=now(),
    )
