"""What each toolkit does with a result that is shorter or longer than the truth, or that it will not read.

Each function takes a result ``(M, 4)`` and its truth ``(N, 4)`` and returns what is scored: as a rule N rows.
Fewer mean that the truth's last rows do not count. What a toolkit crashes on is an EvaluationError here.
"""

from __future__ import annotations

import numpy as np

from harness.core.errors import EvaluationError
from harness.metrics.one_pass.steps import previous_good
from harness.metrics.one_pass.validity import positive, without_nan
from harness.metrics.ragged import Float

__all__ = [
    "cut",
    "cut_or_pad_with_nan",
    "cut_to_shorter",
    "pytracking",
    "pytracking_lasot",
    "same_length",
    "same_length_where_valid",
]


def same_length(boxes: Float, truth: Float) -> Float:
    """A row for each frame, no more and no less (pysot, GOT-10k)."""
    if len(boxes) != len(truth):
        raise _mismatch(boxes, truth)
    return boxes


def same_length_where_valid(boxes: Float, truth: Float) -> Float:
    """A row for each frame; only rows whose truth is invalid may be missing at the end.

    OTB's MATLAB code fails on any other length, but never looks at the prediction where it does not use
    it (Twinnings, whose last truth is 0,0,0,0). Such rows are made zero boxes.
    """
    missing = len(truth) - len(boxes)
    if missing < 0 or not len(boxes) or positive(truth[len(boxes) :]).any():
        raise _mismatch(boxes, truth)
    return _padded(boxes, truth, 0)


def cut(boxes: Float, truth: Float) -> Float:
    """Rows past the truth's end are ignored; a short result is refused (LaSOT, for monkey-17)."""
    if len(boxes) < len(truth):
        raise _mismatch(boxes, truth)
    return boxes[: len(truth)]


def cut_to_shorter(boxes: Float, truth: Float) -> Float:
    """The first rows that both have (got10k's OTB code)."""
    if not len(boxes):
        raise _mismatch(boxes, truth)
    return boxes[: len(truth)]


def cut_or_pad_with_nan(boxes: Float, truth: Float) -> Float:
    """Rows past the truth's end are ignored, missing ones are misses (TrackingNet)."""
    if not len(boxes):
        raise _mismatch(boxes, truth)
    return _padded(boxes[: len(truth)], truth, np.nan)


def pytracking(boxes: Float, truth: Float) -> Float:
    """Refused with NaN or a negative size; a row of size 0 becomes the one before it; then cut, or padded.

    The zero boxes a short result is padded with come after that repair: they stay in the image's corner.
    """
    return _padded(_readable(boxes, truth)[: len(truth)], truth, 0)


def pytracking_lasot(boxes: Float, truth: Float) -> Float:
    """As `pytracking`, but a short result is refused."""
    return cut(_readable(boxes, truth), truth)


def _readable(boxes: Float, truth: Float) -> Float:
    bad = ~without_nan(boxes) | (boxes[:, 2:] < 0).any(1)
    if bad.any() or not len(boxes):
        found = f"the first is row {bad.argmax() + 1}" if len(boxes) else "it has no rows"
        raise EvaluationError(f"pytracking refuses a result with NaN or a negative size; {found}")
    empty = np.asarray((boxes[:, 2:] == 0).any(1))
    empty[0] = False
    both = min(len(boxes), len(truth))
    empty[:both] &= without_nan(truth[:both])
    return boxes[previous_good(empty)]


def _padded(boxes: Float, truth: Float, value: float) -> Float:
    missing = len(truth) - len(boxes)
    return np.concatenate([boxes, np.full((missing, 4), value)]) if missing else boxes


def _mismatch(boxes: Float, truth: Float) -> EvaluationError:
    return EvaluationError(f"{len(boxes)} rows of result for {len(truth)} frames of truth; run the sequence again")
