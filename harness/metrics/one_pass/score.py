"""One tracker over many sequences under one rule: curves and mean overlap of each, and of all together.

Everything is an array: the answers to all sequences are laid end to end, and no loop runs over frames.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence as Row
from dataclasses import dataclass, replace
from functools import reduce

import numpy as np

from harness.core.errors import EvaluationError
from harness.core.sequence import Sequence
from harness.metrics.curves import frames_passing
from harness.metrics.one_pass.rule import OnePassRule
from harness.metrics.one_pass.steps import Pairs
from harness.metrics.one_pass.validity import Mask, without_nan
from harness.metrics.ragged import Float, Int, Ragged

__all__ = ["Answers", "Scores", "Truth", "counted", "fitted", "mean", "score", "truth_under"]


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """What a rule sees of a sequence's truth: `boxes` ``(N, 4)`` from the rule's origin, `size` of its images ``(2,)``.

    `kept` are the frames that exist for the rule, `counted` those that its curves are divided by, and in
    `missed` frames no answer passes ``(N,)``.
    """

    boxes: Float
    size: Float
    kept: Mask
    counted: Mask
    missed: Mask


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """One run's answers ``(M, 4)``, M at most N, and which were NaN and are to miss ``(M,)``."""

    boxes: Float
    truth: Truth
    missed: Mask


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """S sequences: curves ``(S, T)`` by name, the mean overlap and the number of frames they stand on ``(S,)``.

    The overlap of a frame without valid truth, or that is missed, is 0 in the mean; NaN stays NaN.
    """

    curves: Mapping[str, Float]
    overlap: Float
    frames: Int

    def __len__(self) -> int:
        return len(self.frames)

    def __getitem__(self, rows: Int) -> Scores:
        curves = {name: values[rows] for name, values in self.curves.items()}
        return Scores(curves, self.overlap[rows], self.frames[rows])

    @classmethod
    def join(cls, parts: Row[Scores]) -> Scores:
        """Several, at least one, one after the other."""
        curves = {name: np.concatenate([part.curves[name] for part in parts]) for name in parts[0].curves}
        return cls(curves, np.concatenate([p.overlap for p in parts]), np.concatenate([p.frames for p in parts]))


def truth_under(rule: OnePassRule, sequence: Sequence) -> Truth:
    """A sequence's truth for `rule`. Raises EvaluationError for one that the rule cannot be applied to."""
    boxes = sequence.truth.regions.boxes + _shift(rule)
    if len(boxes) > 1 and np.isnan(boxes[1:]).all():
        raise EvaluationError("its truth is known in the first frame only: the benchmark's server scores it")
    kept = rule.keep(boxes)
    missed = sequence.truth.absent if rule.absent_misses else np.zeros(len(boxes), bool)
    if rule.skips_first:
        kept[0] = False
    if rule.skips_covered:
        if "cover" not in sequence.truth.flags or sequence.size is None:
            raise EvaluationError(f"{rule.label} needs each frame's cover flag and the images' size; not known here")
        kept &= sequence.truth.flags["cover"] > 0
    counted = kept if rule.frames == "all" else kept & rule.success.valid(boxes) & ~missed
    if not counted.any():
        raise EvaluationError(f"none of its {len(boxes)} frames of truth counts under {rule.label}")
    return Truth(boxes, np.array(sequence.size or (np.nan, np.nan), float), kept, counted, missed)


def fitted(rule: OnePassRule, boxes: Float, truth: Truth) -> Answers:
    """A result ``(M, 4)`` counted from 0, ready to be scored. Raises EvaluationError for one the rule refuses."""
    boxes = boxes + _shift(rule)
    nan = ~without_nan(boxes) if rule.nan_as_miss else np.zeros(len(boxes), bool)
    boxes[nan] = 0
    boxes = rule.fit(boxes, truth.boxes)
    if not truth.counted[: len(boxes)].any():
        raise EvaluationError(f"none of its {len(boxes)} rows of result counts under {rule.label}")
    missed = np.zeros(len(boxes), bool)
    missed[1 : len(nan)] = nan[1 : len(boxes)]  # a first row is no answer
    return Answers(boxes, truth, missed)


def score(runs: Row[Row[Answers]], rule: OnePassRule) -> Scores:
    """The scores of each sequence, from one run of it or from several repetitions, which are averaged."""
    rows = _score_rows([run for repetitions in runs for run in repetitions], rule)
    if all(len(repetitions) == 1 for repetitions in runs):
        return rows
    counts = np.array([len(repetitions) for repetitions in runs])
    starts = np.cumsum(counts) - counts
    return Scores(
        {name: np.add.reduceat(values, starts) / counts[:, None] for name, values in rows.curves.items()},
        np.add.reduceat(rows.overlap, starts) / counts,
        np.add.reduceat(rows.frames, starts),
    )


def _score_rows(runs: list[Answers], rule: OnePassRule) -> Scores:
    """The scores of each run."""
    lengths = [len(run.boxes) for run in runs]
    answers = Ragged.join([run.boxes for run in runs])
    boxes = Ragged.join([run.truth.boxes[:n] for run, n in zip(runs, lengths, strict=True)])
    sizes = np.array([run.truth.size for run in runs]).reshape(-1, 2)
    pairs = reduce(lambda pairs, step: step(pairs), rule.steps, Pairs(answers, boxes, sizes))
    missed = _laid([run.truth.missed[:n] | run.missed for run, n in zip(runs, lengths, strict=True)])
    kept = _laid([run.truth.kept[:n] for run, n in zip(runs, lengths, strict=True)])
    frames = np.array([np.count_nonzero(run.truth.counted[:n]) for run, n in zip(runs, lengths, strict=True)], int)
    if not kept.all():
        pairs = replace(pairs, answers=pairs.answers.select(kept), truth=pairs.truth.select(kept))
        missed = missed[kept]
    divisor = frames[:, None] + rule.epsilon
    curves: dict[str, Float] = {}
    overlap = np.zeros(len(runs))
    for name, measure in rule.measures.items():
        values = measure(pairs.answers.values, pairs.truth.values)
        values[missed] = np.nan
        passing = frames_passing(pairs.truth.like(values), np.array(measure.thresholds), measure.comparison)
        curves[name] = passing / divisor
        if name == "success":
            values[missed] = 0
            overlap = pairs.truth.like(np.maximum(values, 0)).sums() / frames  # invalid truth has -1
    return Scores(curves, overlap, frames)


def mean(scores: Scores, rule: OnePassRule) -> Scores:
    """All sequences as one (S = 1), by the rule's own aggregation; NaN where there are none."""
    weights = scores.frames if rule.pools else np.ones_like(scores.frames)
    with np.errstate(invalid="ignore"):
        curves = {name: _weighted(values, weights * counted(values, rule)) for name, values in scores.curves.items()}
        return Scores(curves, _weighted(scores.overlap, weights), scores.frames.sum(keepdims=True))


def counted(curves: Float, rule: OnePassRule) -> Mask:
    """The sequences that enter the mean of these curves."""
    zero = curves.sum(1) <= np.finfo(float).eps
    return np.asarray(~(zero & rule.drops_zero))


def _weighted(values: Float, weights: Int) -> Float:
    chosen = weights > 0  # what is left out may be anything
    mean: Float = weights[chosen] @ values[chosen] / weights.sum()
    return mean[None]


def _shift(rule: OnePassRule) -> Float:
    return np.array([rule.origin, rule.origin, 0, 0])


def _laid(masks: list[Mask]) -> Mask:
    return np.concatenate([np.zeros(0, bool), *masks])
