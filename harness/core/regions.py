"""What a target occupies in an image: boxes, polygons, masks and labels, and conversions between them.

The only place that knows the convention: **xywh, float64, top-left corner, 0-based, continuous**. A box
``(x, y, w, h)`` covers the half-open rectangle ``[x, x + w) x [y, y + h)``; pixel ``(column, row)`` has
its centre at ``(column + 0.5, row + 0.5)``. Files and toolkits that count from 1 are shifted where they
are read.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Literal, TypeAlias, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from harness.core.masks import Labels, Mask

__all__ = [
    "Box",
    "InitBox",
    "Labels",
    "Mask",
    "Polygon",
    "Region",
    "RegionKind",
    "Regions",
    "Special",
    "as_region",
    "convert",
]

Float = NDArray[np.float64]
RegionKind = Literal["box", "polygon", "mask", "labels"]
InitBox = Literal["minmax", "area"]


@dataclass(frozen=True, slots=True)
class Box:
    """An axis-aligned rectangle, in pixels: left, top, width, height.

    >>> Box(10, 20, 4, 6).center
    (12.0, 23.0)
    """

    x: float
    y: float
    w: float
    h: float

    @property
    def center(self) -> tuple[float, float]:
        return self.x + self.w / 2, self.y + self.h / 2

    @property
    def missing(self) -> bool:
        """True when any coordinate is NaN: a tracker's way to say that it sees no target."""
        return any(map(math.isnan, self.xywh))

    @property
    def xywh(self) -> tuple[float, float, float, float]:
        return self.x, self.y, self.w, self.h


@dataclass(frozen=True, slots=True)
class Polygon:
    """A closed polygon, in pixels; `points` are its ``(x, y)`` corners in order, at least three."""

    points: tuple[tuple[float, float], ...]

    def __post_init__(self) -> None:
        if len(self.points) < 3:
            raise ValueError(f"a polygon has at least 3 corners, found {len(self.points)}")

    @property
    def area(self) -> float:
        """Area in square pixels by the shoelace formula.

        >>> Polygon(((0, 0), (4, 0), (4, 3), (0, 3))).area
        12.0
        """
        x, y = np.asarray(self.points, np.float64).T
        return float(abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2)


class Special(IntEnum):
    """Frames of a reset-based run that carry no region, with VOT's codes."""

    SKIPPED = 0
    INITIALISED = 1
    FAILED = 2


Region: TypeAlias = Box | Polygon | Mask | Labels


def as_region(value: object) -> Region | None:
    """A tracker's answer as a region; None and a region stay what they are, four numbers become a Box.

    Raises ValueError saying what was found for anything else.

    >>> as_region([1, 2, 3, 4])
    Box(x=1.0, y=2.0, w=3.0, h=4.0)
    """
    if value is None or isinstance(value, (Box, Polygon, Mask, Labels)):
        return value
    try:
        numbers = np.asarray(value, np.float64)
    except (TypeError, ValueError):
        raise ValueError(f"expected a region or (x, y, w, h), found {type(value).__name__} {value!r:.60}") from None
    if numbers.shape != (4,):
        raise ValueError(f"expected a region or (x, y, w, h), found numbers of shape {numbers.shape}")
    return Box(*numbers.tolist())


def convert(
    region: Region,
    accepts: RegionKind | Literal["any"],
    init_box: InitBox = "minmax",
    size: tuple[int, int] | None = None,
) -> Region:
    """`region` as the kind a tracker accepts.

    A polygon or mask becomes the rectangle that bounds it (``minmax``) or, with ``area``, the one with
    the same centre of corners and aspect but the polygon's own area (VOT's and pysot's
    ``get_axis_aligned_bbox``, without its one added pixel). Going to a mask needs the image `size`
    (width, height). Raises ValueError where the field has no such conversion.
    """
    if accepts == "any":
        return region
    if accepts == "box":
        return region if isinstance(region, Box) else _box_of(region, init_box)
    if accepts == "polygon":
        return region if isinstance(region, Polygon) else Polygon(_corners(_box_of(region, "minmax")))
    if isinstance(region, Labels):
        if accepts == "labels":
            return region
        raise ValueError("several objects cannot start a tracker of one mask: run one trial an object")
    mask = region if isinstance(region, Mask) else _rasterise(region, size)
    return mask if accepts == "mask" else Labels(((1, mask),))


def _corners(box: Box) -> tuple[tuple[float, float], ...]:
    right, bottom = box.x + box.w, box.y + box.h
    return (box.x, box.y), (right, box.y), (right, bottom), (box.x, bottom)


