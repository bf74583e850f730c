"""From results and truth to the score table, under one rule.

A sequence that cannot be scored is a gap with its reason, never a zero.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Sequence as Row
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
import pandas as pd

from harness.core.errors import EvaluationError
from harness.core.sequence import Sequence
from harness.metrics.one_pass.metrics import METRICS, class_means, ranking_metric, values
from harness.metrics.one_pass.rule import OnePassRule
from harness.metrics.one_pass.score import Answers, Scores, Truth, counted, fitted, mean, score, truth_under
from harness.metrics.ragged import Float
from harness.metrics.scores import NO_RESULT, Curves, Gap, ScoreTable

__all__ = ["Result", "evaluate"]

Result: TypeAlias = "Float | Row[Float] | Scores | Exception | str"
Keep: TypeAlias = Callable[[str, Row[str], Scores], None]
_TOGETHER = 2  # trackers whose boxes are in memory at a time, however many cores there are: some 250 MB each
_AXES = {
    "success": ("Overlap threshold", "Success rate"),
    "precision": ("Location error threshold (pixels)", "Precision"),
    "normalized_precision": ("Location error threshold (target sizes)", "Normalised precision"),
}


@dataclass(frozen=True, slots=True, eq=False)
class _Scored:
    """One tracker: the sequences that have scores, these, and why others have none."""

    label: str
    names: list[str]
    scores: Scores
    gaps: list[Gap]


def evaluate(
    results: Mapping[str, Mapping[str, Result]],
    truths: Mapping[str, Sequence],
    rule: OnePassRule,
    *,
    dataset: str,
    protocol: str,
    expected: int,
    keep: Keep = lambda *_: None,
) -> ScoreTable:
    """The score table of some trackers on one dataset.

    `results` gives for each tracker's label, by sequence name, its boxes ``(N, 4)`` (xywh, 0-based, NaN for
    a miss), a list of them for repetitions, what `keep` was given of it before under this rule, or why there are
    none. Each is asked for once, by a thread a tracker; `keep` is given a tracker's sequences and their scores.
    `truths` are the sequences at hand; `expected` the number the benchmark has.
    A sequence of `truths` or `results` without a score is a gap. Raises EvaluationError for no results.
    """
    if not results:
        raise EvaluationError(f"{dataset}: no results to evaluate")
    usable: dict[str, Truth | EvaluationError] = {}
    for name, sequence in truths.items():
        try:
            usable[name] = truth_under(rule, sequence)
        except EvaluationError as error:
            usable[name] = error
    classes = {name: sequence.object_class for name, sequence in truths.items()}
    with ThreadPoolExecutor(_TOGETHER) as pool:
        scored = list(pool.map(lambda label: _score(label, results[label], usable, rule), results))
    for one in scored:
        keep(one.label, one.names, one.scores)
    rows = [_metrics(s, rule, classes) for s in scored]
    labels = pd.Index([s.label for s in scored], name="tracker")
    printed = [name for name in rule.metrics if name in rows[0]]
    return ScoreTable(
        dataset=dataset,
        protocol=protocol,
        rule=rule.label,
        metrics=tuple(METRICS[name] for name in printed),
        expected=expected,
        scores=pd.DataFrame(rows, labels)[printed],
        sequences=pd.Series([len(s.names) for s in scored], labels),
        per_sequence=_per_sequence(scored, rule),
        curves=_plots(scored, rule),
        gaps=tuple(gap for s in scored for gap in s.gaps),
        attributes=_attributes(scored, rule, truths, classes, printed),
    )


def _score(
    label: str, results: Mapping[str, Result], truths: Mapping[str, Truth | EvaluationError], rule: OnePassRule
) -> _Scored:
    """One tracker."""
    known: dict[str, Scores] = {}
    runs: dict[str, list[Answers]] = {}
    gaps: list[Gap] = []
    every = list(dict.fromkeys([*truths, *results]))
    for name in every:
        result = results.get(name, NO_RESULT)
        result = NO_RESULT if isinstance(result, list) and not result else result
        truth = truths.get(name, "no truth at hand")
        if isinstance(result, (str, Exception)):
            gaps.append(Gap(label, name, str(result)))
        elif not isinstance(truth, Truth):
            gaps.append(Gap(label, name, str(truth)))
        elif isinstance(result, Scores):
            known[name] = result
        else:
            repetitions = [result] if isinstance(result, np.ndarray) else result
            try:
                runs[name] = [fitted(rule, boxes, truth) for boxes in repetitions]
            except EvaluationError as error:
                gaps.append(Gap(label, name, str(error)))
    names = [name for name in every if name in known or name in runs]  # whatever is known: sums depend on the order
    scores = Scores.join([*known.values(), score(list(runs.values()), rule)])
    places = {name: place for place, name in enumerate([*known, *runs])}
    scores = scores[np.array([places[name] for name in names], int)]
    for curve, of_sequences in scores.curves.items():
        reason = f"{curve} is zero at every threshold: {rule.label} leaves it out of that mean"
        gaps += [Gap(label, names[i], reason) for i in np.flatnonzero(~counted(of_sequences, rule))]
    if "ao" in rule.metrics:
        undefined = [names[i] for i in np.flatnonzero(np.isnan(scores.overlap))]
        gaps += [Gap(label, name, _undefined(runs[name], rule)) for name in undefined]
    return _Scored(label, names, scores, gaps)


def _undefined(runs: list[Answers], rule: OnePassRule) -> str:
    count = sum(int(np.isnan(run.boxes).any(1).sum()) for run in runs)
    plural = "s" * (count != 1)
    return f"{count} answer{plural} without a box: AO is undefined under {rule.label} (--nan-as-miss counts misses)"


def _metrics(scored: _Scored, rule: OnePassRule, classes: Mapping[str, str]) -> dict[str, float]:
    """A tracker's scores over the sequences it has; class-balanced ones where each has a class."""
    together = {name: float(value[0]) for name, value in values(mean(scored.scores, rule), rule).items()}
    if not classes or not all(classes.values()):
        return together
    return together | class_means(values(scored.scores, rule), [classes[name] for name in scored.names])


