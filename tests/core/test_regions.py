"""Boxes and polygons, conversions between kinds, and rows of regions."""

import math

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from harness import Box, Labels, Mask, Polygon
from harness.core.regions import Regions, Special, as_region, convert

NAN = math.nan
COORDINATES = st.floats(-500, 500, width=32)
CORNERS = st.lists(st.tuples(COORDINATES, COORDINATES), min_size=3, max_size=8)
SQUARE = Polygon(((2, 1), (6, 1), (6, 4), (2, 4)))
HALVES = st.integers(-6, 30).map(lambda n: n / 2)  # corners on and between the centres of pixels
SMALL_BOXES = st.builds(Box, st.integers(-6, 14), st.integers(-6, 14), st.integers(1, 9), st.integers(1, 9))


@given(CORNERS)
def test_minmax_is_the_tightest_box(points):
    box = convert(Polygon(tuple(points)), "box")
    xs, ys = zip(*points, strict=True)
    assert (box.x, box.y) == (min(xs), min(ys))
    assert (box.x + box.w, box.y + box.h) == pytest.approx((max(xs), max(ys)))


@given(CORNERS)
def test_area_keeps_the_polygons_area_its_centre_of_corners_and_the_aspect(points):
    polygon = Polygon(tuple(points))
    bounding = convert(polygon, "box")
    assume(min(bounding.w, bounding.h) > 0.1)
    box = convert(polygon, "box", "area")
    assert box.w * box.h == pytest.approx(polygon.area, abs=1e-6)
    assert box.center == pytest.approx(tuple(np.mean(points, 0)), abs=1e-6)
    assert box.w * bounding.h == pytest.approx(box.h * bounding.w, abs=1e-6)


def test_area_of_a_flat_polygon_is_its_bounds():
    assert convert(Polygon(((0, 0), (1, 0), (4, 0))), "box", "area") == Box(0, 0, 4, 0)


def test_shoelace_area_of_a_triangle_does_not_depend_on_direction():
    corners = ((1.0, 1.0), (5.0, 2.0), (2.0, 7.0))
    assert Polygon(corners).area == Polygon(corners[::-1]).area == 11.5


def test_a_polygon_has_three_corners():
    with pytest.raises(ValueError, match="at least 3 corners, found 2"):
        Polygon(((0, 0), (1, 1)))


@given(SMALL_BOXES)
def test_a_box_of_whole_pixels_and_its_mask_are_the_same(box):
    mask = convert(box, "mask", size=(30, 30))
    left, top = max(box.x, 0), max(box.y, 0)
    right, bottom = min(box.x + box.w, 30), min(box.y + box.h, 30)
    if left >= right or top >= bottom:
        assert mask.area == 0
    else:
        assert convert(mask, "box") == Box(left, top, right - left, bottom - top)
        assert mask.area == (right - left) * (bottom - top)


@given(st.lists(st.tuples(HALVES, HALVES), min_size=3, max_size=6))
@example([(0.5, 0.5), (3.5, 0.5), (3.5, 2.5), (0.5, 2.5)])  # edges on centres: top and left are in
def test_a_polygons_mask_holds_the_pixels_whose_centre_is_inside(points):
    mask = convert(Polygon(tuple(points)), "mask", size=(12, 10))
    expected = [[inside(points, column + 0.5, row + 0.5) for column in range(12)] for row in range(10)]
    assert np.array_equal(mask.decode(12, 10), expected)


def inside(points: list, x: float, y: float) -> bool:
    """Even-odd rule: how many edges a ray to the left crosses."""
    crossed = 0
    for (x0, y0), (x1, y1) in zip(points, points[1:] + points[:1], strict=True):
        if min(y0, y1) <= y < max(y0, y1):
            crossed += x0 + (y - y0) * (x1 - x0) / (y1 - y0) <= x
    return crossed % 2 == 1


def test_what_is_accepted_already_is_handed_on_as_it_is():
    mask = Mask.encode(np.ones((2, 2)), 3, 4)
    regions = {"box": Box(1, 2, 3, 4), "polygon": SQUARE, "mask": mask, "labels": Labels(((2, mask),))}
    for kind, region in regions.items():
        assert convert(region, kind) is region


def test_every_kind_becomes_a_polygon_of_its_bounds():
    mask = Mask.encode(np.ones((3, 4)), 2, 1)
    expected = Polygon(((2, 1), (6, 1), (6, 4), (2, 4)))
    for region in (Box(2, 1, 4, 3), mask, Labels(((1, mask),))):
        assert convert(region, "polygon") == expected


def test_labels_are_bounded_together_and_empty_masks_do_not_count():
    empty = Mask(0, 0, 0, 0, ())
    labels = Labels(((1, Mask.encode([[1]], 5, 6)), (2, empty), (3, Mask.encode([[1]], 9, 8))))
    assert convert(labels, "box") == Box(5, 6, 5, 3)
    assert convert(Labels(()), "box") == convert(empty, "box") == Box(0, 0, 0, 0)


