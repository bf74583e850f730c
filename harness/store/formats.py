"""Trajectories as text: the field's lines, one a frame, at full precision, coordinates from 0.

=============  ==========================================================
box            ``x,y,w,h``
polygon        ``x1,y1,x2,y2,x3,y3[,...]``
mask           ``mx,y,w,h,run,run,...`` (VOT's row-major runs, zeros first)
no answer      ``nan,nan,nan,nan``
special code   ``0``, ``1`` or ``2`` (see `harness.core.regions.Special`)
=============  ==========================================================
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from harness.core.masks import Mask
from harness.core.numerals import read_rows
from harness.core.regions import Box, Polygon, Region, Regions, Special

__all__ = ["decode_numbers", "decode_regions", "encode_numbers", "encode_regions"]

_MISS = (math.nan,) * 4


def encode_regions(regions: Regions) -> str:
    """All lines of a trajectory; `decode_regions` gives back the same regions to the last bit.

    >>> encode_regions(Regions([[0, 1.5, 2, 3]]))
    '0,1.5,2,3\\n'
    """
    if regions.all_boxes:
        return _rows(regions.boxes)
    return "".join(f"{_line(region)}\n" for region in regions)


def decode_regions(text: str) -> Regions:
    """The inverse of `encode_regions`. Raises ValueError with the number and text of a bad line."""
    boxes = _boxes(text)
    if boxes is not None:
        return Regions(boxes)
    return Regions.collect(_parse(number, line) for number, line in enumerate(text.splitlines(), 1))


def encode_numbers(values: NDArray[np.float64]) -> str:
    """Confidences or seconds, one a line.

    >>> encode_numbers(np.array([0.5, float("nan")]))
    '0.5\\nnan\\n'
    """
    return _rows(values[:, None])


def decode_numbers(text: str) -> NDArray[np.float64]:
    """The inverse of `encode_numbers`. Raises ValueError with the text that is no number."""
    return np.array(text.split(), np.float64)


def _rows(rows: NDArray[np.float64]) -> str:
    """Lines of numbers, as `_number` spells them; orjson does it many times as fast where none has an exponent."""
    integers = rows == rows.round()
    if _whole(rows, integers):
        return _lines(rows.astype(np.int64)).decode()
    text = _lines(rows)
    small = (np.abs(rows) < 1e-4) & (rows != 0)
    if not len(rows) or small.any() or np.isinf(rows).any() or b"e" in text:
        return "".join(f"{','.join(map(_number, row))}\n" for row in rows.tolist())
    if integers.any():
        text = text.replace(b".0,", b",").replace(b".0\n", b"\n")
    if np.isnan(rows).any():
        text = text.replace(b"null", b"nan")
    return text.decode()


def _lines(rows: NDArray[Any]) -> bytes:
    """JSON's numbers, and null for what is none."""
    text = orjson.dumps(np.ascontiguousarray(rows), option=orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_APPEND_NEWLINE)
    return text[2:-3].replace(b"],[", b"\n") + b"\n"


def _whole(rows: NDArray[np.float64], integers: NDArray[np.bool_]) -> bool:
    """Whether these are all integers, none of them -0, that have no exponent."""
    short = integers.all() and (np.abs(rows) < 1e15).all()
    return bool(len(rows) and short and not (np.signbit(rows) & (rows == 0)).any())


def _number(value: float) -> str:
    """The shortest text that reads back as the same float."""
    return repr(float(value)).removesuffix(".0")  # a tracker's may be numpy's, whose repr is no number


def _line(region: Region | Special | None) -> str:
    match region:
        case None:
            return ",".join(map(_number, _MISS))
        case Special():
            return str(int(region))
        case Box():
            return ",".join(map(_number, region.xywh))
        case Polygon(points):
            return ",".join(_number(value) for point in points for value in point)
        case Mask(x, y, w, h, runs):
            return "m" + ",".join(map(str, (x, y, w, h, *runs)))
    raise ValueError("several objects are stored as index images, not as text")


def _boxes(text: str) -> NDArray[np.float64] | None:
    """The boxes where there is nothing else, nor any separator but a comma between two numbers."""
    if text.endswith("\n\n") or any(other in text for other in "m \t\r"):
        return None
    data = text.encode("ascii", "replace")
    boxes = read_rows(data, 4)
    commas = np.count_nonzero(np.frombuffer(data, np.uint8) == ord(","))
    return None if boxes is None or commas != 3 * len(boxes) else boxes


def _parse(number: int, line: str) -> Region | Special | None:
    try:
        if line.startswith("m"):
            x, y, w, h, *runs = map(int, line[1:].split(","))
            return Mask(x, y, w, h, tuple(runs))
        values = [float(value) for value in line.split(",")]
        if len(values) == 1:
            return Special(int(line))
        if len(values) == 4:
            box = Box(*values)
            return None if all(map(math.isnan, values)) else box
        if len(values) >= 6 and len(values) % 2 == 0:
            return Polygon(tuple(zip(values[::2], values[1::2], strict=True)))
    except ValueError:
        pass
    raise ValueError(f"line {number}: expected a box, polygon, mask or code, found {line!r:.60}")
