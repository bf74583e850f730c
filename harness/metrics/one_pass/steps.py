"""What toolkits do to answers and truth before they measure: repairs, the first frame, rounding, clipping.

A step takes and returns Pairs; what it does not change it hands on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from harness.metrics.one_pass.validity import Mask, without_nan
from harness.metrics.ragged import Float, Int, Ragged

__all__ = [
    "Pairs",
    "begin_at_truth",
    "clip_to_image",
    "hold_where_all_nan",
    "hold_where_any_nan",
    "previous_good",
    "round_to_pixels",
    "void_where_any_nan",
]


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Answers beside the truth, frame by frame: S sequences laid end to end.

    Both are ``(N, 4)``, xywh in the toolkit's coordinates; `sizes` ``(S, 2)`` are the images' width and height,
    NaN where unknown.
    """

    answers: Ragged
    truth: Ragged
    sizes: Float

    def where(self, bad: Mask, rows: Float) -> Pairs:
        """Other answers in the `bad` frames: `rows` has one for each of those."""
        if not bad.any():
            return self
        values = self.answers.values.copy(order="K")
        values[bad] = rows
        return replace(self, answers=self.answers.like(values))


def hold_where_all_nan(pairs: Pairs) -> Pairs:
    """An answer that is NaN throughout, or not above zero in w or h, becomes the one before it.

    OTB's repair (calcSeqErrRobust.m): the first row is kept, a row partly NaN too, and so is any whose
    truth has a NaN. What is copied is the tracker's own, before the first row is set to the truth.

    >>> boxes = Ragged.join([np.array([[1.0, 1, 4, 4], [2, 2, 0, 4], [np.nan] * 4])])
    >>> hold_where_all_nan(Pairs(boxes, boxes.like(np.ones((3, 4))), np.ones((1, 2)))).answers.values.tolist()
    [[1.0, 1.0, 4.0, 4.0], [1.0, 1.0, 4.0, 4.0], [1.0, 1.0, 4.0, 4.0]]
    """
    return _hold(pairs, np.asarray(np.isnan(pairs.answers.values).all(1)))


def hold_where_any_nan(pairs: Pairs) -> Pairs:
    """As `hold_where_all_nan`, but one NaN is enough (LaSOT's calc_seq_err_robust.m)."""
    return _hold(pairs, ~without_nan(pairs.answers.values))


def _hold(pairs: Pairs, nan: Mask) -> Pairs:
    bad = nan | (pairs.answers.values[:, 2:] <= 0).any(1)
    bad &= without_nan(pairs.truth.values)
    bad[pairs.answers.offsets[:-1]] = False
    return pairs.where(bad, pairs.answers.values[previous_good(bad)[bad]])


def previous_good(bad: Mask) -> Int:
    """For each row the last one up to it that is not bad ``(N,)``; the first row must not be.

    >>> previous_good(np.array([False, True, True, False]))
    array([0, 0, 0, 3])
    """
    return np.asarray(np.maximum.accumulate(np.where(bad, 0, np.arange(len(bad)))), np.int64)


def void_where_any_nan(pairs: Pairs) -> Pairs:
    """An answer partly NaN is wholly so (Python's toolkits, whose `max` and `min` pass NaN on)."""
    return pairs.where(~without_nan(pairs.answers.values), np.full((1, 4), np.nan))


def begin_at_truth(pairs: Pairs) -> Pairs:
    """The first frame counts, and counts as perfect, whatever the tracker said there."""
    first = np.zeros(len(pairs.truth.values), bool)
    first[pairs.truth.offsets[:-1]] = True
    return pairs.where(first, pairs.truth.values[first])


def round_to_pixels(pairs: Pairs) -> Pairs:
    """Truth and answers to whole numbers, halves to the even one (TrackingNet)."""
    answers, truth = (part.like(part.values.round()) for part in (pairs.answers, pairs.truth))
    return replace(pairs, answers=answers, truth=truth)


def clip_to_image(pairs: Pairs) -> Pairs:
    """Truth and answers within the image, as got10k does it.

    A box that begins left of the image is moved to its edge *without* getting narrower, unless it then ends
    past the other edge; above the same.

    >>> box = Ragged.join([np.array([[-50.0, 10, 100, 60]])])
    >>> clip_to_image(Pairs(box, box, np.array([[640.0, 480]]))).answers.values.tolist()
    [[0.0, 10.0, 100.0, 60.0]]
    """
    limits = pairs.sizes[pairs.truth.owners]
    answers, truth = (part.like(_clipped(part.values, limits)) for part in (pairs.answers, pairs.truth))
    return replace(pairs, answers=answers, truth=truth)


def _clipped(boxes: Float, limits: Float) -> Float:
    corner = np.clip(boxes[:, :2], 0, limits)
    return np.concatenate([corner, np.clip(boxes[:, 2:], 0, limits - corner)], axis=1)
