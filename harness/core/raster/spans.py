"""The pixels of one region as spans of rows, as VOT's toolkits draw them (compiled).

A region is a kind and a slice of numbers (see `PackedRegions`). Where the official codes differ, the
`variant` decides. The order of every floating-point operation is theirs: truncation would show another.
Pixels are counted in float64, which holds such integers exactly and is the faster.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from harness.core.raster.compiling import compiled
from harness.core.raster.packing import BOX, EMPTY, MASK, POLYGON, RUNS

__all__ = ["FLOAT", "PYSOT", "ROUNDED", "VOT", "Floats", "Ints", "Rectangle", "Spans", "corners", "trace"]

VOT, ROUNDED, FLOAT, PYSOT = range(4)  # variants

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Rectangle: TypeAlias = tuple[float, float, float, float]  # left, top, right, bottom: pixels, all inclusive
# The spans [start, end) of a region's rows: those of row y are at rows[y] to rows[y + 1].
Spans: TypeAlias = tuple[Floats, Floats, Ints]
Region: TypeAlias = tuple[int, Floats, Floats]  # its kind, its numbers, its corners


@compiled
def _mask_bounds(values: Floats) -> Rectangle:
    """The first and last column and row with a pixel; a mask's window may be larger."""
    width = values[2]
    seen = row = 0.0
    left, top, right, bottom = width, -1.0, 0.0, 0.0
    for run in range(RUNS, len(values)):
        start, seen = seen, seen + values[run]
        if (run - RUNS) % 2 == 0 or start == seen:
            continue
        while start >= (row + 1) * width:
            row += 1
        top = row if top < 0 else top
        left, right = min(left, start - row * width), max(right, min(seen - row * width, width) - 1)
        while seen > (row + 1) * width:  # it goes on in the next row
            row += 1
            left, right = 0.0, max(right, min(seen - row * width, width) - 1)
        bottom = row
    return left + values[0], top + values[1], right + values[0], bottom + values[1]


@compiled
def corners(kind: int, values: Floats, variant: int, xy: Floats) -> tuple[int, Rectangle]:
    """Write the region's corners into `xy` ``(2, …)``; how many, and its bounds. A box and a mask have two."""
    xs, ys = xy
    if kind == EMPTY:
        return 0, (0.0, 0.0, 0.0, 0.0)
    n = 2
    if kind == MASK:
        xs[0], ys[0], xs[1], ys[1] = _mask_bounds(values)
    elif kind == BOX:
        x, y, w, h = np.float32(values[0]), np.float32(values[1]), np.float32(values[2]), np.float32(values[3])
        if variant == VOT:
            xs[0], ys[0] = np.rint(x), np.rint(y)
            xs[1], ys[1] = xs[0] + np.rint(w) - 1, ys[0] + np.rint(h) - 1
            return n, (xs[0], ys[0], xs[1], ys[1])  # not in order where it has no width or height
        one = np.float32(0 if variant == PYSOT else 1)
        xs[0], ys[0], xs[1], ys[1] = x, y, x + w - one, y + h - one
    else:
        n = len(values) // 2
        for i in range(n):
            xs[i], ys[i] = np.float32(values[2 * i]), np.float32(values[2 * i + 1])
            if variant == VOT:
                xs[i], ys[i] = np.rint(xs[i]), np.rint(ys[i])
    return n, (xs[:n].min(), ys[:n].min(), xs[:n].max(), ys[:n].max())


@compiled
def _away(x: float) -> float:
    """Rounded, halves away from zero."""
    rounded: float = np.floor(x + 0.5) if x >= 0 else np.ceil(x - 0.5)
    return rounded


