"""The exact overlap of polygons: no pixels, areas in the plane (compiled).

The plane is cut at the height of every corner and of every crossing of two edges. Between two such levels
no edges cross, so what a region covers grows evenly: its width halfway, times the height, is its area there.
Holds for concave polygons and for self-crossing ones too (even-odd rule).
"""

from __future__ import annotations

import numpy as np

from harness.core.raster.compiling import compiled
from harness.core.raster.packing import BOX, EMPTY
from harness.core.raster.pairs import Packed, common
from harness.core.raster.spans import Floats, Ints, Rectangle, Spans

__all__ = ["overlaps"]

_FAR = 2.0**22  # beyond all corners


@compiled
def _edges(kind: int, values: Floats) -> Floats:
    """The region's edges ``(n, 4)``: x, y of both ends."""
    corners = values
    if kind == BOX:
        x, y, w, h = values
        corners = np.array([x, y, x + w, y, x + w, y + h, x, y + h])
    n = len(corners) // 2
    edges = np.empty((n, 4))
    for i in range(n):
        edges[i, 0], edges[i, 1] = corners[2 * i], corners[2 * i + 1]
        edges[i - 1, 2], edges[i - 1, 3] = corners[2 * i], corners[2 * i + 1]
    return edges


@compiled
def _levels(edges: Floats) -> Floats:
    """The heights of all ends and crossings of these edges, in order."""
    n = len(edges)
    levels, count = np.empty(n + n * n // 2), n
    for i in range(n):
        x, y, dx, dy = edges[i, 0], edges[i, 1], edges[i, 2] - edges[i, 0], edges[i, 3] - edges[i, 1]
        levels[i] = y
        for j in range(i):
            ex, ey = edges[j, 2] - edges[j, 0], edges[j, 3] - edges[j, 1]
            across = dx * ey - dy * ex
            if across == 0:
                continue
            here = ((edges[j, 0] - x) * ey - (edges[j, 1] - y) * ex) / across
            there = ((edges[j, 0] - x) * dy - (edges[j, 1] - y) * dx) / across
            if 0 < here < 1 and 0 < there < 1:
                levels[count] = y + here * dy
                count += 1
    return np.sort(levels[:count])


@compiled
def _slice(edges: Floats, y: float, low: float, high: float, spans: Spans) -> float:
    """Write what the region covers at height `y`, from `low` to `high`; how long that is."""
    nodes, count, total = np.empty(len(edges)), 0, 0.0
    for i in range(len(edges)):
        x, top, other, bottom = edges[i]
        if (top < y) != (bottom < y):
            nodes[count] = min(max(x + (y - top) / (bottom - top) * (other - x), low), high)
            count += 1
    nodes = np.sort(nodes[:count])
    for i in range(count // 2):
        spans[0][i], spans[1][i] = nodes[2 * i], nodes[2 * i + 1]
        total += nodes[2 * i + 1] - nodes[2 * i]
    spans[2][0], spans[2][1] = 0, count // 2
    return total


@compiled
def _pair(a: Floats, b: Floats, image: Rectangle) -> float:
    """Intersection over union of what lies inside the image, from the edges."""
    left, top, right, bottom = image
    edges = np.concatenate((a, b, _edges(BOX, np.array([left, top, right - left, bottom - top]))))
    a_spans = np.empty(len(a)), np.empty(len(a)), np.empty(2, np.int64)
    b_spans = np.empty(len(b)), np.empty(len(b)), np.empty(2, np.int64)
    levels = _levels(edges)
    both, areas = 0.0, 0.0
    for i in range(1, len(levels)):
        y, height = (levels[i - 1] + levels[i]) / 2, levels[i] - levels[i - 1]
        if top < y < bottom:
            areas += height * (_slice(a, y, left, right, a_spans) + _slice(b, y, left, right, b_spans))
            both += height * common(a_spans, 0, b_spans, 0)
    return both / (areas - both)


@compiled
def overlaps(a: Packed, b: Packed, sizes: Ints, out: Floats) -> None:
    """Write the overlap of each pair in each of the images into `out` ``(K, N)``; as `pairs.overlaps`."""
    for k in range(len(sizes)):
        image = (0.0, 0.0, float(sizes[k, 0]), float(sizes[k, 1])) if sizes[k, 0] else (-_FAR, -_FAR, _FAR, _FAR)
        for i in range(out.shape[1]):
            if EMPTY in (a[0][i], b[0][i]):
                out[k, i] = np.nan
                continue
            first = _edges(a[0][i], a[2][a[1][i] : a[1][i + 1]])
            second = _edges(b[0][i], b[2][b[1][i] : b[1][i + 1]])
            out[k, i] = _pair(first, second, image)