def _per_sequence(scored: list[_Scored], rule: OnePassRule) -> pd.DataFrame:
    """The metrics that single sequences have, and ``ao``."""
    frames = {s.label: pd.DataFrame(values(s.scores, rule), pd.Index(s.names)) for s in scored}
    return pd.concat(frames, names=["tracker", "sequence"])


def _attributes(
    scored: list[_Scored],
    rule: OnePassRule,
    truths: Mapping[str, Sequence],
    classes: Mapping[str, str],
    printed: list[str],
) -> pd.DataFrame:
    """The same scores over the sequences with each attribute."""
    having: dict[str, set[str]] = {}
    for name, sequence in truths.items():
        for attribute in sequence.attributes:
            having.setdefault(attribute, set()).add(name)
    index = pd.MultiIndex.from_product([[s.label for s in scored], sorted(having)], names=["tracker", "attribute"])
    rows = []
    for s in scored:
        for attribute in sorted(having):
            chosen = np.array([i for i, name in enumerate(s.names) if name in having[attribute]], int)
            part = replace(s, names=[s.names[i] for i in chosen], scores=s.scores[chosen])
            rows.append(_metrics(part, rule, classes) | {"sequences": len(chosen), "expected": len(having[attribute])})
    return pd.DataFrame(rows, index, [*printed, "sequences", "expected"])


def _plots(scored: list[_Scored], rule: OnePassRule) -> tuple[Curves, ...]:
    means = {s.label: mean(s.scores, rule).curves for s in scored if s.names}
    return tuple(
        Curves(
            name,
            ranking_metric(name, rule),
            *_AXES[name],
            np.array(measure.thresholds),
            {label: curves[name][0] for label, curves in means.items()},
        )
        for name, measure in rule.measures.items()
    )