def test_one_target_becomes_label_1():
    assert convert(Box(1, 1, 2, 1), "labels", size=(4, 4)) == Labels(((1, Mask(1, 1, 2, 1, (0, 2))),))
    mask = Mask.encode([[1]])
    assert convert(mask, "labels") == Labels(((1, mask),))


def test_conversions_the_field_does_not_have():
    with pytest.raises(ValueError, match="image's size is known"):
        convert(SQUARE, "mask")
    with pytest.raises(ValueError, match="one trial an object"):
        convert(Labels(((1, Mask.encode([[1]])),)), "mask")


def test_answers_that_are_regions():
    for region in (None, Box(1, 2, 3, 4), SQUARE, Mask.encode([[1]]), Labels(())):
        assert as_region(region) is region
    for numbers in ((1, 2, 3, 4), [1, 2, 3, 4], np.array([1, 2, 3, 4], np.float32)):
        assert as_region(numbers) == Box(1.0, 2.0, 3.0, 4.0)
    assert as_region([1, 2, 3, NAN]).missing


@pytest.mark.parametrize("answer", [3, "1,2,3,4", [1, 2, 3], [[1, 2, 3, 4]], {"x": 1}, object(), Special.FAILED])
def test_answers_that_are_not(answer):
    with pytest.raises(ValueError, match=r"expected a region or \(x, y, w, h\), found"):
        as_region(answer)


# Rows


def test_nan_in_any_place_is_a_miss():
    regions = Regions([[1, 2, 3, 4], [NAN, 2, 3, 4], [1, 2, 3, NAN], [NAN] * 4])
    assert list(regions) == [Box(1, 2, 3, 4), None, None, None]
    assert np.array_equal(regions.boxes[1], [NAN, 2, 3, 4], equal_nan=True)  # what was answered is kept for the rules


@given(arrays(np.float64, st.tuples(st.integers(0, 9), st.just(4)), elements=st.floats(-9, 9) | st.just(NAN)))
def test_collect_of_boxes_is_the_array(array):
    complete = np.where(np.isnan(array).any(1)[:, None], NAN, array)
    assert Regions.collect(Regions(array)) == Regions(complete)


MIXED = [Special.INITIALISED, Box(1, 2, 3, 4), None, SQUARE, Mask.encode(np.ones((2, 3)), 5, 6), Box(NAN, 0, 1, 1)]


def test_a_mixed_row_keeps_its_objects():
    regions = Regions.collect(MIXED)
    assert not regions.all_boxes
    assert list(regions) == [*MIXED[:5], None]
    none = [NAN] * 4
    expected = [none, [1, 2, 3, 4], none, [2, 1, 4, 3], [5, 6, 3, 2], none]
    assert np.array_equal(regions.boxes, expected, equal_nan=True)


@pytest.mark.parametrize("make", [lambda: Regions(np.arange(24).reshape(6, 4)), lambda: Regions.collect(MIXED)])
@pytest.mark.parametrize(
    "part", [slice(2, 5), slice(None, None, -1), slice(None, None, 2), slice(4, 99), slice(-2, None), slice(3, 3)]
)
def test_a_slice_is_a_row_again(make, part):
    regions = make()
    assert isinstance(regions[part], Regions)
    assert list(regions[part]) == list(regions)[part]
    assert list(regions)[-1] == regions[-1]


def test_beyond_the_end():
    for regions in (Regions([[1, 2, 3, 4]]), Regions.collect([SQUARE])):
        with pytest.raises(IndexError):
            regions[1]


def test_equality():
    assert Regions([[1, 2, 3, 4], [NAN] * 4]) == Regions.collect([Box(1, 2, 3, 4), None])
    assert Regions([[1, 2, 3, 4]]) != Regions([[1, 2, 3, 5]])
    assert Regions([[1, 2, 3, 4]]) != Regions([[1, 2, 3, 4]] * 2)
    assert Regions.collect(MIXED) == Regions.collect(list(MIXED))
    assert Regions.collect(MIXED) != Regions.collect(MIXED[::-1])
    assert Regions.collect(MIXED) != Regions(Regions.collect(MIXED).boxes)
    assert Regions([[1, 2, 3, 4]]) != [Box(1, 2, 3, 4)]
    assert Regions([[0.0, 2, 3, 4]]) == Regions([[-0.0, 2, 3, 4]])
    assert len({Regions([[0, 2, 3, 4]]), Regions.collect([Box(-0.0, 2, 3, 4)])}) == 1


def test_rows_are_immutable_and_their_own():
    source = np.zeros((2, 4))
    regions = Regions(source)
    source[:] = 9
    assert not regions.boxes.any()
    with pytest.raises(ValueError, match="read-only"):
        regions.boxes[0] = 1


def test_rows_have_four_columns():
    with pytest.raises(ValueError, match=r"shape \(N, 4\), found \(2, 3\)"):
        Regions(np.zeros((2, 3)))
    assert len(Regions.collect([])) == 0
