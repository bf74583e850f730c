"""The overlaps of many pairs of regions: spans merged row by row, counts kept, no bitmap (compiled)."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from harness.core.raster.compiling import compiled
from harness.core.raster.packing import EMPTY
from harness.core.raster.spans import PYSOT, ROUNDED, VOT, Floats, Ints, Rectangle, Spans, corners, trace

__all__ = ["Packed", "common", "overlaps"]

Packed: TypeAlias = tuple[NDArray[np.uint8], Ints, Floats]


@compiled
def _window(a: Rectangle, b: Rectangle, variant: int, size: Ints) -> tuple[Rectangle, float]:
    """The pixels looked at, and the overlap where it is known without looking, else -1."""
    left, top, right, bottom = min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])
    if variant == VOT and (left >= right or top >= bottom):
        return (left, top, right, bottom), 1.0  # nothing twice; but also any two lines one pixel thick
    if variant in (ROUNDED, PYSOT):
        if a[0] > np.ceil(b[2]) or b[0] > np.ceil(a[2]) or a[1] > np.ceil(b[3]) or b[1] > np.ceil(a[3]):
            return (left, top, right, bottom), 0.0
        left, top, right, bottom = np.floor(left), np.floor(top), np.ceil(right), np.ceil(bottom)
    left, top, right, bottom = np.trunc(left), np.trunc(top), np.trunc(right), np.trunc(bottom)
    if size[0]:
        left, top = max(left, 0.0), max(top, 0.0)
        right, bottom = min(right, size[0] - 1.0), min(bottom, size[1] - 1.0)
    line = 1 if variant == VOT else 0  # vot-toolkit sees nothing in a window one pixel thick
    outside = right - left < line or bottom - top < line
    return (left, top, right, bottom), 0.0 if outside else -1.0


@compiled
def _area(rows: tuple[int, int], spans: Spans) -> float:
    """Pixels in all spans of a region."""
    count = spans[2][rows[1] + 1] if rows[0] <= rows[1] else 0
    area: float = (spans[1][:count] - spans[0][:count]).sum()
    return area


@compiled
def common(a: Spans, a_row: int, b: Spans, b_row: int) -> float:
    """The length that a row of one region and a row of another have in common."""
    total = 0.0
    i, j = a[2][a_row], b[2][b_row]
    while i < a[2][a_row + 1] and j < b[2][b_row + 1]:
        total += max(min(a[1][i], b[1][j]) - max(a[0][i], b[0][j]), 0.0)
        if a[1][i] < b[1][j]:
            i += 1
        else:
            j += 1
    return total


@compiled
def _room(spans: Spans, values: Floats, height: int) -> Spans:
    """These spans, or larger ones where the region might not fit: each two corners, each run, give one more a row."""
    need = (len(values) // 4 + 1) * (height + 2)
    if len(spans[0]) >= need:
        return spans
    return np.empty(need), np.empty(need), np.empty(need, np.int64)


@compiled
def _counted(a: Spans, a_rows: tuple[int, int], b: Spans, b_rows: tuple[int, int], variant: int) -> float:
    """The overlap of two regions whose spans and first and last rows are known."""
    both = 0.0
    for row in range(max(a_rows[0], b_rows[0]), min(a_rows[1], b_rows[1]) + 1):
        both += common(a, row, b, row)
    union = _area(a_rows, a) + _area(b_rows, b) - both
    if variant == VOT:
        return both / union if union else 0.0
    return float(np.float32(both) / np.float32(union))


@compiled
def overlaps(a: Packed, b: Packed, variant: int, sizes: Ints, out: Floats) -> None:
    """Write the overlap of each pair in each of the images into `out` ``(K, N)``.

    `sizes` are ``(K, 2)``, width and height, each image within the next; a width of 0 is no bounds.
    """
    most = 2
    for i in range(out.shape[1]):
        most = max(most, a[1][i + 1] - a[1][i], b[1][i + 1] - b[1][i])
    a_xy, b_xy = np.empty((2, most)), np.empty((2, most))
    a_spans = b_spans = np.empty(0), np.empty(0), np.empty(0, np.int64)  # no room: each gets its own when needed
    for i in range(out.shape[1]):
        a_kind, b_kind = a[0][i], b[0][i]
        a_values, b_values = a[2][a[1][i] : a[1][i + 1]], b[2][b[1][i] : b[1][i + 1]]
        for k in range(len(sizes)):
            if variant != VOT and EMPTY in (a_kind, b_kind):
                out[k, i] = np.nan
                continue
            m, a_bounds = corners(a_kind, a_values, variant, a_xy)
            n, b_bounds = corners(b_kind, b_values, variant, b_xy)
            right, bottom = max(a_bounds[2], b_bounds[2]), max(a_bounds[3], b_bounds[3])
            if k and right <= sizes[0, 0] - 1 and bottom <= sizes[0, 1] - 1:  # neither image cuts them
                out[k, i] = out[0, i]
                continue
            window, out[k, i] = _window(a_bounds, b_bounds, variant, sizes[k])
            if out[k, i] >= 0:
                continue
            height = int(window[3] - window[1]) + 1
            a_spans, b_spans = _room(a_spans, a_values, height), _room(b_spans, b_values, height)
            a_rows = trace((a_kind, a_values, a_xy[:, :m]), variant, window, a_spans)
            b_rows = trace((b_kind, b_values, b_xy[:, :n]), variant, window, b_spans)
            out[k, i] = _counted(a_spans, a_rows, b_spans, b_rows, variant)
