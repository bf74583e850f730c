"""From a stranger's results to our store, where they lie as any run's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from collections.abc import Sequence as Row
from dataclasses import dataclass
from typing import Any

import numpy as np
from joblib import cpu_count

from harness.core.errors import HarnessError
from harness.core.numerals import expect
from harness.core.record import Fingerprints, RunKey, RunRecord, Seconds, TrialKey
from harness.core.trajectory import Trajectory
from harness.interop.arrivals import Arrival, Benchmark, Reading, Understood, understand
from harness.interop.finding import Found, Refused
from harness.interop.parallel import on_all_cores
from harness.store.results import ResultStore

__all__ = ["ImportReport", "import_all", "import_results"]

_BY = "imported"  # in the place of a worker, a device and a protocol's version


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What was made of one tracker's files.

    `decisions` say how they were understood, a line each, `remarks` what is odd about which trial. Of the trials,
    `made` are new, `found` were there before, and `failed` could not be read.
    """

    label: str
    format: str
    runs: tuple[RunKey, ...]
    decisions: tuple[str, ...]
    remarks: Mapping[str, tuple[str, ...]]
    made: int
    found: int
    failed: int


def import_all(
    found: Row[Found],
    benchmark: Benchmark,
    reading: Reading,
    store: ResultStore,
    invocation: Mapping[str, Any],
) -> Iterator[ImportReport | Refused]:
    """`import_results` of each tracker, as it gets done, on all cores; one that is refused stops no other.

    In the end the store is flushed, which need not do so trial by trial.
    """
    if not found:
        return
    expect(sum(one.source.size for one in found) // cpu_count())
    benchmark.read()

    def one(tracker: Found) -> ImportReport | Refused:
        try:
            return import_results(tracker, benchmark, reading, store, invocation)
        except HarnessError as error:
            return Refused(tracker.label, str(error))

    def lost(tracker: Found) -> Refused:
        return Refused(tracker.label, f"{tracker.source}: the process that read it died, as when memory ends")

    yield from on_all_cores(one, found, lost)
    store.flush()


def import_results(
    found: Found,
    benchmark: Benchmark,
    reading: Reading,
    store: ResultStore,
    invocation: Mapping[str, Any],
) -> ImportReport:
    """Store one tracker's results; what is there already is not stored again.

    `invocation` is for ``run.json``. Raises BadResults for what cannot be read, understood or trusted, and LabelTaken
    for a label that holds others; then nothing was stored.
    """
    understood = understand(found, benchmark, reading)
    runs = {
        protocol: RunKey(benchmark.dataset.name, protocol, found.label)
        for protocol in sorted({one.protocol for one in understood.arrivals})
    }
    identity = _identity(found, understood)
    for run in runs.values():
        store.claim(run, identity)
    prints = {one: Fingerprints(identity["sha256"], one.fingerprint, _BY) for one in understood.arrivals}
    new = [
        one
        for one in understood.arrivals
        if store.state(TrialKey(runs[one.protocol], one.trial), prints[one]) != "done"
    ]
    for protocol in sorted({one.protocol for one in new}):
        repetitions = max(Counter(one.sequence for one in understood.arrivals if one.protocol == protocol).values())
        store.open_run(runs[protocol], identity, {**invocation, "repetitions": repetitions})
    for one in new:
        key, record = TrialKey(runs[one.protocol], one.trial), _record(one, prints[one], str(invocation["started"]))
        if one.trajectory is None:
            store.fail(key, record)
        else:
            store.save(key, record, one.trajectory)
    failed = sum(one.trajectory is None for one in understood.arrivals)
    return ImportReport(
        found.label,
        found.format.name,
        tuple(runs.values()),
        understood.decisions,
        understood.remarks,
        made=sum(one.trajectory is not None for one in new),
        found=len(understood.arrivals) - len(new),
        failed=failed,
    )


def _identity(found: Found, understood: Understood) -> dict[str, Any]:
    """What the label stands for: these very files, understood in this way."""
    return {
        "tracker": found.label,
        "settings": {},
        "imported": found.format.name,
        "boxes": str(understood.coordinates),
        "sha256": found.source.digest[:16],
    }


def _record(one: Arrival, prints: Fingerprints, finished: str) -> RunRecord:
    return RunRecord(
        sequence=one.sequence,
        status="done" if one.trajectory is not None else "failed",
        fingerprints=prints,
        seed=0,
        worker=_BY,
        device=_BY,
        finished=finished,
        seconds=None if one.trajectory is None else _seconds(one.trajectory),
        reason=one.fault,
    )


def _seconds(trajectory: Trajectory) -> Seconds | None:
    """Of the first frame and of the others. Shared, since nobody knows what else that machine was doing."""
    seconds = trajectory.seconds
    known = ~np.isnan(seconds[1:])
    if np.isnan(seconds).all():
        return None
    return Seconds(float(seconds[0]), float(seconds[1:][known].sum()), int(known.sum()), shared=True)
