"""What is at hand to score: a dataset's truths, and what one run left of each sequence."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from harness.core.errors import DamagedResult, DataError
from harness.core.record import RunKey, RunRecord, TrialKey, sequence_fingerprint
from harness.core.regions import Regions
from harness.core.sequence import Dataset, Sequence
from harness.metrics.segmentation.score import LabelFrame
from harness.store.results import ResultStore

__all__ = ["Copy", "Reason", "Stored"]

Reason: TypeAlias = Exception | str  # why there is nothing to score

_ALIKE = 3  # repetitions, after which no more were asked for


@dataclass(frozen=True, slots=True, eq=False)
class Copy:
    """A dataset with its sequences opened, and why some cannot be.

    `fingerprints` are those that records hold; `digests` tell all of a sequence that a rule may look at.
    """

    dataset: Dataset
    truths: Mapping[str, Sequence]
    fingerprints: Mapping[str, str]
    digests: Mapping[str, str]
    broken: Mapping[str, Reason]

    @classmethod
    def of(cls, dataset: Dataset) -> Copy:
        truths: dict[str, Sequence] = {}
        broken: dict[str, Reason] = {}
        for name in dataset.available:
            try:
                truths[name] = dataset.open(name)
            except DataError as error:
                broken[name] = error
        fingerprints = {name: sequence_fingerprint(sequence) for name, sequence in truths.items()}
        digests = {name: f"{print_} {_beside(truths[name])}" for name, print_ in fingerprints.items()}
        return cls(dataset, truths, fingerprints, digests, broken)


def _beside(sequence: Sequence) -> str:
    """A hash of what rules look at beside regions and absence: the images' size and the flags of each frame."""
    digest = hashlib.sha256(repr(sequence.size).encode())
    for name, values in sorted(sequence.truth.flags.items()):
        digest.update(name.encode() + values.tobytes())
    return digest.hexdigest()[:16]


class Stored:
    """One run's done trials by sequence, in the order of their names, and why sequences have none that count."""

    def __init__(self, store: ResultStore, run: RunKey, copy: Copy) -> None:
        self._store, self._run = store, run
        self.trials: dict[str, list[tuple[TrialKey, RunRecord]]] = {}
        self.reasons: dict[str, Reason] = {}
        unopened: dict[str, Reason] = {}  # sequences that could not be opened, at the time
        for key in store.trials(run):
            try:
                record = store.record(key)
            except DamagedResult as error:
                self.reasons[_sequence_of(key.trial, copy.dataset.expected)] = error
                continue
            assert record is not None  # its sidecar was just listed
            if not record.done and key.trial == record.sequence:
                unopened[record.sequence] = f"failed: {record.reason}"
            elif not record.done:
                self.reasons[record.sequence] = f"{key.trial} failed: {record.reason}"
            elif record.fingerprints.sequence != copy.fingerprints.get(record.sequence, record.fingerprints.sequence):
                self.reasons[record.sequence] = "made on another truth or frame count than this copy has; run it again"
            else:
                self.trials.setdefault(record.sequence, []).append((key, record))
        for sequence, trials in self.trials.items():  # what was merged stands for its parts
            self.trials[sequence] = [trial for trial in trials if trial[0].trial == sequence] or trials
        self.reasons |= {name: reason for name, reason in unopened.items() if name not in self.trials}
        self.reasons |= copy.broken

    def repetitions(self) -> dict[str, list[Regions] | Reason]:
        """The runs of each sequence in order, the first three where these are alike; or why they are not all there."""
        asked = self._asked()
        return {name: self._repetitions(name, asked) for name in [*self.trials, *self.reasons]}

    def anchors(self) -> dict[str, dict[int, Regions] | Reason]:
        """The runs of each sequence by anchor, or why there are none."""
        return {name: self._anchors(name) for name in [*self.trials, *self.reasons]}

    def labels(self) -> dict[str, Iterator[LabelFrame] | Reason]:
        """The labels of each sequence, read when they are asked for; or why there are none."""
        return {name: self._labels(name) for name in [*self.trials, *self.reasons]}

    def _repetitions(self, sequence: str, asked: int) -> list[Regions] | Reason:
        if sequence in self.reasons:
            return self.reasons[sequence]
        trials = self.trials[sequence]
        sums = {record.files.get(f"{key.trial}.txt") for key, record in trials[:_ALIKE]}
        if len(trials) >= _ALIKE and len(sums) == 1:
            trials = trials[:_ALIKE]
        elif len(trials) < asked:
            return f"{len(trials)} of {asked} repetitions; run it again for the others"
        try:
            return [self._store.regions(*trial) for trial in trials]
        except DamagedResult as error:
            return error

    def _anchors(self, sequence: str) -> dict[int, Regions] | Reason:
        if sequence in self.reasons:
            return self.reasons[sequence]
        try:
            runs = {key.trial: self._store.regions(key, record) for key, record in self.trials[sequence]}
        except DamagedResult as error:
            return error
        return {int(trial.removeprefix(f"{sequence}_")): regions for trial, regions in runs.items()}

    def _labels(self, sequence: str) -> Iterator[LabelFrame] | Reason:
        if sequence in self.reasons:
            return self.reasons[sequence]
        key, record = self.trials[sequence][0]
        if key.trial != sequence:
            return "its objects are not merged; run it again"
        return self._answers(key, record)

    def _answers(self, key: TrialKey, record: RunRecord) -> Iterator[LabelFrame]:
        yield from self._store.regions(key, record)

    def _asked(self) -> int:
        """How many repetitions the latest run was asked for."""
        calls = (self._store.description(self._run) or {}).get("invocations", [])
        return int(calls[-1].get("repetitions", 1)) if calls else 1


def _sequence_of(trial: str, names: Collection[str]) -> str:
    """The sequence of a trial whose sidecar does not say: its name, or its name without the number behind."""
    return trial if trial in names else trial.rpartition("_")[0] or trial
