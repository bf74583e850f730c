"""Doing the jobs of a request, one after the other: by this process, by workers, or on a cluster."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Future
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from harness.core.errors import HarnessError, NotWritable, TrackerError
from harness.core.record import TrialKey
from harness.execution.choice import Described, TrackerChoice, described
from harness.execution.interrupt import interruptible
from harness.execution.listener import Count, Failure, JobSummary, Listener
from harness.execution.merging import merge, withdraw_merged
from harness.execution.plan import Job, plan
from harness.execution.provenance import invocation, now, worker_name
from harness.execution.request import RunRequest
from harness.execution.workers.cluster import ClusterCrew
from harness.execution.workers.crew import Crew, LocalCrew, cause_of
from harness.execution.workers.dispatch import Dispatch
from harness.execution.workers.work import Work, make, measure, record_of
from harness.store.journal import Note, Plan, Session
from harness.store.results import ResultStore

__all__ = ["run"]

_PATIENCE = 0.5  # seconds until trials that another run is making are asked for again


def run(request: RunRequest, store: ResultStore, listener: Listener) -> list[JobSummary]:
    """Do all that is missing; a summary for each job of the plan.

    A trial that fails never stops the others. Raises NotWritable where a result cannot be kept, and
    KeyboardInterrupt after a Ctrl-C, when what was in flight has ended; a second one does not wait for that.
    """
    with _crew(request) as crew:

        def describe(choice: TrackerChoice) -> Callable[[], Described]:
            if crew is None:
                return partial(described, choice)
            seat = crew.seats()[0]
            return partial(_answer, choice, seat.send(described, seat.choice(choice)))

        return [_Doing(job, request, store, listener, crew).do() for job in plan(request, store, describe)]


def _answer(choice: TrackerChoice, coming: Future[Described]) -> Described:
    try:
        return coming.result()
    except BrokenExecutor as death:
        raise TrackerError(f"tracker {choice.name!r} cannot be built: its worker died ({cause_of(death)})") from None


@contextmanager
def _crew(request: RunRequest) -> Iterator[Crew | None]:
    """The workers, None where this process does all by itself; sent home in the end, and at once after an error."""
    workforce = request.workforce
    if workforce.cluster is None and not workforce.seats:
        yield None
        return
    crew = LocalCrew(workforce) if workforce.cluster is None else ClusterCrew(workforce.cluster, workforce.workers)
    try:
        yield crew
    except BaseException:
        crew.close(kill=True)
        raise
    crew.close()


class _Doing:
    """A job under way."""

    def __init__(
        self, job: Job, request: RunRequest, store: ResultStore, listener: Listener, crew: Crew | None
    ) -> None:
        self._job, self._request, self._store, self._listener, self._crew = job, request, store, listener, crew
        self._root = job.dataset.root and str(Path(job.dataset.root).resolve())
        self._count = Count(listener)

    def do(self) -> JobSummary:
        job, store, began = self._job, self._store, time.monotonic()
        width = self._width()
        asked = {
            "root": self._root,
            "left_out": job.dataset.missing,
            "repetitions": job.protocol.repetitions,
            "width": {"asked": self._request.width, "chosen": width if job.items else None},
        }
        store.open_run(job.run, job.described.identity, {**invocation(), **asked})
        self._listener.job_started(job)
        for name, error in job.broken:
            self._note_broken(name, error)
        found = job.states.total() - len(job.items)
        plan = Plan(platform.node(), os.getpid(), now(), len(job.items), job.frames, found, width)
        withdraw_merged(job, store)
        with Session.open(store.folder(job.run), plan) as session:
            self._make(self._work(session, width))
        for failure in merge(job, store):
            self._count.fail(failure)
        summary = self._count.summary(job.run, found, time.monotonic() - began)
        self._listener.job_ended(summary)
        return summary

    def _make(self, work: Work) -> None:
        """All trials. Raises KeyboardInterrupt where that was stopped, NotWritable where the results were deleted."""

        def stop() -> None:
            work.session.stop()
            self._listener.stopping()

        with interruptible(stop):
            try:
                if self._crew is not None:
                    Dispatch(work, self._crew, self._job.described.weights, self._count.hear).run()
                else:
                    self._make_here(work)
            except NotWritable:
                if not work.session.gone:
                    raise
        if work.session.gone:
            folder = self._store.folder(self._job.run)
            raise NotWritable(f"{folder}: was deleted, or went away, while it was written; run again")
        if work.session.stopping:
            raise KeyboardInterrupt

    def _make_here(self, work: Work) -> None:
        """By this process alone, once what another run is making is made."""
        left = {item.trial.name: item for item in work.items}

        def hear(note: Note) -> None:
            if note.kind in ("end", "found"):
                del left[note.trial]
            self._count.hear(note)

        while left and not work.session.stopping:
            make(replace(work, items=tuple(left.values())), hear, self._job.dataset)
            if left:
                self._count.hear(Note("waiting", frames=len(left)))
                time.sleep(_PATIENCE)

    def _work(self, session: Session, width: int) -> Work:
        job, seats = self._job, [] if self._crew is None else self._crew.seats()
        return Work(
            name="1",
            run=job.run,
            choice=job.choice,
            fingerprint=job.described.fingerprint,
            dataset=job.dataset.name,
            root=self._root,
            protocol=job.protocol,
            items=job.items,
            results=self._store.root.resolve(),
            session=session,
            width=width,
            init_box=self._request.init_box,
            frame_timeout=self._request.workforce.frame_timeout,
            isolated=bool(seats),
            shared=len(seats) > 1 or self._request.workforce.cluster is not None,
        )

    def _width(self) -> int:
        """As asked; of `auto`, the one that was chosen when this label was first run so, or else the fastest."""
        if self._request.width != "auto":
            return self._request.width
        before = self._store.description(self._job.run) or {"invocations": []}
        for each in before["invocations"]:
            if each.get("width", {}).get("asked") == "auto" and each["width"]["chosen"]:
                return int(each["width"]["chosen"])
        if not self._job.items:
            return 1
        work = self._work(Session(Path()), 1)
        if self._crew is None:
            width = measure(work)
        else:
            seat = self._crew.seats()[0]
            try:
                width = seat.send(measure, replace(work, choice=seat.choice(work.choice))).result()
            except BrokenExecutor:  # of a trial that kills its worker; who that is comes out at width 1
                seat.renew()
                width = 1
        self._listener.width_chosen(width)
        return width

    def _note_broken(self, sequence: str, error: HarnessError) -> None:
        """A sequence that cannot be opened is a failed trial, unless it was done when it could be."""
        job, fingerprints = self._job, self._job.fingerprints[sequence]
        key = TrialKey(job.run, sequence)
        if self._store.state(key, fingerprints) not in ("done", "stale"):
            one = job.described
            record = record_of(sequence, fingerprints, worker=worker_name(), device=one.device, weights=one.weights)
            self._store.fail(key, replace(record, status="failed", reason=str(error)))
        self._count.fail(Failure(sequence, str(error)))
