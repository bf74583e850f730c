"""From results and truth to the score table, under one rule.

Everything is an array: the answers of one tracker over all its sequences are laid end to end, and no loop
runs over frames. A sequence that cannot be scored is a gap with its reason, never a zero.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import reduce
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from harness.core.errors import EvaluationError
from harness.core.overlap import box_overlap, center_error
from harness.core.record import Seconds
from harness.core.sequence import Sequence
from harness.metrics.precision import precision_curves
from harness.metrics.ragged import Float, Ragged
from harness.metrics.rules import OnePassRule
from harness.metrics.scores import Curves, Gap, Metric, ScoreTable
from harness.metrics.speed import frames_per_second
from harness.metrics.success import success_curves

__all__ = ["NO_RESULT", "OnePassScores", "Result", "evaluate", "one_pass"]

Result: TypeAlias = "Float | Exception | str"
NO_RESULT = "no result"  # the reason of a gap where nothing was given for a sequence

BOX_METRICS = (Metric("auc", "AUC"), Metric("op50", "OP50"), Metric("op75", "OP75"), Metric("precision", "P"))
FPS = Metric("fps", "FPS", percent=False)


@dataclass(frozen=True, slots=True, eq=False)
class OnePassScores:
    """One tracker over S sequences: curves ``(S, T)``, and per sequence the toolkit's own means ``(S,)``.

    `mean_overlap` and `mean_error` are OTB's ``ave_coverage`` and ``ave_err_center``: sums over the frames
    with valid truth, divided by all frames; NaN where an answer is partly NaN.
    """

    success: Float
    precision: Float
    mean_overlap: Float
    mean_error: Float


@dataclass(frozen=True, slots=True, eq=False)
class _Scored:
    """One tracker: the sequences that have scores, these, their mean curves, and why others have none."""

    label: str
    names: list[str]
    scores: OnePassScores
    success: Float
    precision: Float
    gaps: list[Gap]


def evaluate(
    results: Mapping[str, Mapping[str, Result]],
    truths: Mapping[str, Sequence],
    rule: OnePassRule,
    *,
    dataset: str,
    protocol: str,
    expected: int,
    timings: Mapping[str, Mapping[str, Seconds]] | None = None,
) -> ScoreTable:
    """The score table of some trackers on one dataset.

    `results` gives for each tracker's label, by sequence name, its boxes ``(N, 4)`` (xywh, 0-based, NaN for
    a miss) or why there are none; `truths` the sequences at hand; `expected` the number the benchmark has.
    A sequence of `truths` or `results` without a score is a gap. Where `timings` (by label and sequence)
    hold a run that was alone on its machine, ``fps`` is a metric too. Raises EvaluationError for no results.
    """
    if not results:
        raise EvaluationError(f"{dataset}: no results to evaluate")
    shift = np.array([rule.origin, rule.origin, 0, 0])
    shifted = {name: sequence.truth.regions.boxes + shift for name, sequence in truths.items()}
    scored = [_score(label, by_name, shifted, shift, rule) for label, by_name in results.items()]
    labels = pd.Index([s.label for s in scored], name="tracker")
    rows = {s.label: _frame(s.scores.success, s.scores.precision, rule, s.names) for s in scored}
    means = np.array([s.success for s in scored]), np.array([s.precision for s in scored])
    table = ScoreTable(
        dataset=dataset,
        protocol=protocol,
        rule=rule.label,
        metrics=BOX_METRICS,
        expected=expected,
        scores=_frame(*means, rule, labels),
        sequences=pd.Series([len(s.names) for s in scored], labels),
        per_sequence=pd.concat(rows, names=["tracker", "sequence"]),
        curves=_plots(scored, rule),
        gaps=tuple(gap for s in scored for gap in s.gaps),
    )
    return table if timings is None else _with_speed(table, timings)


def one_pass(boxes: Ragged, truth: Ragged, rule: OnePassRule) -> OnePassScores:
    """Each sequence's scores; `boxes` and `truth` ``(N, 4)`` are of one length and count from `rule.origin`."""
    with np.errstate(invalid="ignore", over="ignore"):  # answers may be infinite: they miss
        answered = reduce(lambda answers, step: step(answers, truth), rule.steps, boxes)
        overlaps = box_overlap(answered.values, truth.values)
        errors = center_error(answered.values, truth.values)
    valid = rule.valid(truth.values)
    mean_overlap = truth.like(np.where(valid, overlaps, 0)).sums() / truth.lengths
    mean_error = truth.like(np.where(valid, errors, 0)).sums() / truth.lengths
    overlaps[~valid], errors[~valid] = rule.invalid_overlap, rule.invalid_error
    if rule.nan_as_miss:
        missed = np.asarray(np.isnan(boxes.values).any(1))
        missed[boxes.offsets[:-1]] = False  # a first row is no answer
        overlaps[missed], errors[missed] = 0, np.inf
    success = success_curves(truth.like(overlaps), np.array(rule.overlaps), rule.comparison)
    precision = precision_curves(truth.like(errors), np.array(rule.distances))
    return OnePassScores(success, precision, mean_overlap, mean_error)


