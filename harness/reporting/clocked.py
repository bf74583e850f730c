"""Where a tracker's speed comes from: the latency that was measured of it, else its runs, where they were alone."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence as Row
from dataclasses import replace

from harness.catalog import usual_protocol
from harness.core.errors import DamagedResult
from harness.core.latency import Latency
from harness.core.record import RunKey, RunRecord, TrialKey
from harness.metrics.speed import Clocked, timing
from harness.store.latency import load_latency
from harness.store.results import ResultStore

__all__ = ["clocked"]

_STALE = "speed: its latency was measured with other settings, weights or source; harness speed measures it again"


def clocked(store: ResultStore, run: RunKey, trials: Mapping[str, Row[tuple[TrialKey, RunRecord]]]) -> Clocked:
    """The speed of a run, of whose sequences these `trials` are done.

    Latency does not depend on the protocol: it lies with the dataset's usual one, and counts for others too.
    """
    records = [record for of_sequence in trials.values() for _, record in of_sequence]
    own = _of_records(trials)
    try:
        latency = load_latency(store, replace(run, protocol=usual_protocol(run.dataset)))
    except DamagedResult as error:
        return replace(own, caveats=(f"speed: {error}",))
    if latency is None:
        return own
    if latency.conditions.tracker not in {record.fingerprints.tracker for record in records}:
        return replace(own, caveats=(_STALE,))
    return _of_latency(latency)


def _of_records(trials: Mapping[str, Row[tuple[TrialKey, RunRecord]]]) -> Clocked:
    timings = {
        name: [record.seconds for _, record in of_sequence if record.seconds is not None]
        for name, of_sequence in trials.items()
    }
    devices = {
        f"{record.device} of {record.worker.rpartition(':')[0]}"
        for of_sequence in trials.values()
        for _, record in of_sequence
        if record.seconds is not None and not record.seconds.shared
    }
    device = f"the run itself on {', '.join(sorted(devices))}"
    return Clocked(device, f"seconds of {device}", timings)


def _of_latency(latency: Latency) -> Clocked:
    conditions, count = latency.conditions, len(latency.seconds)
    device = f"harness speed on {conditions.hardware}"
    note = f"measured by {device}, {conditions.precision}, over {count} sequence{'s' * (count != 1)}"
    busy = f"; meanwhile {' and '.join(conditions.disturbed)}" if conditions.disturbed else ""
    timings = {name: [timing(seconds)] for name, seconds in latency.seconds.items()}
    return Clocked(device, note + busy, timings, latency.seconds)
