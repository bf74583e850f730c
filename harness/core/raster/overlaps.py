"""How well two regions agree, counted in pixels exactly as VOT's toolkits count them.

Four official codes turn corners into pixels in four ways, so one pair of regions has four overlaps, and one
set of results four values of EAO. The loops are compiled by numba on first use (and kept on disk); they hold
no bitmap and not the interpreter's lock, so that threads share the work.
"""

from __future__ import annotations

from collections.abc import Sequence as Row
from typing import Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from harness.core.errors import EvaluationError
from harness.core.raster.packing import MASK, PackedRegions
from harness.core.regions import Regions

__all__ = ["Rasteriser", "raster_overlaps", "raster_overlaps_within"]

Float = NDArray[np.float64]
# The first four in the order of the compiled variants.
Rasteriser: TypeAlias = Literal["vot-toolkit", "toolkit-legacy-raster", "toolkit-legacy", "pysot", "exact"]


def raster_overlaps(
    a: Regions | PackedRegions,
    b: Regions | PackedRegions,
    rasteriser: Rasteriser,
    bounds: tuple[int, int] | None = None,
) -> Float:
    """Intersection over union of each pair of regions ``(N,)``, of the pixels inside `bounds` (width, height).

    * ``vot-toolkit`` (0.9): corners to the nearest pixel, halves to the even one. Of two empty regions the
      overlap is 1, of one and an empty one 0; and of two lines one pixel thick, in one column or row, 1.
    * ``toolkit-legacy-raster`` (TraX's region.c): corners to the nearest pixel, halves away from zero.
    * ``toolkit-legacy`` (the same, that toolkit's default): corners as they are, right and bottom edges open.
    * ``pysot``: as ``toolkit-legacy-raster``, but a box ends one pixel later, and single pixels are lost.
    * ``exact``: areas in the plane, not pixels (got10k toolkit); even-odd where a polygon crosses itself.

    In all but the first the overlap is NaN with an empty region (a code, a miss, a mask without pixels), or where
    two regions fill nothing. Those codes take no masks; here a mask is its pixels to all but ``exact``.
    Raises EvaluationError for labels, and for masks under ``exact``; ValueError for rows of different length.

    >>> boxes = Regions([[0, 0, 2, 2]]), Regions([[1, 0, 2, 2]])
    >>> raster_overlaps(*boxes, "vot-toolkit"), raster_overlaps(*boxes, "pysot")
    (array([0.33333333]), array([0.5]))
    """
    overlaps: Float = raster_overlaps_within(a, b, rasteriser, [bounds or (0, 0)])[0]
    return overlaps


def raster_overlaps_within(
    a: Regions | PackedRegions, b: Regions | PackedRegions, rasteriser: Rasteriser, sizes: Row[tuple[int, int]]
) -> Float:
    """`raster_overlaps` inside each of some images ``(K, N)``, each no smaller than the one before.

    Pairs that the first image holds whole are compared once. A width of 0 means no bounds.
    """
    from harness.core.raster import exact, pairs  # noqa: PLC0415  half a second, for VOT alone

    first, second = (part if isinstance(part, PackedRegions) else PackedRegions.pack(part) for part in (a, b))
    if len(first) != len(second):
        raise ValueError(f"overlaps are of pairs, found {len(first)} and {len(second)} regions")
    out = np.empty((len(sizes), len(first)))
    images = np.array(sizes, np.int64)
    if rasteriser == "exact":
        if MASK in first.kinds or MASK in second.kinds:
            raise EvaluationError("exact overlaps are of boxes and polygons, found a mask")
        exact.overlaps(first.arrays, second.arrays, images, out)
    else:
        variant = get_args(Rasteriser).index(rasteriser)
        pairs.overlaps(first.arrays, second.arrays, variant, images, out)
    return out
