"""What is odd about one trial's rows. It is said, never mended: rows are stored as they came."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from harness.core.regions import Labels, Regions

__all__ = ["first_row", "remarks", "whole"]

Float = NDArray[np.float64]

_SAME = 1e-3  # pixels: what is left of a box that was written with three decimals
_A_PIXEL = 0.999
_FROZEN = 10  # rows: shorter sequences may well end on a target that stands still


def remarks(regions: Regions, truth: Regions) -> Iterator[str]:
    """Each oddity of a trajectory over a sequence of this truth.

    >>> list(remarks(Regions([[0, 0, 5, 5], [1, 0, 5, -5]]), Regions([[0, 0, 5, 5]] * 3)))
    ['2 rows for 3 frames', '1 rows without width or height']
    """
    boxes = regions.boxes
    if len(regions) != len(truth):
        yield f"{len(regions)} rows for {len(truth)} frames"
    if regions.misses and (regions.all_boxes or not any(map(_labelled, regions))):
        yield f"{regions.misses} rows with NaN"
    if not regions.all_boxes:  # codes and empty masks are rows without numbers too
        return
    if flat := int(((boxes[:, 2] <= 0) | (boxes[:, 3] <= 0)).sum()):
        yield f"{flat} rows without width or height"
    if (still := _frozen(boxes)) >= max(_FROZEN, len(boxes) / 2):
        yield f"the last {still} of {len(boxes)} rows are the same box"
    count = min(len(boxes), len(truth))
    if count > 1 and _alike(boxes[:count], truth.boxes[:count]):
        yield "the truth itself"


def first_row(regions: Regions, truth: Regions) -> Iterator[str]:
    """Whether the box that the tracker was given is another than the truth's: a pixel is what counting from 1 makes.

    >>> list(first_row(Regions([[1, 0, 5, 5]]), Regions([[0, 0, 5, 5]])))
    ['the first row is 1 px from the truth, as if of another sequence or counted otherwise']
    """
    off = float(np.abs(regions.boxes[:1] - truth.boxes[:1]).max(initial=0)) if len(regions) else 0.0
    if off > _A_PIXEL:
        yield f"the first row is {off:.3g} px from the truth, as if of another sequence or counted otherwise"


def whole(boxes: Float) -> bool:
    """Whether rows hold whole numbers alone, but for the first, which is not the tracker's own.

    >>> whole(np.array([[1.5, 2, 3, 4], [2, 2, 3, 4]])), whole(np.array([[1, 2, 3, 4], [1.5, 2, 3, 4]]))
    (True, False)
    """
    later = boxes[1:]
    known = later[~np.isnan(later)]
    return bool(known.size) and bool((known == np.rint(known)).all())


def _labelled(region: object) -> bool:
    """Whether it is of several objects, none of which need be there."""
    return isinstance(region, Labels)


def _frozen(boxes: Float) -> int:
    """The number of rows at the end that are the same."""
    moved = np.flatnonzero(boxes != boxes[-1:])  # of all numbers: by rows is slow
    return len(boxes) - (int(moved[-1]) // 4 + 1 if len(moved) else 0)


def _alike(boxes: Float, truth: Float) -> bool:
    unknown = np.isnan(truth[1:])  # the first is given to trackers
    near = np.abs(boxes[1:] - truth[1:]) <= _SAME
    return bool((near | unknown).all() and not unknown.all())
