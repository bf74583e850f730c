"""The head of a job: deals its trials to the seats of a crew, hears their journals, and survives their deaths.

Every seat gets all trials and makes those that nobody else claims, so that work is dealt as it is done. When a worker
dies, what it had in flight is suspect: each such trial is made once more, alone in a worker, and one whose worker dies
again is set aside as failed.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Future, wait
from contextlib import closing
from dataclasses import dataclass, field, replace

from harness.core.errors import TrackerError
from harness.core.record import TrialKey
from harness.execution.plan import Item
from harness.execution.workers.crew import Crew, Seat, cause_of
from harness.execution.workers.watchdog import timed_out
from harness.execution.workers.work import Work, make, record_of
from harness.store.journal import Journal, Note, Reader
from harness.store.results import ResultStore

__all__ = ["Dispatch"]

_LISTEN = 0.1  # seconds between two looks at the journals
_PATIENCE = 0.5  # seconds until trials that another run is making are asked for again
_STRIKES = 3  # workers that may die one after the other before any begins
_TRACE = 20_000  # characters of a trace that are kept


@dataclass(slots=True)
class _Share:
    """What one seat was sent, and what is heard of it."""

    seat: Seat
    work: Work
    reader: Reader
    alone: bool
    flying: dict[str, None] = field(default_factory=dict)
    begun: bool = False
    idle: bool = True
    worker: str = "unknown"
    device: str = "unknown"


class Dispatch:
    """One job on a crew; `work` is the whole of it, `tell` hears every note once."""

    def __init__(self, work: Work, crew: Crew, weights: str | None, tell: Callable[[Note], None]) -> None:
        self._work, self._crew, self._weights, self._tell = work, crew, weights, tell
        self._store = ResultStore(work.results)
        self._open = {item.trial.name: item for item in work.items}  # not yet ended
        self._suspects: list[Item] = []
        self._shares: dict[Future[None], _Share] = {}
        self._idle: dict[Seat, float] = {}  # when each seat found nothing to do
        self._held = -_PATIENCE  # when a suspect was found with another run
        self._count = self._stillborn = 0

    def run(self) -> None:
        """Until every trial is committed, by us or by another run; when it is stopped, until nothing is in flight.

        Raises what a worker could not go on with.
        """
        try:
            while (self._open and not self._work.session.stopping) or self._shares:
                self._send()
                if not self._shares:
                    if self._idle:  # another run is making the rest
                        self._tell(Note("waiting", frames=len(self._open)))
                    time.sleep(_LISTEN)
                done, _ = wait(list(self._shares), timeout=_LISTEN, return_when=FIRST_COMPLETED)
                for future in done:
                    self._listen(share := self._shares.pop(future))
                    self._ended(share, future)
                for share in self._shares.values():
                    self._listen(share)
        except BaseException:
            self._work.session.stop()
            raise

    def _send(self) -> None:
        """To each idle seat a suspect, or all that nobody of ours is making."""
        busy, long_ago = {share.seat for share in self._shares.values()}, time.monotonic() - _PATIENCE
        for seat in self._crew.seats():
            if seat in busy or self._work.session.stopping:
                continue
            if self._suspects and self._held <= long_ago:
                self._submit(seat, (self._suspects.pop(),), alone=True)
            elif self._idle.get(seat, long_ago) <= long_ago:
                ours = {name for share in self._shares.values() for name in share.flying}
                ours |= {item.trial.name for share in self._shares.values() if share.alone for item in share.work.items}
                rest = tuple(item for name, item in self._open.items() if name not in ours)
                if rest:
                    self._submit(seat, rest, alone=False)

    def _submit(self, seat: Seat, items: tuple[Item, ...], alone: bool) -> None:
        self._count += 1
        name, choice = str(self._count), seat.choice(self._work.choice)
        work = replace(
            self._work, name=name, choice=choice, items=items, alone=alone, device=seat.device, decoders=seat.decoders
        )
        reader = Reader(work.session.journal(work.name))
        self._shares[seat.send(make, work)] = _Share(seat, work, reader, alone)

    def _listen(self, share: _Share) -> None:
        for note in sorted(share.reader.notes(), key=lambda note: note.kind == "found"):
            share.idle &= note.kind == "begin"
            if note.kind == "found":  # by another run, unless another of ours has just said that it made it
                for other in [other for other in self._shares.values() if other is not share]:
                    self._listen(other)
            match note.kind:
                case "begin":
                    share.begun, share.worker, share.device = True, note.worker, note.device
                    self._stillborn = 0
                case "launch":
                    share.flying[note.trial] = None
                case "end" | "found":
                    share.flying.pop(note.trial, None)
                    if self._open.pop(note.trial, None) is None:
                        continue  # of a share that was made twice
            self._tell(note)

    def _ended(self, share: _Share, future: Future[None]) -> None:
        death = future.exception()
        if self._work.session.gone:  # and with it what was in flight, and whoever wanted to say so
            return
        if isinstance(death, Exception) and not isinstance(death, BrokenExecutor | CancelledError):
            raise death
        if death is not None:
            share.seat.renew()
            self._stillborn += not share.begun
            if self._stillborn >= _STRIKES:
                raise TrackerError(
                    f"{self._stillborn} workers died before they had built tracker {self._work.choice.name!r} "
                    f"({cause_of(death)}): see what it does with --workers 0"
                )
        elif share.idle:  # asked for what others are making; hours of that would fill the session's folder
            if share.alone:
                self._held = time.monotonic()
            else:
                self._idle[share.seat] = time.monotonic()
            share.reader.path.unlink(missing_ok=True)
            share.work.session.trace(share.work.name).unlink(missing_ok=True)
        if share.alone and not share.flying:  # its worker died before it began, or another run holds the trial
            self._suspects[:0] = [item for item in share.work.items if item.trial.name in self._open]
        for name in [name for name in share.flying if name in self._open]:  # none, unless a worker died
            item = self._open[name]
            if share.alone:
                self._set_aside(share, item, death)
            else:
                self._note(share, Note("lost", name))
                self._suspects.append(item)

    def _set_aside(self, share: _Share, item: Item, death: BaseException | None) -> None:
        """A trial whose worker died for the second time, and alone: it has failed, and the others go on."""
        trace = share.work.session.trace(share.work.name)
        text = trace.read_text("utf-8", errors="replace") if trace.is_file() else ""
        if timed_out(text):
            reason = f"no answer within {self._work.frame_timeout:g} s (--frame-timeout), twice; the second time alone"
        else:
            reason = f"its worker died twice, the second time with nothing else in flight ({cause_of(death)})"
        record = record_of(
            item.trial.sequence,
            item.fingerprints,
            item.seed,
            worker=share.worker,
            device=share.device,
            weights=self._weights,
        )
        record = replace(record, status="failed", reason=reason, traceback=text[-_TRACE:] or None)
        self._store.fail(TrialKey(self._work.run, item.trial.name), record)
        del self._open[item.trial.name]
        note = Note("end", item.trial.name, item.frames, reason=reason)
        self._note(share, note)
        self._tell(note)

    def _note(self, share: _Share, note: Note) -> None:
        """In the journal of a worker that can write no more."""
        with closing(Journal(share.reader.path)) as journal:
            journal.add(note)
