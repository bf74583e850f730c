"""Trajectories in VOT's text: a region or a code a line, numbers parted by commas, coordinates as VOT's truth has them.

As vot-toolkit 0.9 reads and writes them (``region/io.py``); so do the MATLAB toolkit before it, and pysot.
"""

from __future__ import annotations

import codecs
import math
from collections.abc import Sequence as Row

import numpy as np

from harness.core.errors import BadResults
from harness.core.masks import Mask
from harness.core.numerals import read_rows
from harness.core.regions import Box, Polygon, Region, Regions, Special

__all__ = ["bounded_mask", "decode_text", "encode_text", "shape"]

_FURTHEST = 2**15  # pixels from the origin: what VOT's binary form can say
_LARGEST = 2**26  # pixels in a mask's window: text of a few bytes may declare any number


def decode_text(data: bytes, where: str) -> Regions:
    """All lines of a file; NaN is no answer. Raises BadResults with the line."""
    data = data.removeprefix(codecs.BOM_UTF8).rstrip()
    boxes = read_rows(data, 4)
    if boxes is not None and not np.isinf(boxes).any():
        return Regions(boxes)
    regions = []
    for number, line in enumerate(data.decode("latin-1").splitlines(), 1):
        try:
            regions.append(_parse(line))
        except ValueError:
            form = "x,y,w,h, corners x,y,..., a mask mx,y,w,h,runs... or a code 0, 1, 2"
            raise BadResults(f"{where}:{number}: expected {form}, found {line[:60]!r}") from None
    if not regions:
        raise BadResults(f"{where}: expected a region a line, found an empty file")
    return Regions.collect(regions)


def _parse(line: str) -> Region | Special | None:
    if "_" in line:  # which Python's own numbers may hold
        raise ValueError(line)
    if line.startswith("m"):
        x, y, w, h, *runs = map(int, line[1:].split(","))
        return bounded_mask(x, y, w, h, runs)
    values = [float(value) for value in line.split(",")]
    if len(values) == 1 and values[0] in tuple(Special):
        return Special(int(values[0]))
    return shape(values)


def shape(values: Row[float]) -> Box | Polygon | None:
    """A rectangle or polygon, None where a number is NaN. Raises ValueError for infinity, points and odd numbers."""
    if len(values) < 4 or len(values) % 2 or any(map(math.isinf, values)):
        raise ValueError(f"no region: {values}")
    if any(map(math.isnan, values)):
        return None
    return Box(*values) if len(values) == 4 else Polygon(tuple(zip(values[::2], values[1::2], strict=True)))


def bounded_mask(x: int, y: int, w: int, h: int, runs: Row[int]) -> Mask:
    """A mask that can be unpacked without fear. Raises ValueError for one that lies or reaches far beyond any image."""
    if max(abs(x), abs(y)) > _FURTHEST or w * h > _LARGEST:
        raise ValueError(f"a mask of {w} x {h} pixels at {x}, {y}")
    return Mask(x, y, w, h, tuple(runs) if w * h else ())


def encode_text(regions: Regions) -> bytes:
    r"""The lines of a file: numbers with the four decimals of toolkits where that keeps them, else with all digits.

    Raises ValueError for labels.

    >>> encode_text(Regions.collect([Special.INITIALISED, Box(1, 2, 3, 4.5), None]))
    b'1\n1.0000,2.0000,3.0000,4.5000\nnan,nan,nan,nan\n'
    """
    numbers = [value for region in regions for value in _numbers(region)]
    short = all(float(f"{value:.4f}") == value for value in numbers if not math.isnan(value))
    return "".join(f"{_line(region, '.4f' if short else '')}\n" for region in regions).encode()


def _numbers(region: Region | Special | None) -> tuple[float, ...]:
    match region:
        case Box():
            return region.xywh
        case Polygon(points):
            return tuple(value for point in points for value in point)
        case None:
            return (math.nan,) * 4
    return ()


def _line(region: Region | Special | None, form: str) -> str:
    match region:
        case Special():
            return str(int(region))
        case Mask(x, y, w, h, runs):
            return "m" + ",".join(map(str, (x, y, w, h, *(runs or (0,)))))
        case None | Box() | Polygon():
            return ",".join(format(float(value), form) for value in _numbers(region))
    raise ValueError("VOT's text holds one object a file, not labels")
