"""Regions as TraX writes them: ``x,y,w,h``, ``x1,y1,x2,y2,…`` and ``mask:x,y,w,h,runs…``."""

from __future__ import annotations

import math

import numpy as np

from harness.core.regions import Box, Mask, Polygon, Region

__all__ = ["decode_region", "encode_region"]

_PIXELS = 2**28  # more is no mask of an image


def encode_region(region: Region) -> str:
    """A region of one target, its numbers at full precision.

    Raises ValueError for labels, which are several.

    >>> encode_region(Box(0.1, 2, 3, 1e-7)), encode_region(Mask(1, 2, 2, 1, (0, 2)))
    ('0.1,2,3,0.0000001', 'mask:1,2,2,1,0,2')
    """
    match region:
        case Box():
            return _written(region.xywh)
        case Polygon(points):
            return _written([number for point in points for number in point])
        case Mask(x, y, w, h, runs):
            return f"mask:{','.join(map(str, (x, y, w, h, *runs)))}"
    raise ValueError("TraX has no region for several objects")


def decode_region(text: str) -> Region | None:
    """A region, or None where the tracker says that it sees no target: a special code, or NaN.

    Raises ValueError for anything else.

    >>> decode_region("1,2,3,4"), decode_region("mask:1,2,2,2,1,1"), decode_region("0")
    (Box(x=1.0, y=2.0, w=3.0, h=4.0), Mask(x=2, y=2, w=1, h=1, runs=(0, 1)), None)
    """
    if text[:1] in ("m", "M"):
        return _mask(text)
    try:
        numbers = [float(number) for number in text.split(",")]
    except ValueError:
        raise ValueError(f"expected a region, found {text!r:.60}") from None
    if len(numbers) == 1 or any(map(math.isnan, numbers)):
        return None
    if not all(map(math.isfinite, numbers)):
        raise ValueError(f"expected a region of finite numbers, found {text!r:.60}")
    if len(numbers) == 4:
        return Box(*numbers)
    if len(numbers) < 6 or len(numbers) % 2:
        raise ValueError(f"a region has 4 numbers, or two for each of 3 or more corners, found {text!r:.60}")
    return Polygon(tuple(zip(numbers[::2], numbers[1::2], strict=True)))


def _mask(text: str) -> Mask:
    """A mask whose last run of zeros may be left out."""
    try:
        x, y, w, h, *runs = map(int, text.removeprefix("mask:").lstrip("mM").split(","))
    except ValueError:
        raise ValueError(f"a mask is whole numbers x,y,w,h and its runs, found {text!r:.60}") from None
    left = w * h - sum(runs)
    if min(w, h, left, *runs) < 0 or w * h > _PIXELS:
        raise ValueError(f"the runs of a mask fill its {w} x {h} pixels at most, found {text!r:.60}")
    if len(runs) % 2:
        runs[-1] += left
    else:
        runs.append(left)
    return Mask(x, y, w, h, tuple(runs)).trimmed()


def _written(numbers: tuple[float, ...] | list[float]) -> str:
    return ",".join(np.format_float_positional(number, trim="-") for number in numbers)
