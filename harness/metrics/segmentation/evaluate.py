"""From label images and truth to DAVIS's score table. A sequence that cannot be scored is a gap, never a zero."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

import numpy as np

from harness.core.sequence import Sequence
from harness.metrics.scores import Gap, Metric, ScoreTable
from harness.metrics.segmentation.rules import SegmentationRule
from harness.metrics.segmentation.score import LabelFrame, ObjectScores, score_objects
from harness.metrics.tables import Scored, image_size, score_each, score_table

__all__ = ["SegmentationResult", "evaluate_segmentation"]

SegmentationResult: TypeAlias = "Iterable[LabelFrame] | Exception | str"

# In the order of the toolkit's own table.
METRICS = (
    Metric("jf", "J&F"),
    Metric("j", "J"),
    Metric("j_recall", "J recall"),
    Metric("j_decay", "J decay", higher_is_better=False),
    Metric("f", "F"),
    Metric("f_recall", "F recall"),
    Metric("f_decay", "F decay", higher_is_better=False),
)


def evaluate_segmentation(
    results: Mapping[str, Mapping[str, SegmentationResult]],
    truths: Mapping[str, Sequence],
    rule: SegmentationRule,
    *,
    dataset: str,
    protocol: str,
    expected: int,
) -> ScoreTable:
    """The score table of some trackers that answered with masks.

    `results` gives for each tracker's label, by sequence name, its answers (`Labels` or a label image ``(H, W)`` a
    frame, a mask where there is one object, None for nothing; read once, a frame at a time) or why there are none;
    `truths` the sequences at hand; `expected` the number the benchmark has. A sequence of `truths` or `results`
    without a score is a gap. A tracker's scores are means over the objects of all its sequences, a sequence's
    over its own; of single objects, `score_objects` has them. Raises EvaluationError for no results.
    """
    found = score_each(results, truths, lambda name, answers: _objects(answers, truths[name], rule))
    scored = [_tracker(label, parts, gaps, rule) for label, (parts, gaps) in found.items()]
    return score_table(scored, METRICS, rule=rule.label, dataset=dataset, protocol=protocol, expected=expected)


def _objects(answers: Iterable[LabelFrame], sequence: Sequence, rule: SegmentationRule) -> ObjectScores:
    return score_objects(answers, sequence.truth.regions, image_size(sequence), rule)


def _tracker(label: str, parts: Mapping[str, ObjectScores], gaps: list[Gap], rule: SegmentationRule) -> Scored:
    objects = {name: part.statistics(rule) for name, part in parts.items()}
    pooled = {m.name: np.concatenate([of[m.name] for of in objects.values()]) for m in METRICS if objects}
    sequences = {name: {metric: float(v.mean()) for metric, v in of.items()} for name, of in objects.items()}
    undefined = "decay: the official code counts frames in 8 bits and finds no last quarter among {} of them"
    gaps += [
        Gap(label, name, undefined.format(parts[name].j.shape[1]))
        for name, of in objects.items()
        if np.isnan(of["j_decay"]).any()
    ]
    return Scored(label, {metric: float(values.mean()) for metric, values in pooled.items()}, sequences, gaps)
