"""What four numbers of a stranger's row mean, found out by laying the first rows over the truth's.

Trackers are given the first box and write it down, so that over a whole benchmark the right reading is the one under
which first rows and truth coincide. Some toolkits shift the box by half a pixel; readings differ by at least one.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from harness.core.errors import BadResults
from harness.core.regions import Box, Polygon, Regions
from harness.interop.formats.format import Coordinates

__all__ = ["Decision", "decide", "first_column", "in_pixels", "shifted"]

Float = NDArray[np.float64]

READINGS = tuple(itertools.starmap(Coordinates, itertools.product(("xywh", "xyxy", "corners"), (0, 1))))

_NEAR = 1.0  # pixels, in the worst of four numbers: some toolkits shift by half of one, others cut off the fraction
_CLEARLY = 0.25  # pixels by which another reading must be worse

_DECIMALS = 10  # more than anybody writes who rounds at all

_FROM_ONE = ("otb", "uav123", "lasot")


@dataclass(frozen=True, slots=True)
class Decision:
    """What the rows of a source mean, and how that is known, in one line."""

    coordinates: Coordinates
    evidence: str


def first_column(dataset: str) -> int:
    """The number of the leftmost pixel's column in a benchmark's own files; results of toolkits follow these.

    >>> first_column("otb2013"), first_column("got10k-val")
    (1, 0)
    """
    return int(dataset.startswith(_FROM_ONE))


def in_pixels(boxes: Float, coordinates: Coordinates) -> Float:
    """Boxes ``(N, 4)`` as the house counts: xywh from 0.

    >>> in_pixels(np.array([[2.0, 3, 11, 23]]), Coordinates("corners", 1))
    array([[ 1.,  2., 10., 21.]])
    """
    result = boxes.copy()
    if coordinates.order != "xywh":
        result[:, 2:] -= boxes[:, :2] - (coordinates.order == "corners")
    result[:, :2] -= coordinates.first
    return result


def shifted(regions: Regions, pixels: float) -> Regions:
    """Boxes and polygons moved right and down; masks and codes as they are.

    Of the numbers that `in_pixels` brings back to a box, the one with few decimals, as it was before it came here.

    >>> shifted(Regions([[-0.1 - 1, 5, 6, 7]]), 1)[0]  # where -1.1 + 1 is -0.10000000000000009
    Box(x=-0.1, y=6.0, w=6.0, h=7.0)
    """
    if pixels == 0:
        return regions
    if regions.all_boxes:
        by = np.array([pixels, pixels, 0, 0])
        moved = regions.boxes + by
        short = moved.round(_DECIMALS)
        return Regions(np.where(short - by == regions.boxes, short, moved))
    return Regions.collect(
        Box(region.x + pixels, region.y + pixels, region.w, region.h)
        if isinstance(region, Box)
        else Polygon(tuple((x + pixels, y + pixels) for x, y in region.points))
        if isinstance(region, Polygon)
        else region
        for region in regions
    )


def decide(
    firsts: Float, truths: Float, readings: Sequence[Coordinates] = READINGS, source: object = "the source"
) -> Decision:
    """The one of `readings` under which first rows ``(S, 4)`` as written are the truth's ``(S, 4)``.

    Raises BadResults where none is, or where two are about as good.

    >>> decide(np.array([[11.0, 21, 5, 6]]), np.array([[10.0, 20, 5, 6]])).coordinates
    Coordinates(order='xywh', first=1)
    """
    known = np.isfinite(firsts).all(1) & np.isfinite(truths).all(1)
    if len(readings) == 1:
        return Decision(readings[0], f"boxes are {readings[0]}, as you say")
    if not known.any():
        raise BadResults(f"{source}: no first row that can be laid over the truth's; {_SAY}")
    off = np.array([np.abs(in_pixels(firsts, one) - truths)[known].max(1) for one in readings])
    ranked = sorted(zip(np.median(off, 1).tolist(), readings, strict=True), key=lambda one: one[0])
    (best, chosen), (next_best, other) = ranked[:2]
    if best > _NEAR or next_best - best < _CLEARLY:
        what = f"read as {chosen}, first rows are {best:.2g} px from the truth (median), as {other} {next_best:.2g} px"
        raise BadResults(f"{source}: cannot tell how boxes are written: {what}; {_SAY}")
    alike = f"{int((off[readings.index(chosen)] <= _NEAR).sum())} of {int(known.sum())} first rows are the truth's"
    return Decision(chosen, f"boxes are {chosen}: {alike}, {best:.2g} px off (median); as {other}, {next_best:.2g} px")


_SAY = "say --order xywh, xyxy or corners, and --first 0 or 1"
