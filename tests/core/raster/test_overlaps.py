"""Overlaps in pixels against a drawing of both regions, pixel by pixel, as the four official codes draw them."""

import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from harness.core.errors import EvaluationError
from harness.core.raster.overlaps import raster_overlaps, raster_overlaps_within
from harness.core.raster.packing import PackedRegions
from harness.core.regions import Box, Labels, Mask, Polygon, Regions, Special

VOT, ROUNDED, FLOAT, PYSOT = RASTERISERS = ["vot-toolkit", "toolkit-legacy-raster", "toolkit-legacy", "pysot"]
F32 = np.float32

NUMBERS = st.integers(-6, 16).map(float) | st.integers(-12, 33).map(lambda k: k / 2) | st.floats(-6, 16, width=32)
SIDES = st.integers(-3, 12).map(float) | st.floats(-3, 12, width=32)
BOXES = st.builds(Box, NUMBERS, NUMBERS, SIDES, SIDES)
POLYGONS = st.lists(st.tuples(NUMBERS, NUMBERS), min_size=3, max_size=7).map(lambda points: Polygon(tuple(points)))
PIXELS = arrays(bool, array_shapes(min_dims=2, max_dims=2, max_side=6)).filter(np.any)
MASKS = st.builds(Mask.encode, PIXELS, st.integers(-5, 12), st.integers(-5, 12))
REGIONS = BOXES | POLYGONS | MASKS
BOUNDS = st.sampled_from([None, (13, 10), (30, 4)])


def away(x) -> int:
    return int(math.copysign(math.floor(abs(float(x)) + 0.5), x))


def corners(region, code) -> np.ndarray:
    """As the code keeps them: vot-toolkit rounded, the others as they came."""
    if isinstance(region, Mask):
        tight = region.trimmed()
        return np.array([(tight.x, tight.y), (tight.x + tight.w - 1, tight.y + tight.h - 1)], F32)
    if isinstance(region, Polygon):
        points = np.array(region.points, F32)
        return np.round(points) if code == VOT else points
    x, y, w, h = np.array(region.xywh, F32)
    if code == VOT:
        x, y, w, h = np.round([x, y, w, h])
    right, bottom = (x + w, y + h) if code == PYSOT else (x + w - F32(1), y + h - F32(1))
    return np.array([(x, y), (right, y), (right, bottom), (x, bottom)], F32)


def draw(region, code, low, high) -> np.ndarray:
    """The region's pixels inside a window, given its first and last pixel."""
    (left, top), (right, bottom) = low, high
    image = np.zeros((bottom - top + 1, right - left + 1), bool)
    if isinstance(region, Mask):
        moved = Mask(region.x - left, region.y - top, region.w, region.h, region.runs)
        return moved.decode(image.shape[1], image.shape[0])
    points = corners(region, code)
    if code == VOT and isinstance(region, Box):
        (x0, y0), _, (x1, y1), _ = points.astype(int)
        if x0 <= right and x1 >= left and y0 <= bottom and y1 >= top:
            columns = slice(max(0, x0 - left), min(right, x1 - left) + 1)
            image[max(0, y0 - top) : min(bottom, y1 - top) + 1, columns] = True
        return image
    if code in (ROUNDED, PYSOT):
        points = np.array([(away(x), away(y)) for x, y in points], F32)
    points = points - np.array([left, top], F32)
    points = points.tolist() if code != FLOAT else [tuple(map(F32, point)) for point in points]
    for y in range(image.shape[0]):
        fill(image[y], sorted(nodes(points, F32(y) if code == FLOAT else y, code)), code)
    return image


def nodes(points, y, code) -> list[int]:
    found = []
    for (xi, yi), (xj, yj) in zip(points, [points[-1], *points[:-1]], strict=True):
        low, high = min(yi, yj), max(yi, yj)
        if low < y <= high or (low == y < high and code != FLOAT):
            found.append(int(xi + (y - yi) / (yj - yi) * (xj - xi)))
        elif yi == yj == y and code in (VOT, ROUNDED):
            found.append(int(xi))
    return found


def fill(row, found, code) -> None:
    width, i = len(row), 0
    while i < len(found) - 1:
        start, end = found[i], found[i + 1]
        if code != FLOAT and start == end and (code == PYSOT or i < len(found) - 2):
            i += 1
            continue
        if start >= width:
            break
        if code == FLOAT:
            end = width - 1 if end > width else end
            row[max(start, 0) : max(end, 0)] = True
        elif end >= 0:
            row[max(start, 0) : end + 1] = True
        i += 2


def extent(region, code) -> tuple[np.ndarray, np.ndarray]:
    points = corners(region, code)
    if code == VOT and isinstance(region, Box):
        return points[0], points[2]  # the wrong way round where it has no width or height
    return points.min(0), points.max(0)


def by_drawing(a, b, code, bounds) -> float:
    (a_low, a_high), (b_low, b_high) = extent(a, code), extent(b, code)
    low, high = np.minimum(a_low, b_low), np.maximum(a_high, b_high)
    if code == VOT and (low >= high).any():
        return 1.0
    if code in (ROUNDED, PYSOT):
        if (a_low > np.ceil(b_high)).any() or (b_low > np.ceil(a_high)).any():
            return 0.0
        low, high = np.floor(low), np.ceil(high)
    low, high = np.trunc(low).astype(int), np.trunc(high).astype(int)
    if bounds:
        low, high = np.maximum(low, 0), np.minimum(high, np.array(bounds) - 1)
    if (low + (code == VOT) > high).any():
        return 0.0
    first, second = draw(a, code, low, high), draw(b, code, low, high)
    shared, union = (first & second).sum(), (first | second).sum()
    if code == VOT:
        return shared / union if union else 0.0
    return float(F32(shared) / F32(union)) if union else math.nan


