"""A worker's share of a job: what it is sent, and how it makes trials of it, each committed as it ends."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np

from harness.catalog import open_dataset
from harness.core.errors import DataError
from harness.core.record import Fingerprints, RunKey, RunRecord, Seconds, TrialKey
from harness.core.regions import InitBox, Special
from harness.core.sequence import Dataset, Sequence
from harness.core.tracker import Tracker
from harness.core.trajectory import Trajectory
from harness.execution.choice import Chosen, TrackerChoice, built
from harness.execution.loop.batching import Assignment, DriveLoop, Outcome
from harness.execution.loop.calls import Guard
from harness.execution.loop.width import best_width
from harness.execution.plan import Item
from harness.execution.provenance import now, worker_name
from harness.execution.workers.watchdog import Watchdog
from harness.protocols.base import EvaluationProtocol
from harness.store.behind import WriteBehind
from harness.store.claims import Claims
from harness.store.journal import Journal, Launches, Note, Session
from harness.store.results import ResultStore

__all__ = ["Work", "make", "measure", "record_of", "seconds_of"]

_SAMPLE = 256  # the widest that is tried
_EVERY = 0.25  # seconds between two notes of frames answered
_AT_WORK = threading.Lock()  # claims are a process's: two shares in one process wait for each other


@dataclass(frozen=True, slots=True)
class Work:
    """Some trials of a job, with all that a process anywhere needs to make them.

    `name` is that of its journal in the session; `device` where the tracker was sent, as the user calls it;
    `isolated` says that the worker may be ended from below, by its watchdog; `shared` that others compute beside it;
    `alone` that this is a trial's second chance, and its only one.
    """

    name: str
    run: RunKey
    choice: TrackerChoice
    fingerprint: str
    dataset: str
    root: str | None
    protocol: EvaluationProtocol
    items: tuple[Item, ...]
    results: Path
    session: Session
    width: int
    init_box: InitBox
    device: str | None = None
    frame_timeout: float | None = None
    isolated: bool = True
    shared: bool = False
    alone: bool = False
    decoders: int = 4


def make(work: Work, tell: Callable[[Note], None] = lambda _: None, dataset: Dataset | None = None) -> None:
    """Make what nobody has made or is making; every trial is committed, done or failed, as it ends.

    It leaves out what another worker of the session has begun, also one that is dead by now, and, sent a second time,
    what it had begun itself. `tell` hears every note of the journal. Raises NotWritable, and TrackerError where there
    is no tracker.
    """
    with _AT_WORK, ExitStack() as stack:
        launched = Launches(work.session, work.name, work.alone)
        chosen = built(work.choice, work.fingerprint)
        claims = stack.enter_context(closing(Claims(ResultStore(work.results).folder(work.run))))
        journal = stack.enter_context(closing(Journal(work.session.journal(work.name))))
        shift = _Shift(work, dataset or _opened(work.dataset, work.root), chosen, claims, journal=journal, tell=tell)
        shift.say(Note("begin", worker=worker_name(), device=shift.device))
        loop = _loop(work, chosen, shift, stack)
        with closing(shift):
            for outcome in loop.run(shift.assignments(launched)):
                shift.commit(outcome)


def _loop(work: Work, chosen: Chosen, shift: _Shift, stack: ExitStack) -> DriveLoop:
    return DriveLoop(
        chosen.tracker,
        width=work.width,
        init_box=work.init_box,
        on_answers=shift.answered,
        on_width=shift.narrowed,
        guard=_guard(work, chosen.tracker, work.session.trace(work.name), stack),
        shared=work.shared,
        decoders=work.decoders,
    )


def _guard(work: Work, tracker: Tracker[Any], trace: Path, stack: ExitStack) -> Guard | None:
    """What ends a worker whose tracker takes too long; None where that would end the head."""
    tracker.frame_timeout = work.frame_timeout
    if not work.isolated:
        return None
    limit = None if work.frame_timeout is None else 1.1 * work.frame_timeout + 0.5  # after the tracker's own
    return stack.enter_context(closing(Watchdog(limit, trace))).watching


def measure(work: Work) -> int:
    """The width at which the first trials go fastest here; none of them is made, and no trace of a death is kept.

    Raises TrackerError.
    """
    dataset = _opened(work.dataset, work.root)
    sample = []
    for item in work.items[:_SAMPLE]:
        with suppress(DataError):
            sample.append(Assignment(work.protocol, dataset.open(item.trial.sequence), item.trial, item.seed))
    tracker = built(work.choice, work.fingerprint).tracker
    with ExitStack() as stack:
        guard = _guard(work, tracker, Path(os.devnull), stack)
        return best_width(tracker, sample, init_box=work.init_box, guard=guard, decoders=work.decoders)


class _Shift:
    """A share of work under way: what is claimed, said and committed."""

    def __init__(
        self,
        work: Work,
        dataset: Dataset,
        chosen: Chosen,
        claims: Claims,
        *,
        journal: Journal,
        tell: Callable[[Note], None],
    ) -> None:
        self._work, self._chosen, self._claims, self._journal, self._tell = work, chosen, claims, journal, tell
        self._store = ResultStore(work.results)
        self._behind, self._ends = WriteBehind(self._store), dict[str, Note]()
        self._open: Callable[[str], Sequence] = lru_cache(maxsize=4)(dataset.open)  # repetitions follow one another
        self._items = {item.trial.name: item for item in work.items}
        self._answers, self._said = 0, time.monotonic()
        self._width = work.width
        self.device = work.device or chosen.tracker.device

    def assignments(self, launched: Launches) -> Iterator[Assignment]:
        """One by one, when there is room for it: the next trial that is nobody else's and not yet made."""
        for item in self._work.items:
            if self._work.session.stopping:
                return
            trial = item.trial
            if not self._claims.take(trial.name):
                continue
            if self._made_meanwhile(item):
                self._claims.release(trial.name)
                self.say(Note("found", trial.name, frames=item.frames))
                continue
            if trial.name in launched:  # it failed, or its worker died
                self._claims.release(trial.name)
                continue
            self.say(Note("launch", trial.name, frames=item.frames))
            try:
                sequence = self._open(trial.sequence)
            except DataError as error:
                self._fail(item, str(error))
                continue
            yield Assignment(self._work.protocol, sequence, trial, item.seed)

    def _made_meanwhile(self, item: Item) -> bool:
        key = TrialKey(self._work.run, item.trial.name)
        changed = self._store.stamp(key) != item.stamp
        return changed and self._store.state(key, item.fingerprints) == "done"

    def say(self, note: Note) -> None:
        self._journal.add(note)
        self._tell(note)

    def commit(self, outcome: Outcome) -> None:
        """Store how a trial ended; it is said when it is on the disk. Raises NotWritable."""
        item, trajectory = self._items[outcome.assignment.trial.name], outcome.trajectory
        if trajectory is None:
            self._fail(item, str(outcome.error), outcome.traceback)
            return
        record = replace(self._record(item), seconds=seconds_of(trajectory))
        note = self._ends[item.trial.name] = Note("end", item.trial.name, len(trajectory), trajectory.misses)
        self._say_answers(at_once=True)
        self._behind.save(TrialKey(self._work.run, note.trial), record, trajectory, then=partial(self._ended, note))
        self._tell_committed()

    def close(self) -> None:
        """Until all is on the disk, and said."""
        try:
            self._tell_committed(every=True)
            self._say_answers(at_once=True)
        finally:
            self._behind.close()

    def answered(self, count: int) -> None:
        self._answers += count
        self._say_answers()
        self._tell_committed()

    def _fail(self, item: Item, reason: str, traceback: str | None = None) -> None:
        record = replace(self._record(item), status="failed", reason=reason, traceback=traceback)
        self._store.fail(TrialKey(self._work.run, item.trial.name), record)
        note = Note("end", item.trial.name, item.frames, reason=reason)
        self._say_answers(at_once=True)
        self._ended(note)
        self._tell(note)

    def _tell_committed(self, every: bool = False) -> None:
        for key in self._behind.committed(every):
            self._tell(self._ends.pop(key.trial))

    def _say_answers(self, at_once: bool = False) -> None:
        if self._answers and (at_once or time.monotonic() - self._said > _EVERY):
            self.say(Note("frames", frames=self._answers))
            self._answers, self._said = 0, time.monotonic()

    def _ended(self, note: Note) -> None:
        """In a thread of its own: what is written is known to be, whatever the tracker does meanwhile."""
        self._journal.add(note)
        self._claims.release(note.trial)

    def narrowed(self, width: int) -> None:
        self._width = width
        self.say(Note("width", frames=width))

    def _record(self, item: Item) -> RunRecord:
        record = record_of(
            item.trial.sequence,
            item.fingerprints,
            item.seed,
            worker=worker_name(),
            device=self.device,
            weights=self._chosen.tracker.weights,
        )
        return replace(record, width=self._width)


def record_of(
    sequence: str, fingerprints: Fingerprints, seed: int = 0, *, worker: str, device: str, weights: str | None
) -> RunRecord:
    """The sidecar of a trial that ends now."""
    return RunRecord(
        sequence=sequence,
        status="done",
        fingerprints=fingerprints,
        seed=seed,
        worker=worker,
        device=device,
        weights=weights,
        finished=now(),
    )


def seconds_of(trajectory: Trajectory) -> Seconds:
    """The first frame's, and those of all updates: a start in between is none, nor is a frame that was skipped."""
    updates = ~np.isnan(trajectory.seconds)
    updates[0] = False
    if not trajectory.regions.all_boxes:
        updates &= [region is not Special.INITIALISED for region in trajectory.regions]
    total = sum(trajectory.seconds[updates].tolist())
    return Seconds(float(trajectory.seconds[0]), total, int(updates.sum()), trajectory.shared)


@lru_cache(maxsize=4)
def _opened(name: str, root: str | None) -> Dataset:
    return open_dataset(name, root)
