"""From the results folder to score tables: what is there, what is missing, and under which rule it is scored."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from collections.abc import Sequence as Row
from dataclasses import dataclass, replace

import numpy as np

from harness.catalog import RULES, official_rule, scored_as
from harness.core.errors import DamagedResult, DataError, HarnessError, IncompleteResults, UsageError
from harness.core.record import RunKey, RunRecord, Seconds, TrialKey, sequence_fingerprint
from harness.core.sequence import Dataset, Sequence
from harness.metrics.evaluate import Result, evaluate
from harness.metrics.one_pass.rule import OnePassRule
from harness.metrics.one_pass.score import Scores
from harness.metrics.scores import NO_RESULT, ScoreTable
from harness.store.results import ResultStore
from harness.store.score_cache import Arrays, ScoreCache

__all__ = ["Collected", "Question", "collect"]


@dataclass(frozen=True, slots=True)
class Question:
    """What `harness report` was asked.

    Empty `datasets` or `labels` mean all there are, empty `rules` the official one of each dataset; the rule
    ``all`` stands for every one that scores a dataset.
    """

    datasets: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    allow_partial: bool = False
    nan_as_miss: bool = False
    cache: bool = True


@dataclass(frozen=True, slots=True)
class Collected:
    """Score tables, and what was left out of them: an error for each dataset or label, with its reason."""

    tables: tuple[ScoreTable, ...]
    refused: tuple[HarnessError, ...]


def collect(store: ResultStore, question: Question, open_dataset: Callable[[str, str | None], Dataset]) -> Collected:
    """Evaluate what is stored, a table a dataset and protocol.

    `open_dataset` is given a stored dataset name and the root its run recorded. Raises UsageError for a
    dataset or label nothing is stored of, and for a rule there is not.
    """
    for name in question.rules:
        _ = name == "all" or RULES.load(name)
    runs = store.runs()
    _all_known("dataset", question.datasets, {run.dataset for run in runs})
    _all_known("label", question.labels, {run.label for run in runs})
    groups: dict[tuple[str, str], list[RunKey]] = {}
    for run in runs:
        if run.dataset in (question.datasets or [run.dataset]) and run.label in (question.labels or [run.label]):
            groups.setdefault((run.dataset, run.protocol), []).append(run)
    tables: list[ScoreTable] = []
    refused: dict[str, HarnessError] = {}  # by what they say: under several rules, once
    for (name, _), members in groups.items():
        try:
            copy = _Copy.of(open_dataset(name, _recorded_root(store, members)))
            for rule in _rules(name, question):
                table, errors = _table(store, members, copy, rule, question)
                tables += [table] if table is not None else []
                refused |= {str(error): error for error in errors}
        except (DataError, UsageError) as error:
            refused[str(error)] = error
    return Collected(tuple(tables), tuple(refused.values()))


@dataclass(frozen=True, slots=True, eq=False)
class _Copy:
    """A dataset with its sequences opened, and why some cannot be."""

    dataset: Dataset
    truths: Mapping[str, Sequence]
    fingerprints: Mapping[str, str]
    broken: Mapping[str, Result]

    @classmethod
    def of(cls, dataset: Dataset) -> _Copy:
        truths: dict[str, Sequence] = {}
        broken: dict[str, Result] = {}
        for name in dataset.available:
            try:
                truths[name] = dataset.open(name)
            except DataError as error:
                broken[name] = error
        fingerprints = {name: sequence_fingerprint(sequence) for name, sequence in truths.items()}
        return cls(dataset, truths, fingerprints, broken)


def _rules(dataset: str, question: Question) -> list[OnePassRule]:
    """The rules to score a dataset by. Raises UsageError for one there is not, or that does not score it."""
    official, benchmark = official_rule(dataset), scored_as(dataset)
    rules = []
    for name in dict.fromkeys(question.rules or [official]):
        if name == "all":
            others = [RULES.load(other) for other in RULES if other.startswith("compat.")]
            rules += [RULES.load(official).on(benchmark)]
            rules += [rule.on(benchmark) for rule in others if benchmark in rule.rules]
        else:
            rules.append(RULES.load(name).on(benchmark))
    if other := [rule.label for rule in rules if not isinstance(rule, OnePassRule)]:
        raise UsageError(f"{other[0]} does not score one pass over a sequence, as {dataset} was run")
    return [replace(rule, nan_as_miss=question.nan_as_miss) for rule in rules]


def _table(
    store: ResultStore, runs: list[RunKey], copy: _Copy, rule: OnePassRule, question: Question
) -> tuple[ScoreTable | None, list[HarnessError]]:
    """The table of those runs that lack nothing, or nothing that matters, and why others are refused."""
    table = _score(store, runs, copy, rule, question.cache)
    if question.allow_partial:
        return table, []
    missing = {run.label: _missing(store, run, table, copy.dataset) for run in runs}
    complete = [run for run in runs if not missing[run.label]]
    refused = _refusals(table, missing)
    if refused:
        return (_score(store, complete, copy, rule, question.cache) if complete else None), refused
    return table, []


def _all_known(kind: str, asked: tuple[str, ...], there: set[str]) -> None:
    for name in asked:
        if name not in there:
            raise UsageError(f"no results of {kind} {name!r}; there are: {', '.join(sorted(there)) or 'none'}")


def _recorded_root(store: ResultStore, runs: list[RunKey]) -> str | None:
    """The root that the latest run of any of these used."""
    used = [call for run in runs for call in (store.description(run) or {}).get("invocations", [])]
    return max(used, key=lambda call: str(call["started"]))["root"] if used else None


def _score(store: ResultStore, runs: list[RunKey], copy: _Copy, rule: OnePassRule, cached: bool) -> ScoreTable:
    stored = {run.label: _Stored(store, run, copy, rule.label if cached else None) for run in runs}
    return evaluate(
        stored,
        copy.truths,
        rule,
        dataset=copy.dataset.name,
        protocol=runs[0].protocol,
        expected=len(copy.dataset.expected),
        timings={label: results.timings for label, results in stored.items()},
        keep=lambda label, names, scores: stored[label].keep(names, scores),
    )


class _Stored(Mapping[str, Result]):
    """One run's results by sequence: scores where they are known, else boxes, or why there are none.

    Boxes are read when asked for, and not kept; scores are looked up in and added to the cache under `rule`.
    """

    def __init__(self, store: ResultStore, run: RunKey, copy: _Copy, rule: str | None) -> None:
        self._store = store
        self._reasons: dict[str, Result] = {}
        self._done: dict[str, tuple[TrialKey, RunRecord]] = {}
        for key in store.trials(run):
            try:
                record = store.record(key)
            except DamagedResult as error:
                self._reasons[key.trial] = error
                continue
            assert record is not None  # its sidecar was just listed
            if not record.done:
                self._reasons[record.sequence] = f"failed: {record.reason}"
            elif record.fingerprints.sequence != copy.fingerprints.get(record.sequence, record.fingerprints.sequence):
                self._reasons[record.sequence] = "made on another truth or frame count than this copy has; run it again"
            else:
                self._done[record.sequence] = key, record
        self._reasons.update(copy.broken)
        self._cache = rule and ScoreCache(store.folder(run), rule)
        self._known = _scores_by_key(*self._cache.load()) if self._cache else {}

    @property
    def timings(self) -> dict[str, Seconds]:
        """The seconds of the trials that are done."""
        return {name: record.seconds for name, (_, record) in self._done.items() if record.seconds is not None}

    def keep(self, names: Row[str], scores: Scores) -> None:
        """Write down what is new; not what is undefined, whose reason is in the boxes."""
        keys = [self._key(name) for name in names]
        rows = np.flatnonzero(~np.isnan(scores.overlap))
        if self._cache and not {keys[i] for i in rows} <= self._known.keys():
            chosen = scores[rows]
            arrays = {**chosen.curves, _OVERLAP: chosen.overlap, _FRAMES: chosen.frames}
            self._cache.save([keys[i] for i in rows], arrays)

    def __getitem__(self, sequence: str) -> Result:
        if sequence in self._reasons:
            return self._reasons[sequence]
        if (known := self._known.get(self._key(sequence))) is not None:
            return known
        try:
            return self._store.regions(*self._done[sequence]).boxes
        except DamagedResult as error:
            return error

    def _key(self, sequence: str) -> str:
        """What the scores of a sequence depend on: its trajectory's checksum and its truth."""
        key, record = self._done[sequence]
        return f"{record.files.get(f'{key.trial}.txt')} {record.fingerprints.sequence}"

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys([*self._done, *self._reasons]))

    def __len__(self) -> int:
        return len(self._done.keys() | self._reasons.keys())


