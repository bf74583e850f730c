"""From runs and truth to VOT's score table. A sequence that cannot be scored is a gap, never a zero."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from collections.abc import Sequence as Row
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

import numpy as np

from harness.core.errors import EvaluationError
from harness.core.raster.overlaps import raster_overlaps, raster_overlaps_within
from harness.core.raster.packing import PackedRegions
from harness.core.regions import Regions, Special
from harness.core.sequence import Sequence
from harness.metrics.ragged import Float
from harness.metrics.scores import NO_RESULT, RELIABILITY, Curves, Gap, Metric, ScoreTable
from harness.metrics.tables import Scored, image_size, same_length, score_each, score_table
from harness.metrics.vot.multi_start import expected_overlap_sums, tracked_frames
from harness.metrics.vot.rules import MultiStartRule, SupervisedRule
from harness.metrics.vot.supervised import Cut, Fragments, codes, expected_overlap, settled

__all__ = ["MultiStartResult", "SupervisedResult", "evaluate_multi_start", "evaluate_supervised"]

SupervisedResult: TypeAlias = "Row[Regions] | Exception | str"
MultiStartResult: TypeAlias = "Mapping[int, Regions] | Exception | str"

EAO = Metric("eao", "EAO", percent=False)
ACCURACY = Metric("accuracy", "A", percent=False)
TRACKED = Metric("robustness", "R", percent=False)
LOST = Metric("robustness", "R", higher_is_better=False, percent=False)
FAILURES = Metric("failures", "Failures", higher_is_better=False, percent=False)


@dataclass(frozen=True, slots=True, eq=False)
class _Repeated:
    """One tracker on one sequence, over its repetitions: mean overlap and its weight, mean failures, all fragments."""

    frames: int
    accuracy: float
    weight: float
    failures: float
    runs: list[tuple[Float, list[Cut]]]


@dataclass(frozen=True, slots=True, eq=False)
class _Anchored:
    """One tracker on one sequence, summed over its anchors: overlap and frames while tracked, and all frames."""

    frames: int
    overlap: float
    tracked: int
    asked: int
    expected: Float
    active: Float


def evaluate_supervised(
    results: Mapping[str, Mapping[str, SupervisedResult]],
    truths: Mapping[str, Sequence],
    rule: SupervisedRule,
    *,
    dataset: str,
    protocol: str,
    expected: int,
) -> ScoreTable:
    """The score table of some trackers whose runs began again after each failure.

    `results` gives for each tracker's label, by sequence name, its repetitions (a region or `Special` a frame;
    a miss enters no accuracy and is no overlap in EAO) or why there are none; `truths` the sequences at hand;
    `expected` the number the benchmark has. A sequence of `truths` or `results` without a score is a gap.
    Beside the metrics, scores and sequences have ``reliability``: with accuracy, a place in the AR plot.
    Raises EvaluationError for no results.
    """
    pack = cache(lambda name: PackedRegions.pack(truths[name].truth.regions))
    found = score_each(results, truths, lambda name, runs: _repeated(runs, truths[name], pack(name), rule))
    scored = [_over_repetitions(label, parts, gaps, rule) for label, (parts, gaps) in found.items()]
    return score_table(
        [tracker for tracker, _ in scored],
        (EAO, ACCURACY, LOST, FAILURES),
        (_eao_curves(scored, 1 + rule.counts_start, rule.interval),),
        rule=rule.label,
        dataset=dataset,
        protocol=protocol,
        expected=expected,
        beside=(RELIABILITY,),
    )


def evaluate_multi_start(
    results: Mapping[str, Mapping[str, MultiStartResult]],
    truths: Mapping[str, Sequence],
    rule: MultiStartRule,
    *,
    dataset: str,
    protocol: str,
    expected: int,
) -> ScoreTable:
    """The score table of some trackers' runs from anchors; as `evaluate_supervised`, but for this.

    `results` gives the run of each anchor (a frame, from 0) in the order it was tracked in. The anchors are the
    truth's flag ``anchor``: above 0 where a run goes to the end, below 0 where to the beginning. Robustness is
    the share of frames tracked, and reliability the same.
    """
    pack = cache(lambda name: PackedRegions.pack(truths[name].truth.regions))
    found = score_each(results, truths, lambda name, runs: _anchored(runs, truths[name], pack(name), rule))
    scored = [_over_anchors(label, parts, gaps, rule) for label, (parts, gaps) in found.items()]
    return score_table(
        [tracker for tracker, _ in scored],
        (EAO, ACCURACY, TRACKED),
        (_eao_curves(scored, 0, (rule.interval[0], rule.interval[1] - 1)),),
        rule=rule.label,
        dataset=dataset,
        protocol=protocol,
        expected=expected,
        beside=(RELIABILITY,),
    )


def _eao_curves(scored: Row[tuple[Scored, Float]], first: int, span: tuple[int, int]) -> Curves:
    """Expected overlap by length, from length `first` on; EAO is its mean over `span`."""
    longest = max((len(curve) for _, curve in scored), default=0)
    curves = {t.label: np.append(curve, np.full(longest - len(curve), np.nan)) for t, curve in scored if t.sequences}
    lengths = np.arange(first, first + longest, dtype=float)
    return Curves("eao", "eao", "Frames", "Expected average overlap", lengths, curves, span)


def _repeated(runs: Row[Regions], sequence: Sequence, truth: PackedRegions, rule: SupervisedRule) -> _Repeated:
    """One sequence's repetitions; those alike are scored once."""
    width, height = image_size(sequence)
    if not runs:
        raise EvaluationError(NO_RESULT)
    distinct: list[Regions] = []
    places = []
    for number, run in enumerate(runs, 1):
        same_length(f"repetition {number}", run, len(sequence))
        if run not in distinct:
            distinct.append(run)
        places.append(distinct.index(run))
    packed = [PackedRegions.pack(run) for run in distinct]
    found = np.array([codes(run, again, rule.skip) for run, again in zip(distinct, packed, strict=True)])
    sizes = [(width + more, height + more) for more in (0, rule.margin)]
    overlaps, wider = np.stack([raster_overlaps_within(run, truth, rule.rasteriser, sizes) for run in packed], 1)
    accuracy, weight = rule.accuracy(np.where(settled(found, rule.burn_in), wider, np.nan)[places])
    failures = float((found == Special.FAILED).sum(1)[places].mean())
    fragments = [(overlaps[place], rule.cut(found[place], rule.skip, len(runs))) for place in places]
    return _Repeated(len(sequence), accuracy, weight, failures, fragments)


