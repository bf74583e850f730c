"""Runs that start at anchors and are never begun again (VOT2020 on): accuracy, robustness, expected overlap.

A run goes from its anchor to the end of the sequence, or backwards to its beginning, and is tracked as long
as the overlap does not stay below a threshold.

Kristan et al., "The Eighth Visual Object Tracking VOT2020 challenge results", ECCVW 2020.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from harness.metrics.ragged import Float

__all__ = ["expected_overlap_sums", "tracked_frames"]


def tracked_frames(overlaps: Float, empty: NDArray[np.bool_], threshold: float, grace: int) -> int:
    """Frames of a run before it fails: before the first `grace` in a row that do not exceed `threshold`.

    Frames with `empty` truth do not fail. All frames where it never fails. The first frame of a run, whose
    overlap is 0, is one of the row where the next does not exceed the threshold either.

    >>> tracked_frames(np.array([0.0, 0.9, 0.05, 0.0, 0.0]), np.zeros(5, bool), threshold=0.1, grace=3)
    2
    """
    frames = np.arange(len(overlaps))
    fine = (overlaps > threshold) | empty
    in_a_row = frames - np.maximum.accumulate(np.where(fine, frames, -1))
    failed = np.flatnonzero(in_a_row == grace)
    return int(failed[0]) + 1 - grace if failed.size else len(overlaps)


def expected_overlap_sums(overlaps: Float, tracked: int, frames: int) -> tuple[Float, Float]:
    """What a run adds to the expected overlap after 0, 1, … frames: mean overlap so far, and 1 where it counts.

    Both are ``(frames,)``. A run that fails counts for ever, with overlaps of 0. As in vot-toolkit, past its
    last frame its sum is divided by one frame too few (``multistart.py``: ``/ (j - 1)``).

    >>> expected_overlap_sums(np.array([0.0, 0.8, 0.6]), tracked=2, frames=5)[0]
    array([0.        , 0.8       , 0.4       , 0.4       , 0.26666667])
    """
    known = min(len(overlaps), frames)
    sums, count = np.zeros(frames), np.zeros(frames)
    kept = np.where(np.arange(len(overlaps)) < tracked, overlaps, 0)[1:]
    divisor = np.arange(1, known)
    sums[1:known], count[1:known] = np.cumsum(kept[: known - 1]) / divisor, 1
    if tracked < len(overlaps):
        sums[known:], count[known:] = kept.sum() / np.arange(known - 1, frames - 1), 1
    return sums, count