@compiled
def _box(xy: Floats, variant: int, window: Rectangle, spans: Spans) -> tuple[int, int]:
    """A box: the rows its corners would give as a polygon."""
    xs, ys = xy
    left, top, right, bottom = window
    width, height = right - left + 1, bottom - top + 1
    if variant == VOT:
        x0, y0, x1, y1 = xs[0] - left, ys[0] - top, min(xs[1] - left, right) + 1, min(ys[1] - top, bottom) + 1
        x1, y1 = x1 + width if x1 < 0 else x1, y1 + height if y1 < 0 else y1  # an index from behind
        if xs[0] > right or xs[1] < left or ys[0] > bottom or ys[1] < top:
            x1 = x0
    elif variant == FLOAT:
        x0, x1 = np.trunc(np.float32(xs.min() - left)), np.trunc(np.float32(xs.max() - left))
        y0, y1 = np.floor(np.float32(ys.min() - top)) + 1, np.floor(np.float32(ys.max() - top)) + 1
        x1 = width - 1 if x1 > width else x1
    else:
        x0, y0, x1, y1 = _away(xs.min()) - left, _away(ys.min()) - top, _away(xs.max()) - left, _away(ys.max()) - top
        if variant == PYSOT and (x0 == x1 or y0 == y1):
            x1 = x0 - 1
        x1, y1 = x1 + 1, y1 + 1
    x0, x1, y0, y1 = max(x0, 0.0), min(x1, width), max(y0, 0.0), min(y1, height)
    first, last = int(y0), int(y1) - 1
    if x0 >= x1 or first > last:
        return 0, -1
    for i in range(last - first + 1):
        spans[0][i], spans[1][i], spans[2][first + i] = x0, x1, i
    spans[2][last + 1] = last - first + 1
    return first, last


@compiled
def _mask(values: Floats, rows_set: Floats, window: Rectangle, spans: Spans) -> tuple[int, int]:
    """A mask's runs of ones, cut at the ends of rows and at the window; `rows_set` are its first and last row."""
    starts, ends, rows = spans
    left, top, right, bottom = window
    x, y, w = values[0], values[1], int(values[2])
    first, last = int(max(rows_set[0], top) - top), int(min(rows_set[1], bottom) - top)
    if first > last:
        return 0, -1
    low, high = max(left - x, 0), min(right + 1 - x, w)  # columns of the mask's window
    run, seen, count = RUNS, 0, 0
    for row in range(first, last + 1):
        rows[row] = count
        begin = int(row + top - y) * w
        while seen < begin + w and run < len(values):
            length = int(values[run])
            if (run - RUNS) % 2:
                start, end = max(seen - begin, low), min(seen + length - begin, high)
                if start < end:
                    starts[count], ends[count] = start + x - left, end + x - left
                    count += 1
            if seen + length > begin + w:
                break  # it goes on in the next row
            seen += length
            run += 1
    rows[last + 1] = count
    return first, last


@compiled
def _node(y: float, edge: Rectangle, single: bool) -> float:
    """The pixel in which row `y` meets the edge from one corner (x, y) to another, in `single` precision or not."""
    xi, yi, xj, yj = edge
    node: float
    if single:
        share = (np.float32(y) - np.float32(yi)) / (np.float32(yj) - np.float32(yi))
        node = np.float64(np.trunc(np.float32(xi) + share * (np.float32(xj) - np.float32(xi))))
    else:
        node = np.trunc(xi + (y - yi) / (yj - yi) * (xj - xi))
    return node


@compiled
def _two_sided(ys: Floats) -> bool:
    """True where y falls along one chain of edges and rises along one other, level only at top and bottom."""
    n, turns = len(ys), 0
    for i in range(n):
        before, after, later = ys[i] - ys[i - 1], ys[(i + 1) % n] - ys[i], ys[(i + 2) % n] - ys[(i + 1) % n]
        if after == 0 and before * later >= 0:
            return False
        turns += after == 0 or before * after < 0
    return turns == 2


