"""Runs that begin again after each failure (VOT2013 to VOT2019): accuracy, failures, expected average overlap.

A run is one repetition on one sequence: a region a frame, or a code where a track begins (`INITIALISED`),
has failed (`FAILED`) or is not yet begun again (`SKIPPED`). Fragments of runs, from a start to a failure
or to the end, answer what EAO asks: over so many frames, which mean overlap is to be expected?

Kristan et al., "A novel performance evaluation methodology for single-target trackers", TPAMI 2016;
Kristan et al., "The Visual Object Tracking VOT2015 challenge results", ICCVW 2015 (EAO).
"""

from __future__ import annotations

from collections.abc import Sequence as Row
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from harness.core.errors import EvaluationError
from harness.core.raster.packing import EMPTY, PackedRegions
from harness.core.regions import Regions, Special
from harness.metrics.ragged import Float, Int, Ragged

__all__ = [
    "Cut",
    "Fragments",
    "codes",
    "cut_at_failures",
    "cut_at_restarts",
    "cut_at_restarts_late",
    "expected_overlap",
    "failures_per_frame",
    "failures_per_sequence",
    "mean_over_frames",
    "mean_over_runs",
    "settled",
]

REGION = -1  # stands where a frame has no code


@dataclass(frozen=True, slots=True)
class Cut:
    """Frames `start` to `stop` (exclusive) of a run; `failed` where they ended in a failure."""

    start: int
    stop: int
    failed: bool
    weight: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Fragments:
    """F fragments laid end to end: the overlap of each frame ``(N,)``, weights ``(F,)``, which failed ``(F,)``."""

    overlaps: Ragged
    weights: Float
    failed: NDArray[np.bool_]

    @classmethod
    def join(cls, runs: Row[tuple[Float, Row[Cut]]]) -> Fragments:
        """From the overlaps ``(N,)`` of runs, each with its cuts; NaN is no overlap, 0."""
        cuts = [cut for _, cut_run in runs for cut in cut_run]
        pieces = [np.nan_to_num(overlaps[cut.start : cut.stop]) for overlaps, cut_run in runs for cut in cut_run]
        return cls(Ragged.join(pieces), np.array([c.weight for c in cuts]), np.array([c.failed for c in cuts], bool))


def codes(run: Regions, packed: PackedRegions, skip: int) -> Int:
    """VOT's code of each frame ``(N,)``, -1 where there is a region; a miss is a frame skipped.

    `packed` are the run's regions again. Raises EvaluationError for a run that does not begin with the first
    frame, and again `skip` frames after each failure, or later where all frames till then are skipped.

    >>> run = Regions.collect([Special.INITIALISED, None, Special.FAILED])
    >>> codes(run, PackedRegions.pack(run), skip=5)
    array([1, 0, 2])
    """
    found = np.full(len(run), REGION)
    for frame in np.flatnonzero(packed.kinds == EMPTY).tolist():
        answer = run[frame]
        if answer is None or isinstance(answer, Special):
            found[frame] = answer or Special.SKIPPED
    starts, failures = np.flatnonzero(found == Special.INITIALISED), np.flatnonzero(found == Special.FAILED)
    awake = np.append(np.flatnonzero(found != Special.SKIPPED), len(run))  # a start may wait for truth
    due = {0, *awake[np.searchsorted(awake, failures + skip).clip(max=len(awake) - 1)].tolist()} - {len(run)}
    wrong = sorted(due ^ set(starts.tolist()))
    if wrong:
        expected = f"a start (code 1), {skip} frames after a failure or the first" if wrong[0] in due else "no start"
        raise EvaluationError(f"frame {wrong[0]}: expected {expected}; is it a supervised run's result?")
    return found


def settled(found: Int, burn_in: int) -> NDArray[np.bool_]:
    """The frames that accuracy is measured on: with a region, and not among the `burn_in` from a start on.

    `found` are codes ``(…, N)``.

    >>> settled(np.array([1, -1, -1, 2, 0, 1, -1]), burn_in=2)
    array([False, False,  True, False, False, False, False])
    """
    frames = np.arange(found.shape[-1])
    begun = np.maximum.accumulate(np.where(found == Special.INITIALISED, frames, -burn_in), axis=-1)
    return np.asarray((found == REGION) & (frames - begun >= burn_in))


def mean_over_frames(overlaps: Float) -> tuple[float, float]:
    """Mean over repetitions of each frame, then over frames: toolkit-legacy, pysot and got10k.

    `overlaps` are ``(R, N)``, NaN where nothing counts. The weight of the mean among other sequences' is its
    number of frames, so that all frames of a benchmark count alike.

    >>> mean_over_frames(np.array([[0.5, 1.0], [0.7, np.nan]]))
    (0.8, 2.0)
    """
    means = _mean(overlaps)
    return float(_mean(means)), float(np.isfinite(means).sum())


