"""Long-term tracking: precision, recall and F-score over the tracker's confidence.

Lukežič et al., "Now you see me: evaluating performance in long-term visual tracking", 2018; VOT-LT challenges.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from collections.abc import Sequence as Row
from dataclasses import dataclass, replace
from functools import cache
from typing import TypeAlias

import numpy as np

from harness.core.errors import EvaluationError
from harness.core.raster.overlaps import raster_overlaps
from harness.core.raster.packing import EMPTY, PackedRegions
from harness.core.sequence import Sequence
from harness.core.trajectory import Trajectory
from harness.metrics.ragged import Float, Int, Ragged
from harness.metrics.rule import Rule
from harness.metrics.scores import NO_RESULT, Curves, Gap, Metric, ScoreTable
from harness.metrics.tables import Scored, image_size, same_length, score_each, score_table

__all__ = [
    "LONGTERM",
    "LongTermResult",
    "LongTermRule",
    "confidence_thresholds",
    "evaluate_longterm",
    "f_score",
    "longterm_curves",
]

LongTermResult: TypeAlias = "Row[Trajectory] | Exception | str"

METRICS = (
    Metric("lt_f", "F", percent=False),
    Metric("lt_precision", "Pr", percent=False),
    Metric("lt_recall", "Re", percent=False),
)
RECALLS = np.linspace(0, 1, 101)  # where the plotted curves are sampled


@dataclass(frozen=True, slots=True)
class LongTermRule(Rule):
    """How trajectories with confidences become numbers. `source` is the code a rule follows, `summary` two lines of it.

    * A frame's overlap is counted in pixels inside the image, as vot-toolkit does; that of the first frame is 0,
      since the tracker is told it. Where the target is absent it is 0 too, but 1 where nothing was answered either.
    * At a threshold, precision is the mean overlap of the frames with at least that confidence (1 of none), recall
      the sum of their overlaps divided by the number of frames in which the target is present.
    * The `thresholds` are spread evenly over the tracker's own confidences in all sequences, in order; first and
      last are infinite. No confidence is 0.
    * Precision and recall are averaged over sequences, and F made of the means. The scores are those at the
      threshold where F is largest.
    """

    thresholds: int


LONGTERM = LongTermRule(
    name="longterm.official",
    version=1,
    source="votchallenge/toolkit 0.9.0: analysis/longterm.py, region/raster.py",
    summary="Precision and recall are mean overlaps, averaged over sequences; F is the largest over confidence.\n"
    "The first frame counts, as a miss; nothing answered where the target is absent counts as overlap 1.",
    thresholds=100,
)


@dataclass(frozen=True, slots=True, eq=False)
class _Runs:
    """One tracker on one sequence: overlaps and confidences of each repetition, and the frames with the target."""

    overlaps: list[Float]
    confidences: list[Float]
    present: int


def confidence_thresholds(confidences: Float, count: int) -> Float:
    """At most `count` thresholds for `confidences` ``(N,)``, falling; the first is inf, the last -inf.

    >>> confidence_thresholds(np.array([0.9, 0.1, 0.8, 0.3, 0.7, 0.5]), 5)
    array([ inf,  0.7,  0.5,  0.3, -inf])
    """
    falling = np.sort(confidences)[::-1]
    inner = count - 2
    if len(falling) > inner:
        step = len(falling) // inner
        falling = falling[np.round(np.linspace(step, len(falling) - step, inner)).astype(np.int64)]
    return np.concatenate([[math.inf], falling, [-math.inf]])


def longterm_curves(overlaps: Ragged, confidences: Float, present: Int, thresholds: Float) -> tuple[Float, Float]:
    """Precision and recall of each sequence at each threshold ``(S, T)``.

    `overlaps` holds one number a frame, `confidences` ``(N,)`` lie beside them; `present` ``(S,)`` is the number of
    frames with the target, `thresholds` ``(T,)`` fall to -inf. Of no frame the precision is 1.

    >>> frames = Ragged.join([np.array([0.8, 0.4, 0.0])])
    >>> longterm_curves(frames, np.array([0.9, 0.5, 0.1]), np.array([2]), np.array([np.inf, 0.9, 0.5, -np.inf]))
    (array([[1. , 0.8, 0.6, 0.4]]), array([[0. , 0.4, 0.6, 0.6]]))
    """
    first = np.searchsorted(-thresholds, -confidences)  # the highest threshold a frame reaches
    frames = overlaps.tally(first, len(thresholds)).cumsum(1)
    cells = np.bincount(overlaps.owners * len(thresholds) + first, overlaps.values, frames.size)
    sums = cells.reshape(frames.shape).cumsum(1)
    return np.where(frames, sums / np.maximum(frames, 1), 1.0), sums / present[:, None]


def f_score(precision: Float, recall: Float) -> Float:
    """Harmonic mean; 0 where both are.

    >>> f_score(np.array([1.0, 0.5, 0.0]), np.array([0.0, 0.5, 0.0]))
    array([0. , 0.5, 0. ])
    """
    total = precision + recall
    score: Float = 2 * precision * recall / np.where(total > 0, total, 1)
    return score


def evaluate_longterm(
    results: Mapping[str, Mapping[str, LongTermResult]],
    truths: Mapping[str, Sequence],
    rule: LongTermRule,
    *,
    dataset: str,
    protocol: str,
    expected: int,
) -> ScoreTable:
    """The score table of some trackers on sequences that their targets leave and enter again.

    `results` gives for each tracker's label, by sequence name, its repetitions (the first region of each is the
    one it was started from) or why there are none; `truths` the sequences at hand, where a target is absent in frames
    so marked or without a region; `expected` the number the benchmark has. A sequence of `truths` or `results` without
    a score is a gap. A sequence's scores are those at its tracker's best threshold over all sequences; so F of these
    does not average to the tracker's. Raises EvaluationError for no results.
    """
    pack = cache(lambda name: _truth(truths[name]))
    found = score_each(results, truths, lambda name, runs: _runs(runs, truths[name], pack(name)))
    scored, curves = [], {}
    for label, (parts, gaps) in found.items():
        tracker = Scored(label, {}, {}, gaps)
        if parts:
            tracker, curves[label] = _tracker(label, parts, gaps, rule)
        scored.append(tracker)
    plot = Curves("precision_recall", "lt_f", "Recall", "Precision", RECALLS, curves)
    return score_table(scored, METRICS, (plot,), rule=rule.label, dataset=dataset, protocol=protocol, expected=expected)


def _truth(sequence: Sequence) -> PackedRegions:
    """The target where it is; empty where it is marked absent."""
    packed = PackedRegions.pack(sequence.truth.regions)
    return replace(packed, kinds=np.where(sequence.truth.absent, np.uint8(EMPTY), packed.kinds))


def _runs(runs: Row[Trajectory], sequence: Sequence, truth: PackedRegions) -> _Runs:
    size = image_size(sequence)
    if not runs:
        raise EvaluationError(NO_RESULT)
    present = int(np.count_nonzero(truth.kinds != EMPTY))
    if not present:
        raise EvaluationError("its target is present in no frame of truth: there is no recall")
    overlaps = []
    for number, run in enumerate(runs, 1):
        same_length(f"repetition {number}", run.regions, len(sequence))
        overlaps.append(raster_overlaps(run.regions, truth, "vot-toolkit", size))
        overlaps[-1][0] = 0
    return _Runs(overlaps, [np.nan_to_num(run.confidences, posinf=math.inf, neginf=-math.inf) for run in runs], present)


def _tracker(label: str, parts: Mapping[str, _Runs], gaps: list[Gap], rule: LongTermRule) -> tuple[Scored, Float]:
    """A tracker's scores, and its precision at `RECALLS`: NaN beyond the recall it reaches."""
    rows = list(parts.values())
    counts = np.array([len(row.overlaps) for row in rows])
    confidences = np.concatenate([values for row in rows for values in row.confidences])
    curves = longterm_curves(
        Ragged.join([values for row in rows for values in row.overlaps]),
        confidences,
        np.repeat([row.present for row in rows], counts),
        confidence_thresholds(confidences, rule.thresholds),
    )
    starts = np.cumsum(counts) - counts
    precision, recall = (np.add.reduceat(curve, starts) / counts[:, None] for curve in curves)
    of_tracker = precision.mean(0), recall.mean(0)
    best = int(f_score(*of_tracker).argmax())
    sequences = {name: _scores(precision[i], recall[i], best) for i, name in enumerate(parts)}
    # A curve begins at precision 1 and recall 0; where recall stays, it falls, and the last is taken.
    plotted = np.interp(RECALLS, of_tracker[1], of_tracker[0], right=math.nan)
    return Scored(label, _scores(*of_tracker, best), sequences, gaps), plotted


def _scores(precision: Float, recall: Float, at: int) -> dict[str, float]:
    return {
        "lt_f": float(f_score(precision, recall)[at]),
        "lt_precision": float(precision[at]),
        "lt_recall": float(recall[at]),
    }