@compiled
def _chains(xy: Floats, single: bool, first: int, lefts: Floats, rights: Floats) -> None:
    """The outermost nodes of each row from `first` on: all there are in a polygon of two sides."""
    xs, ys = xy
    lefts[:], rights[:] = np.inf, -np.inf
    for i in range(len(xs)):
        low, high = min(ys[i], ys[i - 1]), max(ys[i], ys[i - 1])
        if low == high:
            continue
        begin = max(int(np.floor(low) + 1 if single else np.ceil(low)) - first, 0)
        end = max(min(int(np.floor(high)) + 1 - first, len(lefts)), begin)
        left, right = lefts[begin:end], rights[begin:end]
        for k in range(len(left)):
            row = np.float64(np.int32(first + begin + k))
            node = _node(row, (xs[i], ys[i], xs[i - 1], ys[i - 1]), single)
            left[k], right[k] = min(left[k], node), max(right[k], node)


@compiled
def _nodes(xy: Floats, y: int, variant: int, nodes: Floats) -> int:
    """Where row `y` meets the edges, sorted; how often."""
    xs, ys = xy
    count = 0
    for i in range(len(xs)):
        low, high = min(ys[i], ys[i - 1]), max(ys[i], ys[i - 1])
        if not low <= y <= high or (variant == FLOAT and y == low) or (variant == PYSOT and low == high):
            continue
        node = xs[i]
        if low < high:
            node = _node(y, (xs[i], ys[i], xs[i - 1], ys[i - 1]), variant == FLOAT)
        place = count
        while place and nodes[place - 1] > node:
            nodes[place] = nodes[place - 1]
            place -= 1
        nodes[place] = node
        count += 1
    return count


@compiled
def _pairs(nodes: Floats, variant: int, width: float, spans: Spans, m: int) -> int:
    """Write the spans between nodes, two by two, after the first `m`; how many there are then.

    A node met twice is one; but the last two stay, save in pysot, which so loses single pixels.
    """
    i, done = 0, 0.0
    while i < len(nodes) - 1 and nodes[i] < width:
        if variant != FLOAT and nodes[i] == nodes[i + 1] and (variant == PYSOT or i < len(nodes) - 2):
            i += 1
            continue
        end = min(nodes[i + 1] + 1, width)
        if variant == FLOAT:
            end = width - 1 if nodes[i + 1] > width else nodes[i + 1]
        start = max(nodes[i], done)
        if start < end:
            spans[0][m], spans[1][m] = start, end
            m, done = m + 1, end
        i += 2
    return m


@compiled
def _polygon(xy: Floats, variant: int, window: Rectangle, spans: Spans) -> tuple[int, int]:
    """A polygon, row by row."""
    (xs, ys), (starts, ends, rows), (left, top, right, bottom) = xy, spans, window
    for i in range(len(xs)):
        if variant in (ROUNDED, PYSOT):
            xs[i], ys[i] = _away(xs[i]), _away(ys[i])
        xs[i], ys[i] = xs[i] - left, ys[i] - top
        if variant == FLOAT:
            xs[i], ys[i] = np.float32(xs[i]), np.float32(ys[i])
    first, last = max(int(np.ceil(ys.min())), 0), int(min(ys.max(), bottom - top))
    if first > last:
        return 0, -1
    two_sided, nodes, met, count = _two_sided(ys), np.empty(len(xs)), 2, 0
    if two_sided:
        _chains(xy, variant == FLOAT, first, starts[: last - first + 1], ends[: last - first + 1])
    for row in range(first, last + 1):
        if two_sided:
            nodes[0], nodes[1] = starts[row - first], ends[row - first]
        else:
            met = _nodes(xy, row, variant, nodes)
        rows[row] = count
        count = _pairs(nodes[:met], variant, right - left + 1, spans, count)
    rows[last + 1] = count
    return first, last


@compiled
def trace(region: Region, variant: int, window: Rectangle, spans: Spans) -> tuple[int, int]:
    """Write the spans of a region whose corners are known; its first and last row."""
    kind, values, xy = region
    if kind == BOX:
        return _box(xy, variant, window, spans)
    if kind == MASK:
        return _mask(values, xy[1], window, spans)
    if kind == POLYGON:
        return _polygon(xy, variant, window, spans)
    return 0, -1