def overlaps(a, b, rasteriser, bounds=None) -> np.ndarray:
    return raster_overlaps(Regions.collect(a), Regions.collect(b), rasteriser, bounds)


@pytest.mark.parametrize("rasteriser", RASTERISERS)
@given(pairs=st.lists(st.tuples(REGIONS, REGIONS), min_size=1, max_size=2), bounds=BOUNDS)
def test_every_pixel_is_the_drawings(rasteriser, pairs, bounds):
    first, second = zip(*pairs, strict=True)
    found = overlaps(first, second, rasteriser, bounds)
    assert found.tolist() == pytest.approx([by_drawing(a, b, rasteriser, bounds) for a, b in pairs], abs=0, nan_ok=True)
    assert np.array_equal(found, overlaps(second, first, rasteriser, bounds), equal_nan=True)
    assert ((found >= 0) & (found <= 1) | np.isnan(found)).all()


@given(first=PIXELS, second=PIXELS, x=st.integers(-5, 9), y=st.integers(-5, 9))
def test_masks_are_their_pixels_however_they_are_encoded(first, second, x, y):
    a, b = Mask.encode(first, 3, 2), Mask.encode(second, x, y)
    runs = np.diff(np.flatnonzero(np.diff(np.concatenate(([2], second.ravel(), [2])))))
    runs = [0] * int(second.ravel()[0]) + runs.tolist()
    loose = Mask(x, y, second.shape[1], second.shape[0], tuple(runs))
    p, q = a.decode(30, 30), b.decode(30, 30)
    shared, union = (p & q).sum(), (p | q).sum()
    found = overlaps([a], [b], PYSOT, (30, 30))
    assert np.array_equal(found, overlaps([a], [loose], PYSOT, (30, 30)), equal_nan=True)
    assert found[0] == pytest.approx(shared / union if shared else 0, abs=1e-7)


@pytest.mark.parametrize("rasteriser", RASTERISERS)
@given(st.lists(st.tuples(REGIONS, REGIONS), min_size=1, max_size=2))
def test_a_larger_image_is_as_if_asked_alone(rasteriser, pairs):
    first, second = (Regions.collect(part) for part in zip(*pairs, strict=True))
    found = raster_overlaps_within(first, second, rasteriser, [(12, 9), (13, 10)])
    alone = [raster_overlaps(first, second, rasteriser, size) for size in ((12, 9), (13, 10))]
    assert np.array_equal(found, alone, equal_nan=True)


BOX = Box(1, 1, 8, 6)
EMPTY = [None, Special.SKIPPED, Special.FAILED, Mask(0, 0, 0, 0, ()), Polygon(((0, 0), (math.nan, 1), (2, 2)))]


@pytest.mark.parametrize("empty", EMPTY)
def test_an_empty_region(empty):
    assert overlaps([empty, empty, BOX], [BOX, Special.FAILED, empty], VOT).tolist() == [0, 1, 0]
    for rasteriser in RASTERISERS[1:]:
        assert np.isnan(overlaps([empty, empty, BOX], [BOX, Special.FAILED, empty], rasteriser)).all()


def test_boxes_alone_with_a_miss():
    boxes = Regions([[1, 1, 8, 6], [math.nan] * 4])
    assert raster_overlaps(boxes, boxes, VOT).tolist() == [1, 1]
    assert raster_overlaps(boxes, Regions([[1, 1, 8, 6]] * 2), VOT).tolist() == [1, 0]


def test_two_lines_one_pixel_thick_agree_to_vot_toolkit():
    assert overlaps([Mask(4, 0, 1, 5, (0, 5))], [Mask(4, 20, 1, 5, (0, 5))], VOT).tolist() == [1]


@pytest.mark.parametrize("rasteriser", RASTERISERS)
def test_what_lies_beyond_all_images_is_cut(rasteriser):
    endless = Box(-math.inf, -1e300, math.inf, math.inf)
    far = Polygon(((1e12, 0), (1e12, 5), (2e12, 5)))
    assert overlaps([endless, far], [BOX, BOX], rasteriser, (30, 20)).tolist() == [0, 0]


def test_what_cannot_be_compared():
    with pytest.raises(ValueError, match="found 1 and 2 regions"):
        overlaps([BOX], [BOX, BOX], VOT)
    with pytest.raises(EvaluationError, match="found labels of several"):
        overlaps([Labels(())], [BOX], VOT)
    with pytest.raises(EvaluationError, match="found a mask"):
        overlaps([Mask(0, 0, 1, 1, (0, 1))], [BOX], "exact")


def test_nothing_gives_nothing():
    assert all(overlaps([], [], rasteriser).shape == (0,) for rasteriser in [*RASTERISERS, "exact"])


def test_a_window_of_packed_regions():
    row = Regions.collect([BOX, None, Polygon(((0, 0), (9, 0), (9, 9))), Mask(1, 1, 1, 2, (0, 2)), Box(0, 0, 0, 3)])
    packed = PackedRegions.pack(row)
    part = PackedRegions.pack(row[1:4])
    assert np.array_equal(raster_overlaps(packed.window(1, 4), part, PYSOT), [math.nan, 1, 1], equal_nan=True)
    assert packed.empty.tolist() == [False, True, False, False, True]


def test_threads_share_the_work():
    rng = np.random.default_rng(0)
    first, second = (Regions(rng.uniform(0, 50, (200, 4))) for _ in range(2))
    alone = raster_overlaps(first, second, VOT)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: raster_overlaps(first, second, VOT), range(8)))
    assert all(np.array_equal(alone, each) for each in found)
