"""Trials that no tracker makes: merged of a sequence's others, once all of those are done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from harness.core.errors import DamagedResult, DataError, EvaluationError
from harness.core.record import TrialKey
from harness.core.sequence import Sequence
from harness.execution.listener import Failure
from harness.execution.plan import Job
from harness.execution.provenance import worker_name
from harness.execution.workers.work import record_of, seconds_of
from harness.protocols.base import EvaluationProtocol, Merge
from harness.store.results import ResultStore

__all__ = ["merge", "withdraw_merged"]


def withdraw_merged(job: Job, store: ResultStore) -> None:
    """Take back what was merged of trials that are to be made again: killed in between, it would be out of date."""
    coming = {item.trial.sequence for item in job.items}
    for _, merged in _merges(job, coming):
        store.withdraw(TrialKey(job.run, merged.name))


def merge(job: Job, store: ResultStore) -> Iterator[Failure]:
    """Make and commit what the protocol merges; what cannot be merged comes out."""
    for sequence, merged in _merges(job, set(job.dataset.available)):
        try:
            _make(job, store, sequence, merged)
        except (DamagedResult, EvaluationError, DataError) as error:
            yield Failure(merged.name, str(error))


def _merges(job: Job, names: set[str]) -> Iterator[tuple[Sequence, Merge]]:
    if type(job.protocol).merged is EvaluationProtocol.merged:
        return
    for name in job.dataset.available:
        if name not in names:
            continue
        try:
            sequence = job.dataset.open(name)
        except DataError:
            continue  # told already
        merged = job.protocol.merged(sequence, job.described.traits)
        if merged is not None:
            yield sequence, merged


def _make(job: Job, store: ResultStore, sequence: Sequence, merged: Merge) -> None:
    """Unless a part has failed, or it was made of just these parts already. Raises what stands in the way."""
    fingerprints = job.fingerprints[sequence.name]
    parts = [TrialKey(job.run, part) for part in merged.parts]
    if any(store.state(part, fingerprints) not in ("done", "stale") for part in parts):
        return
    key = TrialKey(job.run, merged.name)
    if store.state(key, fingerprints) == "done":
        return
    records = [store.record(part) for part in parts]
    trajectories = [store.trajectory(part, record) for part, record in zip(parts, records, strict=True) if record]
    trajectory, one = merged.make(trajectories), job.described
    record = record_of(sequence.name, fingerprints, worker=worker_name(), device=one.device, weights=one.weights)
    store.save(key, replace(record, merged=merged.how, parts=merged.parts, seconds=seconds_of(trajectory)), trajectory)