def _score(
    label: str, results: Mapping[str, Result], truths: Mapping[str, Float], shift: Float, rule: OnePassRule
) -> _Scored:
    """One tracker against shifted truths."""
    boxes: dict[str, Float] = {}
    gaps: list[Gap] = []
    for name in dict.fromkeys([*truths, *results]):
        result = results.get(name, NO_RESULT)
        if isinstance(result, (str, Exception)):
            gaps.append(Gap(label, name, str(result)))
        elif name not in truths:
            gaps.append(Gap(label, name, "no truth at hand"))
        else:
            try:
                boxes[name] = rule.fit(result + shift, truths[name])
            except EvaluationError as error:
                gaps.append(Gap(label, name, str(error)))
    names = list(boxes)
    scores = one_pass(Ragged.join(list(boxes.values())), Ragged.join([truths[name] for name in names]), rule)
    success, precision = (_mean(curves, rule) for curves in (scores.success, scores.precision))
    for kind, curves in (("success", scores.success), ("precision", scores.precision)):
        dropped = np.flatnonzero(~_counted(curves, rule))
        reason = f"{kind} is zero at every threshold: {rule.label} leaves it out of that mean"
        gaps += [Gap(label, names[i], reason) for i in dropped]
    return _Scored(label, names, scores, success, precision, gaps)


def _counted(curves: Float, rule: OnePassRule) -> NDArray[np.bool_]:
    """The sequences that enter the mean of these curves."""
    zero = curves.sum(1) <= np.finfo(float).eps
    return np.asarray(~(zero & rule.drops_zero))


def _mean(curves: Float, rule: OnePassRule) -> Float:
    """The mean curve over sequences; NaN where there is none."""
    kept = curves[_counted(curves, rule)]
    mean: Float = kept.mean(0) if len(kept) else np.full(curves.shape[1], np.nan)
    return mean


def _frame(success: Float, precision: Float, rule: OnePassRule, index: pd.Index | list[str]) -> pd.DataFrame:
    """The metrics of curves ``(R, T)``, a row each."""
    columns = {
        "auc": rule.area(success),
        "op50": success[:, rule.overlaps.index(0.5)],
        "op75": success[:, rule.overlaps.index(0.75)],
        "precision": precision[:, rule.distances.index(rule.precision_at)],
    }
    return pd.DataFrame(columns, index)


def _plots(scored: list[_Scored], rule: OnePassRule) -> tuple[Curves, ...]:
    success = {s.label: s.success for s in scored if s.names}
    precision = {s.label: s.precision for s in scored if s.names}
    distance = "Location error threshold (pixels)"
    return (
        Curves("success", "auc", "Overlap threshold", "Success rate", np.array(rule.overlaps), success),
        Curves("precision", "precision", distance, "Precision", np.array(rule.distances), precision),
    )


def _with_speed(table: ScoreTable, timings: Mapping[str, Mapping[str, Seconds]]) -> ScoreTable:
    """The table with frames per second, where any tracker was timed alone."""
    speeds = {label: frames_per_second(timings.get(label, {}).values()) for label in table.scores.index}
    if all(map(math.isnan, speeds.values())):
        return table
    per_sequence = [
        frames_per_second([timings[label][name]] if name in timings.get(label, {}) else [])
        for label, name in table.per_sequence.index
    ]
    untimed = [Gap(label, "", "fps: never run alone on its machine") for label, s in speeds.items() if math.isnan(s)]
    return replace(
        table,
        metrics=(*table.metrics, FPS),
        scores=table.scores.assign(fps=pd.Series(speeds)),
        per_sequence=table.per_sequence.assign(fps=per_sequence),
        gaps=(*table.gaps, *untimed),
    )