def mean_over_runs(overlaps: Float) -> tuple[float, float]:
    """Mean over frames of each repetition, then over repetitions: vot-toolkit; the weight is the length.

    A repetition of which no frame counts is left out, where vot-toolkit takes it for 0.

    >>> mean_over_runs(np.array([[0.5, 1.0], [0.7, np.nan]]))
    (0.725, 2.0)
    """
    mean = float(_mean(_mean(overlaps.T)))
    return mean, float(overlaps.shape[1] if np.isfinite(mean) else 0)


def failures_per_frame(failures: Float, frames: Int) -> tuple[float, float]:
    """Robustness as papers print it, failures in a hundred frames, and failures a frame.

    >>> failures_per_frame(np.array([1.0, 0.0]), np.array([300, 100]))
    (0.25, 0.0025)
    """
    rate = float(failures.sum() / frames.sum())
    return 100 * rate, rate


def failures_per_sequence(failures: Float, frames: Int) -> tuple[float, float]:
    """Robustness of vot-toolkit, failures a sequence weighted by length; and that for each frame of a mean sequence.

    >>> failures_per_sequence(np.array([1.0, 0.0]), np.array([300, 100]))
    (0.75, 0.00375)
    """
    mean = float((failures * frames).sum() / frames.sum())
    return mean, mean / float(frames.mean())


def cut_at_restarts(found: Int, skip: int, repetitions: int) -> list[Cut]:
    """From one start to the next, as toolkit-legacy cuts; each repetition counts as a part of its sequence.

    A failure too late for another start is forgiven.

    >>> [(cut.start, cut.stop, cut.failed) for cut in cut_at_restarts(np.array([1, 2, 0, 1, 2, 0]), 2, 1)]
    [(0, 3, True), (3, 6, False)]
    """
    starts: list[int] = np.flatnonzero(found == Special.INITIALISED).tolist()
    cuts = [Cut(start, end, True, 1 / repetitions) for start, end in pairwise(starts)]
    return [*cuts, Cut(starts[-1], len(found), False, 1 / repetitions)]


def cut_at_restarts_late(found: Int, skip: int, repetitions: int) -> list[Cut]:
    """As `cut_at_restarts`, but pysot also keeps a start due just after the last frame.

    So a failure `skip` frames before the end is one, of a fragment that weighs a little less.
    """
    cuts = cut_at_restarts(found, skip, repetitions)
    if len(found) > skip and found[-skip] == Special.FAILED:
        start, n = cuts[-1].start, len(found)
        cuts[-1] = Cut(start, n, True, (n - start) / (n - start + 1) / repetitions)
    return cuts


def cut_at_failures(found: Int, skip: int, repetitions: int) -> list[Cut]:
    """From each start to its failure, as vot-toolkit cuts; all fragments weigh the same.

    >>> [(cut.start, cut.stop, cut.failed) for cut in cut_at_failures(np.array([1, 2, 0, 1, 2, 0]), 2, 1)]
    [(0, 1, True), (3, 4, True)]
    """
    starts, failures = np.flatnonzero(found == Special.INITIALISED), np.flatnonzero(found == Special.FAILED)
    cuts = [Cut(int(start), int(stop), True) for start, stop in zip(starts, failures, strict=False)]
    return cuts if len(cuts) == len(starts) else [*cuts, Cut(int(starts[-1]), len(found), False)]


def expected_overlap(fragments: Fragments, frames: int) -> Float:
    """The mean overlap to expect of the first 1, 2, … `frames` frames after a start ``(frames,)``.

    A failed fragment goes on with zeros, any other counts as far as it is known; one reaches `frames`. The
    start itself, where the tracker was told the target, does not count.

    >>> run = np.array([0.0, 0.8, 0.6, 0.0, 0.9, 0.7])
    >>> expected_overlap(Fragments.join([(run, [Cut(0, 3, True), Cut(3, 6, False)])]), 2)
    array([0.85, 0.75])
    """
    overlaps = fragments.overlaps
    place = np.arange(len(overlaps.values)) - overlaps.offsets[overlaps.owners]
    weighted = np.where(place > 0, overlaps.values, 0) * fragments.weights[overlaps.owners]
    # Sums over fragments grow by each frame's overlap, and lose a fragment's sum where it lived to its end.
    lived = ~fragments.failed
    ends, sums = overlaps.lengths[lived], overlaps.like(weighted).sums()[lived]
    steps = frames + 1
    overlap = np.bincount(place, weighted, steps)[:steps] - np.bincount(ends, sums, steps)[:steps]
    lost = np.bincount(ends, fragments.weights[lived], steps)[:steps]
    weight = fragments.weights.sum() - np.cumsum(lost)
    curve: Float = np.cumsum(overlap)[1:] / (weight[1:] * np.arange(1, steps))
    return curve


def _mean(overlaps: Float) -> Float:
    """The mean over the first axis of what is not NaN; NaN where all is."""
    known = np.isfinite(overlaps)
    count = known.sum(0)
    mean: Float = np.where(known, overlaps, 0).sum(0) / np.where(count, count, np.nan)
    return mean