def _over_repetitions(
    label: str, parts: Mapping[str, _Repeated], gaps: list[Gap], rule: SupervisedRule
) -> tuple[Scored, Float]:
    """A tracker over its sequences."""
    if not parts:
        return Scored(label, {}, {}, gaps), np.empty(0)
    fragments = Fragments.join([run for part in parts.values() for run in part.runs])
    longest = max(fragments.overlaps.lengths if rule.reach == "fragment" else [part.frames for part in parts.values()])
    curve = expected_overlap(fragments, int(longest) - 1)
    lengths = np.arange(len(curve)) + 1 + rule.counts_start
    inside = (lengths >= rule.interval[0]) & (lengths <= rule.interval[1])
    eao = float(curve[inside].mean()) if inside.any() else math.nan
    burnt = f"accuracy: no frame is left after the burn-in of {rule.burn_in}"
    short = f"eao: no run is as long as {rule.interval[0]} frames"
    gaps = [
        *gaps,
        *(Gap(label, name, burnt) for name, part in parts.items() if not part.weight),
        *[Gap(label, "", short)] * (not inside.any()),
    ]
    scores = {"eao": eao, **_repetition_scores(parts.values(), rule)}
    return Scored(label, scores, {name: _repetition_scores([p], rule) for name, p in parts.items()}, gaps), curve


def _repetition_scores(parts: Collection[_Repeated], rule: SupervisedRule) -> dict[str, float]:
    """The numbers of one sequence or of several together."""
    frames = np.array([part.frames for part in parts])
    failures = np.array([part.failures for part in parts])
    robustness, rate = rule.robustness(failures, frames)
    weight = sum(part.weight for part in parts)
    overlap = sum(part.accuracy * part.weight for part in parts if part.weight)
    return {
        "accuracy": overlap / weight if weight else math.nan,
        "robustness": robustness,
        "failures": float(failures.sum()),
        RELIABILITY: math.exp(-rule.sensitivity * rate),
    }


def _anchored(runs: Mapping[int, Regions], sequence: Sequence, truth: PackedRegions, rule: MultiStartRule) -> _Anchored:
    """One sequence's anchors. A run to the beginning is turned round to lie beside the truth."""
    size, frames = image_size(sequence), len(sequence)
    flags = sequence.truth.flags.get("anchor", np.zeros(0))
    anchors = np.flatnonzero(flags).tolist()
    if not anchors:
        raise EvaluationError("its truth has no anchors (anchor.value)")
    if anchors != sorted(runs):
        raise EvaluationError(f"expected a run from each of the anchors {anchors}, found {sorted(runs)}")
    overlap, tracked, asked = 0.0, 0, 0
    expected, active = np.zeros((2, rule.interval[1]))
    for anchor in anchors:
        run, order = runs[anchor], 1 if flags[anchor] > 0 else -1
        window = truth.window(anchor, frames) if order > 0 else truth.window(0, anchor + 1)
        same_length(f"anchor {anchor}", run, len(window))
        overlaps = raster_overlaps(run[::order], window, rule.rasteriser, size)[::order]
        kept = tracked_frames(overlaps, window.empty[::order], rule.threshold, rule.grace)
        more, counted = expected_overlap_sums(overlaps, kept, rule.interval[1])
        expected, active = expected + more, active + counted
        overlap, tracked, asked = overlap + float(overlaps[:kept].sum()), tracked + kept, asked + len(run)
    return _Anchored(frames, overlap, tracked, asked, expected, active)


def _over_anchors(
    label: str, parts: Mapping[str, _Anchored], gaps: list[Gap], rule: MultiStartRule
) -> tuple[Scored, Float]:
    """A tracker over its sequences."""
    if not parts:
        return Scored(label, {}, {}, gaps), np.empty(0)
    active = np.sum([part.active for part in parts.values()], 0)
    curve = np.sum([part.expected for part in parts.values()], 0) / np.where(active, active, 1)
    scores = {"eao": float(curve[rule.interval[0] :].mean()), **_anchor_scores(parts.values())}
    return Scored(label, scores, {name: _anchor_scores([part]) for name, part in parts.items()}, gaps), curve


def _anchor_scores(parts: Collection[_Anchored]) -> dict[str, float]:
    """The numbers of one sequence or of several together; robustness is weighted by the sequences' lengths."""
    tracked = sum(part.tracked for part in parts)
    shares = [part.tracked / part.asked for part in parts]
    robustness = float(np.average(shares, weights=[part.frames for part in parts]))
    accuracy = sum(part.overlap for part in parts) / tracked if tracked else 0.0
    return {"accuracy": accuracy, "robustness": robustness, RELIABILITY: robustness}
