"""Seconds that a tracker took alone, for a protocol that goes by them."""

from __future__ import annotations

from harness.core.errors import UsageError
from harness.core.record import RunKey
from harness.core.sequence import Dataset
from harness.core.trajectory import Trajectory
from harness.execution.choice import Described
from harness.protocols.base import EvaluationProtocol
from harness.protocols.realtime import Realtime, recorded_seconds
from harness.store.results import ResultStore

__all__ = ["with_seconds"]


def with_seconds(
    protocol: EvaluationProtocol, store: ResultStore, dataset: Dataset, one: Described
) -> EvaluationProtocol:
    """The protocol, given the seconds recorded under the one that its `times` name; itself where it goes by a clock.

    They are those of this tracker's first trial of each sequence, under the same label. Raises UsageError where some
    are missing, shared, or of other settings, weights or source, and DamagedResult.
    """
    if not isinstance(protocol, Realtime) or not protocol.times:
        return protocol
    run = RunKey(dataset.name, protocol.times, one.label)
    found: dict[str, Trajectory] = {}
    for key in store.trials(run):
        record = store.record(key)
        if record and record.done and record.sequence not in found and record.fingerprints.tracker == one.fingerprint:
            found[record.sequence] = store.trajectory(key, record)
    if missing := [name for name in dataset.available if name not in found]:
        raise UsageError(
            f"{protocol.name}: no seconds of {one.label} on {missing[0]} (of {len(missing)} sequences) under "
            f"{protocol.times}; run it so first, with --width 1"
        )
    return protocol.given(recorded_seconds(found))
