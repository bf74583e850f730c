"""What trials will take, and why results of before do not count, from the records alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from harness.core.errors import DamagedResult
from harness.core.record import Fingerprints, Seconds
from harness.store.results import ResultStore

__all__ = ["differences", "expected_seconds", "recorded_under"]


def recorded_under(label: str, store: ResultStore) -> list[Seconds]:
    """The seconds of every trial that was done under a label, on whatever dataset."""
    found = []
    for run in store.runs():
        if run.label != label:
            continue
        for key in store.trials(run):
            try:
                record = store.record(key)
            except DamagedResult:
                continue
            if record and record.seconds:
                found.append(record.seconds)
    return found


def expected_seconds(lengths: Iterable[int], recorded: Sequence[Seconds]) -> float | None:
    """A tracker's own seconds on trials of so many frames, one after the other; None where nothing is recorded of it.

    >>> expected_seconds([101, 201], [Seconds(start=0.5, update=9.0, updates=90, shared=False)])
    31.0
    """
    updates = sum(one.updates for one in recorded)
    if not updates:
        return None
    start = sum(one.start for one in recorded) / len(recorded)
    update = sum(one.update for one in recorded) / updates
    return sum(start + update * (length - 1) for length in lengths)


def differences(then: Fingerprints, now: Fingerprints) -> Iterator[str]:
    """What a result depends on that is another one today. Settings and weights cannot be: a label has one of each.

    >>> then = Fingerprints("a", "b", "one_pass@1 init_box=minmax seed=0")
    >>> list(differences(then, Fingerprints("c", "b", "one_pass@1 init_box=minmax seed=7")))
    ["the tracker's source", 'seed=0, now seed=7']
    """
    if then.tracker != now.tracker:
        yield "the tracker's source"
    if then.sequence != now.sequence:
        yield "the truth"
    driven = zip_longest(then.protocol.split(), now.protocol.split(), fillvalue="nothing")
    yield from (f"{before}, now {today}" for before, today in driven if before != today)
