"""Exact overlaps of polygons against shapely's."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from harness.core.raster.overlaps import raster_overlaps
from harness.core.regions import Box, Polygon, Regions

shapely = pytest.importorskip("shapely", reason="shapely is in the extra got10k")

NUMBERS = st.integers(-5, 30).map(float) | st.floats(-5, 30, width=32)
BOXES = st.builds(Box, NUMBERS, NUMBERS, st.floats(1, 30, width=32), st.floats(1, 30, width=32))
POLYGONS = st.lists(st.tuples(NUMBERS, NUMBERS), min_size=3, max_size=7).map(lambda points: Polygon(tuple(points)))
SHAPES = BOXES | POLYGONS


def shape(region):
    if isinstance(region, Box):
        return shapely.box(region.x, region.y, region.x + region.w, region.y + region.h)
    return shapely.Polygon(region.points)


def overlap(a, b, bounds=None) -> float:
    return float(raster_overlaps(Regions.collect([a]), Regions.collect([b]), "exact", bounds)[0])


@given(a=SHAPES, b=SHAPES, bounds=st.sampled_from([None, (20, 10)]))
def test_areas_are_shapelys(a, b, bounds):
    p, q = shape(a), shape(b)
    assume(p.is_valid and q.is_valid)
    image = shapely.box(*((0, 0, *bounds) if bounds else (-99, -99, 99, 99)))
    shared = (p & q & image).area
    union = (p & image).area + (q & image).area - shared
    assume(union > 1e-3)
    assert overlap(a, b, bounds) == pytest.approx(shared / union, abs=1e-9)
    assert overlap(b, a, bounds) == pytest.approx(overlap(a, b, bounds), abs=1e-12)


def test_a_polygon_that_crosses_itself_is_even_odd():
    hourglass = Polygon(((0, 0), (4, 0), (0, 4), (4, 4)))
    assert overlap(hourglass, Box(0, 0, 4, 4)) == pytest.approx(0.5)
    assert overlap(hourglass, hourglass) == pytest.approx(1)


def test_empty_and_flat_regions_have_no_overlap():
    assert np.isnan(overlap(None, Box(0, 0, 4, 4)))
    assert np.isnan(overlap(Box(1, 1, 0, 0), Box(1, 1, 0, 0)))
    assert overlap(Box(0, 0, 4, 4), Box(4, 0, 4, 4)) == 0
    assert overlap(Box(50, 0, 4, 4), Box(0, 0, 4, 4), (20, 20)) == 0
