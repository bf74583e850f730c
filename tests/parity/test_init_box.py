"""The box that a tracker of boxes is started from: by default as VOT's toolkit converts it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.regions import Polygon, convert

shapes = pytest.importorskip("vot.region.shapes", reason="needs vot-toolkit")

COORDINATES = st.floats(-100, 2000, width=32)  # which are all that the toolkit keeps


@given(st.lists(st.tuples(COORDINATES, COORDINATES), min_size=4, max_size=4))
def test_a_polygon_becomes_what_vot_makes_of_it(points):
    theirs = shapes.Rectangle.convert(shapes.Polygon(points))
    expected = theirs.x, theirs.y, theirs.width, theirs.height
    assert convert(Polygon(tuple(points)), "box").xywh == pytest.approx(expected, rel=1e-5, abs=1e-3)
