"""Runs without resets: VOT's average overlap."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence as Row
from functools import cache
from typing import TypeAlias

import numpy as np

from harness.core.errors import EvaluationError
from harness.core.raster.overlaps import raster_overlaps
from harness.core.raster.packing import PackedRegions
from harness.core.regions import Regions
from harness.core.sequence import Sequence
from harness.metrics.scores import NO_RESULT, Gap, Metric, ScoreTable
from harness.metrics.tables import Scored, image_size, same_length, score_each, score_table
from harness.metrics.vot.rules import UnsupervisedRule
from harness.metrics.vot.supervised import codes, mean_over_runs, settled

__all__ = ["UnsupervisedResult", "evaluate_unsupervised"]

UnsupervisedResult: TypeAlias = "Row[Regions] | Exception | str"

AO = Metric("ao", "AO", percent=False)


def evaluate_unsupervised(
    results: Mapping[str, Mapping[str, UnsupervisedResult]],
    truths: Mapping[str, Sequence],
    rule: UnsupervisedRule,
    *,
    dataset: str,
    protocol: str,
    expected: int,
) -> ScoreTable:
    """The score table of some trackers, each with one metric, ``ao``; arguments as of `evaluate_supervised`.

    A sequence's overlap is the mean over frames of each repetition, then over repetitions; the benchmark's is the
    mean over sequences, weighted by their lengths. Raises EvaluationError for no results.
    """
    pack = cache(lambda name: PackedRegions.pack(truths[name].truth.regions))
    found = score_each(results, truths, lambda name, runs: _overlap(runs, truths[name], pack(name), rule))
    return score_table(
        [_over_sequences(label, parts, gaps) for label, (parts, gaps) in found.items()],
        (AO,),
        rule=rule.label,
        dataset=dataset,
        protocol=protocol,
        expected=expected,
    )


def _overlap(
    runs: Row[Regions], sequence: Sequence, truth: PackedRegions, rule: UnsupervisedRule
) -> tuple[float, float]:
    """One sequence's overlap and its weight. Raises EvaluationError, also where no frame counts."""
    size, frames = image_size(sequence), len(sequence)
    if not runs:
        raise EvaluationError(NO_RESULT)
    rows = []
    for number, run in enumerate(runs, 1):
        same_length(f"repetition {number}", run, frames)
        packed = PackedRegions.pack(run)
        counts = settled(codes(run, packed, skip=frames), rule.burn_in)
        rows.append(np.where(counts, raster_overlaps(packed, truth, rule.rasteriser, size), np.nan))
    overlap, weight = mean_over_runs(np.array(rows))
    if not weight:
        raise EvaluationError("no frame after the first has an answer")
    return overlap, weight


def _over_sequences(label: str, parts: Mapping[str, tuple[float, float]], gaps: list[Gap]) -> Scored:
    """A tracker over its sequences."""
    if not parts:
        return Scored(label, {}, {}, gaps)
    overlaps, weights = np.array(list(parts.values())).T
    mean = float(np.average(overlaps, weights=weights))
    return Scored(label, {"ao": mean}, {name: {"ao": overlap} for name, (overlap, _) in parts.items()}, gaps)
