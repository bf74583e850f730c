"""Which rules score what was run under a protocol, and how its stored trials come before them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias, TypedDict

from harness.catalog import RULES, official_rule, scored_as
from harness.core.anchors import with_anchors
from harness.core.errors import UsageError
from harness.core.record import RunKey
from harness.metrics.evaluate import evaluate
from harness.metrics.one_pass.rule import OnePassRule
from harness.metrics.scores import ScoreTable
from harness.metrics.segmentation.evaluate import evaluate_segmentation
from harness.metrics.segmentation.rules import SegmentationRule
from harness.metrics.speed import with_speed
from harness.metrics.vot.evaluate import evaluate_multi_start, evaluate_supervised
from harness.metrics.vot.rules import MultiStartRule, SupervisedRule, UnsupervisedRule
from harness.metrics.vot.unsupervised import evaluate_unsupervised
from harness.reporting.cached import OnePassResults
from harness.reporting.clocked import clocked
from harness.reporting.robustness import robustness_results
from harness.reporting.stored import Copy, Stored
from harness.store.results import ResultStore

__all__ = ["Rule", "rules_for", "score"]

Rule: TypeAlias = OnePassRule | SupervisedRule | UnsupervisedRule | MultiStartRule | SegmentationRule

_SCORED_BY: Mapping[str, type[Rule]] = {
    "multi_start": MultiStartRule,
    "one_pass": OnePassRule,
    "perturbed": OnePassRule,
    "realtime": SupervisedRule,
    "sre": OnePassRule,
    "supervised": SupervisedRule,
    "tre": OnePassRule,
    "unsupervised": UnsupervisedRule,
    "video_segmentation": SegmentationRule,
}
_ROBUSTNESS = ("sre", "tre")  # several trials a sequence, pooled


class _Place(TypedDict):
    """What every table says of where it stands."""

    dataset: str
    protocol: str
    expected: int


def rules_for(dataset: str, protocol: str, names: Sequence[str], nan_as_miss: bool) -> list[Rule]:
    """The rules of these names (none: the official one) that score results of a protocol; ``all`` are those that fit.

    Raises UsageError for a rule there is not, and where none of them scores these results.
    """
    official, benchmark = official_rule(dataset, protocol), scored_as(dataset)
    kind = _SCORED_BY[protocol.partition("@")[0]]
    rules = []
    for name in dict.fromkeys(names or [official]):
        if name == "all":
            rules += [RULES.load(official).on(benchmark)]
            rules += [rule for rule in _others(benchmark, official) if isinstance(rule, kind)]
        else:
            rules.append(RULES.load(name).on(benchmark))
    fitting: list[Any] = [rule for rule in rules if isinstance(rule, kind)]
    if not fitting:
        raise UsageError(f"{rules[0].label} does not score results of protocol {protocol}, as {dataset} was run")
    if nan_as_miss and kind is not OnePassRule:
        raise UsageError(f"--nan-as-miss is for results of one_pass, not of {protocol}, as {dataset} was run")
    return [replace(rule, nan_as_miss=True) for rule in fitting] if nan_as_miss else fitting


def _others(benchmark: str, official: str) -> list[Rule]:
    """The toolkits' rules for a benchmark, and those of its own name."""
    toolkits = [RULES.load(name) for name in RULES if name.startswith("compat.")]
    own = [RULES.load(name) for name in RULES if name.startswith(f"{benchmark}.") and name != official]
    return [*own, *(rule.on(benchmark) for rule in toolkits if benchmark in rule.rules)]


def score(store: ResultStore, runs: list[RunKey], copy: Copy, rule: Rule, cached: bool) -> ScoreTable:
    """The table of these runs, all of one dataset and protocol; `cached` keeps scores of single sequences."""
    place = _Place(dataset=copy.dataset.name, protocol=runs[0].protocol, expected=len(copy.dataset.expected))
    if isinstance(rule, OnePassRule) and place["protocol"] not in _ROBUSTNESS:
        results = {run.label: OnePassResults(store, run, copy, rule.label if cached else None) for run in runs}
        table = evaluate(
            results,
            copy.truths,
            rule,
            keep=lambda label, names, scores: results[label].keep(names, scores),
            **place,
        )
        return with_speed(table, {run.label: clocked(store, run, results[run.label].trials) for run in runs})
    stored = {run.label: Stored(store, run, copy) for run in runs}
    table = _with_several_trials(stored, copy, rule, place)
    return with_speed(table, {run.label: clocked(store, run, stored[run.label].trials) for run in runs})


def _with_several_trials(
    stored: Mapping[str, Stored],
    copy: Copy,
    rule: Rule,
    place: _Place,
) -> ScoreTable:
    """The table of runs that have several trials a sequence, by label."""
    if isinstance(rule, OnePassRule):
        results = {
            label: robustness_results(one, copy.truths, rule, place["protocol"]) for label, one in stored.items()
        }
        return evaluate(results, copy.truths, rule, **place)
    if isinstance(rule, SegmentationRule):
        labels = {label: one.labels() for label, one in stored.items()}
        return evaluate_segmentation(labels, copy.truths, rule, **place)
    if isinstance(rule, MultiStartRule):
        truths = {name: replace(one, truth=with_anchors(one.truth)) for name, one in copy.truths.items()}
        runs_by_anchor = {label: one.anchors() for label, one in stored.items()}
        return evaluate_multi_start(runs_by_anchor, truths, rule, **place)
    repetitions = {label: one.repetitions() for label, one in stored.items()}
    if isinstance(rule, SupervisedRule):
        return evaluate_supervised(repetitions, copy.truths, rule, **place)
    return evaluate_unsupervised(repetitions, copy.truths, rule, **place)
