"""What is stored of a tracker, as a server is to get it: with times where it asks for them, and a box in each frame."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence as Row
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from harness.core.latency import Latency
from harness.core.record import RunKey, RunRecord, TrialKey
from harness.core.regions import Regions
from harness.interop.formats.format import Entry
from harness.store.latency import load_latency
from harness.store.results import ResultStore

__all__ = ["Draft", "draft_one_pass", "draft_trials"]


@dataclass(frozen=True, slots=True)
class Draft:
    """The entries of an archive to be; a line each, why it cannot be made, and what its maker should know."""

    entries: tuple[Entry, ...]
    faults: tuple[str, ...]
    notes: tuple[str, ...]


def draft_trials(store: ResultStore, trials: Mapping[str, Row[tuple[TrialKey, RunRecord]]]) -> Draft:
    """All trials of each sequence, as they are. Raises DamagedResult."""
    return Draft(tuple(_entry(store, *trial) for found in trials.values() for trial in found), (), ())


def draft_one_pass(
    store: ResultStore,
    run: RunKey,
    trials: Mapping[str, Row[tuple[TrialKey, RunRecord]]],
    *,
    timed: bool,
    shared_times: bool,
    nan_as_miss: bool,
) -> Draft:
    """One pass over each sequence. Raises DamagedResult.

    With `timed`, seconds are those of a run alone on its machine, or of `harness speed`; with `shared_times` any. An
    answer without a box is a fault, or with `nan_as_miss` an empty box, which overlaps nothing.
    """
    latency = load_latency(store, run) if timed and not shared_times else None
    entries: list[Entry] = []
    untimed: list[str] = []
    missing: dict[str, int] = {}
    for found in trials.values():
        key, record = found[0]
        one = _entry(store, key, record)
        if timed and not shared_times and (record.seconds is None or record.seconds.shared):
            measured = _measured(latency, record)
            untimed += [record.sequence] if measured is None else []
            one = replace(one, seconds=measured)
        boxes = one.regions.boxes.copy()
        if (absent := np.isnan(boxes).any(1)).any():
            missing[record.sequence] = int(absent.sum())
            boxes[absent] = 0
        entries.append(replace(one, regions=Regions(boxes)))
    faults: list[str] = []
    notes: list[str] = []
    if untimed:
        faults.append(
            f"no times of {len(untimed)} sequences, the first {untimed[0]}: they were run beside others. Measure them "
            "with 'harness speed', run with --width 1 --workers 1, or write the shared ones with --shared-times"
        )
    if timed and shared_times:
        notes.append("its times are of runs that may have shared their machine: the speed that comes out is none")
    if missing:
        answers = f"{sum(missing.values())} answers without a box in {len(missing)} sequences, the first {min(missing)}"
        (notes if nan_as_miss else faults).append(
            f"{answers}: written as empty boxes" if nan_as_miss else f"{answers}; --nan-as-miss writes empty boxes"
        )
    if any(len(found) > 1 for found in trials.values()):
        notes.append("of repetitions, only the first is in it")
    return Draft(tuple(entries), tuple(faults), tuple(notes))


def _entry(store: ResultStore, key: TrialKey, record: RunRecord) -> Entry:
    found = store.trajectory(key, record)
    confidences = None if np.isnan(found.confidences).all() else found.confidences
    suffix = key.trial.removeprefix(record.sequence)
    return Entry(record.sequence, suffix, key.run.protocol, found.regions, key.trial, None, confidences, found.seconds)


def _measured(latency: Latency | None, record: RunRecord) -> NDArray[np.float64] | None:
    """Seconds that were measured of this very tracker on all of a record's frames."""
    if latency is None or latency.conditions.tracker != record.fingerprints.tracker:
        return None
    seconds = latency.seconds.get(record.sequence)
    return seconds if seconds is not None and len(seconds) == record.rows else None