def _box_of(region: Region, init_box: InitBox) -> Box:
    match region:
        case Box():
            return region
        case Mask():
            tight = region.trimmed()
            return Box(float(tight.x), float(tight.y), float(tight.w), float(tight.h))
        case Labels(masks):
            boxes = [_box_of(mask, "minmax") for _, mask in masks if mask.area] or [Box(0.0, 0.0, 0.0, 0.0)]
            left, top = min(b.x for b in boxes), min(b.y for b in boxes)
            return Box(left, top, max(b.x + b.w for b in boxes) - left, max(b.y + b.h for b in boxes) - top)
    points = np.asarray(region.points, np.float64)
    low, high = points.min(0), points.max(0)
    if init_box == "minmax" or not (high > low).all():  # without width or height there is no aspect
        return Box(*low.tolist(), *(high - low).tolist())
    # Same centre (of the corners) and aspect as the bounding rectangle, the polygon's area.
    sides = (high - low) * math.sqrt(region.area / float(np.prod(high - low)))
    return Box(*(points.mean(0) - sides / 2).tolist(), *sides.tolist())


def _rasterise(region: Box | Polygon, size: tuple[int, int] | None) -> Mask:
    """The pixels whose centre lies inside (even-odd rule)."""
    if size is None:
        raise ValueError("a mask is made from a box or polygon only where the image's size is known")
    width, height = size
    points = np.asarray(_corners(region) if isinstance(region, Box) else region.points)
    inside = np.zeros((height, width), bool)
    columns = np.arange(width) + 0.5
    rows = np.arange(height)[:, None] + 0.5
    for (x0, y0), (x1, y1) in zip(points, np.roll(points, -1, axis=0), strict=True):
        crosses = (y0 <= rows) != (y1 <= rows)
        if y0 != y1:
            inside ^= crosses & (columns < x0 + (rows - y0) * (x1 - x0) / (y1 - y0))
    return Mask.encode(inside)


class Regions(Sequence["Region | Special | None"]):
    """An immutable row of regions, one a frame; None is a miss.

    Boxes alone are kept as one ``(N, 4)`` array, anything else as objects: a benchmark's million boxes
    cost no million objects, and its masks lose nothing.

    >>> Regions([[0, 0, 2, 2], [1, 0, 2, 2]])[1]
    Box(x=1.0, y=0.0, w=2.0, h=2.0)
    """

    __slots__ = ("_boxes", "_objects")
    _boxes: Float | None
    _objects: tuple[Region | Special | None, ...]

    def __init__(self, boxes: ArrayLike) -> None:
        """From an array ``(N, 4)`` of boxes; NaN marks a miss."""
        array = np.array(boxes, np.float64)
        if array.ndim != 2 or array.shape[1] != 4:
            raise ValueError(f"expected boxes of shape (N, 4), found {array.shape}")
        array.flags.writeable = False
        self._boxes, self._objects = array, ()

    @classmethod
    def collect(cls, regions: Iterable[Region | Special | None]) -> Regions:
        """From objects; they become an array where all are boxes or misses. Beside others, a box with NaN is a miss."""
        objects = tuple(regions)
        if all(r is None or isinstance(r, Box) for r in objects):
            rows = [r.xywh if isinstance(r, Box) else (math.nan,) * 4 for r in objects]
            return cls(np.array(rows, np.float64).reshape(-1, 4))
        mixed = cls.__new__(cls)
        mixed._boxes = None
        mixed._objects = tuple(None if isinstance(r, Box) and r.missing else r for r in objects)
        return mixed

    @property
    def boxes(self) -> Float:
        """Bounding boxes ``(N, 4)``; rows of NaN where there is no region."""
        if self._boxes is not None:
            return self._boxes
        none = (math.nan,) * 4
        rows = [none if r is None or isinstance(r, Special) else _box_of(r, "minmax").xywh for r in self._objects]
        return np.array(rows, np.float64).reshape(-1, 4)

    @property
    def all_boxes(self) -> bool:
        return self._boxes is not None

    @property
    def misses(self) -> int:
        """How many of them are no answer: None, or a box with NaN."""
        if self._boxes is None:
            return self._objects.count(None)
        unknown = np.isnan(self._boxes)
        return int(unknown.any(1).sum()) if unknown.any() else 0  # by rows is slow

    def __len__(self) -> int:
        return len(self._objects) if self._boxes is None else len(self._boxes)

    @overload
    def __getitem__(self, index: int) -> Region | Special | None: ...
    @overload
    def __getitem__(self, index: slice) -> Regions: ...
    def __getitem__(self, index: int | slice) -> Region | Special | Regions | None:
        if self._boxes is None:
            return Regions.collect(self._objects[index]) if isinstance(index, slice) else self._objects[index]
        if isinstance(index, slice):
            return Regions(self._boxes[index])
        box = Box(*self._boxes[index].tolist())
        return None if box.missing else box

    def __iter__(self) -> Iterator[Region | Special | None]:
        return (self[i] for i in range(len(self)))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Regions) or self.all_boxes != other.all_boxes:
            return False
        if self._boxes is None or other._boxes is None:
            return self._objects == other._objects
        return np.array_equal(self._boxes, other._boxes, equal_nan=True)

    def __hash__(self) -> int:
        return hash(self._objects if self._boxes is None else (self._boxes + 0.0).tobytes())  # -0.0 equals 0.0