_OVERLAP, _FRAMES = "overlap", "frames"  # beside the curves


def _scores_by_key(keys: list[str], arrays: Arrays) -> dict[str, Scores]:
    curves = {name: rows for name, rows in arrays.items() if name not in (_OVERLAP, _FRAMES)}
    every = Scores(curves, arrays[_OVERLAP], arrays[_FRAMES]) if keys else None
    return {key: every[np.array([i])] for i, key in enumerate(keys) if every is not None}


def _missing(store: ResultStore, run: RunKey, table: ScoreTable, dataset: Dataset) -> list[str]:
    """The sequences without a score that every run of this label was asked for, each with its reason.

    What all of them were told to leave out (an incomplete copy, a subset) is agreed to: the numbers say on
    how many sequences they stand.
    """
    scored = {sequence for tracker, sequence in table.per_sequence.index if tracker == run.label}
    calls = (store.description(run) or {}).get("invocations", [])
    agreed = set.intersection(*(set(call.get("left_out", ())) for call in calls)) if calls else set()
    reasons = {gap.sequence: f" ({gap.reason})" for gap in table.gaps if gap.tracker == run.label}
    reasons = {name: reason for name, reason in reasons.items() if NO_RESULT not in reason}
    return [name + reasons.get(name, "") for name in dataset.expected if name not in scored | agreed]


def _refusals(table: ScoreTable, missing: Mapping[str, list[str]]) -> list[HarnessError]:
    """One error for all labels that lack the same."""
    alike: dict[tuple[str, ...], list[str]] = {}
    for label, names in missing.items():
        if names:
            alike.setdefault(tuple(names), []).append(label)
    return [
        IncompleteResults(
            f"{' and '.join(labels)} on {table.dataset}: {len(names)} of {table.expected} sequences missing: "
            f"{', '.join(names)}. Run them, or report the others with --allow-partial"
        )
        for names, labels in alike.items()
    ]
