"""From the results folder to score tables: what is there, what is missing, and under which rule it is scored."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from harness.catalog import RULES
from harness.core.errors import DataError, HarnessError, IncompleteResults, UsageError
from harness.core.record import RunKey
from harness.core.sequence import Dataset
from harness.metrics.scores import NO_RESULT, Gap, ScoreTable
from harness.reporting.scoring import Rule, rules_for, score
from harness.reporting.stored import Copy
from harness.store.results import ResultStore

__all__ = ["Collected", "Question", "collect"]


@dataclass(frozen=True, slots=True)
class Question:
    """What `harness report` was asked.

    Empty `datasets` or `labels` mean all there are, empty `rules` the official one of each dataset and
    protocol; the rule ``all`` stands for every one that scores them.
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
    idle = dict.fromkeys(name for name in question.rules if name != "all")  # rules that score nothing
    for (name, protocol), members in groups.items():
        try:
            copy = Copy.of(open_dataset(name, _recorded_root(store, members)))
            for rule in rules_for(name, protocol, question.rules, question.nan_as_miss):
                idle.pop(rule.name, None)
                table, errors = _table(store, members, copy, rule, question)
                tables += [table] if table is not None else []
                refused |= {str(error): error for error in errors}
        except (DataError, UsageError) as error:
            refused[str(error)] = error
    if tables:
        refused |= {rule: UsageError(f"{rule} scores none of these results") for rule in idle}
    return Collected(tuple(tables), tuple(refused.values()))


def _table(
    store: ResultStore, runs: list[RunKey], copy: Copy, rule: Rule, question: Question
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


def _score(store: ResultStore, runs: list[RunKey], copy: Copy, rule: Rule, cached: bool) -> ScoreTable:
    table = score(store, runs, copy, rule, cached)
    return replace(table, gaps=(*_random(store, runs), *table.gaps))


def _random(store: ResultStore, runs: list[RunKey]) -> Iterator[Gap]:
    """A note for each label whose tracker was never trained."""
    for run in runs:
        identity = (store.description(run) or {}).get("identity", {})
        weights, _, seed = str(identity.get("weights")).partition(":")
        if weights == "random":
            yield Gap(run.label, "", f"random weights (seed {seed}): its scores mean nothing")


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
