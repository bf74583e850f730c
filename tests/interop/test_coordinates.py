"""How boxes are written is found out where first rows tell, and asked for where they do not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from harness.core.errors import BadResults
from harness.core.regions import Box, Mask, Polygon, Regions, Special
from harness.interop.coordinates import READINGS, decide, in_pixels, shifted

TRUTH = np.array([[10.0, 20, 30, 40], [0, 5, 7, 9], [100, 50, 64, 32]])

CORNER = np.array([1, 1, 0, 0])


def written(boxes, how):
    """The inverse of `in_pixels`."""
    result = boxes + how.first * CORNER
    if how.order != "xywh":
        result[:, 2:] += result[:, :2] - (how.order == "corners")
    return result


@pytest.mark.parametrize("how", READINGS, ids=str)
@pytest.mark.parametrize("off", [0, 0.3, -0.3])
def test_each_reading_is_told_from_all_others(how, off):
    rows = written(TRUTH + off * CORNER, how)
    decision = decide(rows, TRUTH)
    assert decision.coordinates == how
    assert f"{how}: 3 of 3 first rows" in decision.evidence
    np.testing.assert_allclose(in_pixels(rows, how) - TRUTH, np.tile([off, off, 0, 0], (3, 1)), atol=1e-12)


def test_a_few_odd_first_rows_do_not_matter():
    rows = TRUTH + CORNER
    rows[0] = 0
    decision = decide(rows, TRUTH)
    assert str(decision.coordinates) == "xywh from 1"
    assert "2 of 3" in decision.evidence


def test_fractions_cut_off():
    rng = np.random.default_rng(5)
    truth = rng.uniform(1, 99, (30, 4))
    assert str(decide(np.floor(truth), truth).coordinates) == "xywh from 0"


@pytest.mark.parametrize("off", [0.5, 7.0, np.nan])
def test_what_does_not_tell_is_refused(off):
    with pytest.raises(BadResults, match="--order xywh, xyxy or corners, and --first 0 or 1"):
        decide(TRUTH + off * CORNER, TRUTH, source="here")


def test_what_the_user_says_holds():
    chosen = [one for one in READINGS if str(one) == "xyxy from 1"]
    assert decide(TRUTH + 7, TRUTH, chosen).coordinates == chosen[0]


NUMBERS = st.floats(-1e4, 1e4).map(lambda value: round(value, 4))


@given(arrays(np.float64, st.tuples(st.integers(1, 9), st.just(4)), elements=NUMBERS))
def test_decimals_come_back_as_they_were(rows):
    """A stranger's numbers, counted from 1, through ours and back: the same to the bit."""
    ours = Regions(in_pixels(rows, READINGS[1]))
    assert np.array_equal(shifted(ours, 1).boxes, rows)


def test_polygons_move_and_masks_and_codes_do_not():
    mask = Mask(1, 2, 1, 1, (0, 1))
    regions = Regions.collect([Special.INITIALISED, None, mask, Polygon(((0, 0), (4, 0), (4, 3))), Box(1, 2, 3, 4)])
    moved = Regions.collect([Special.INITIALISED, None, mask, Polygon(((1, 1), (5, 1), (5, 4))), Box(2, 3, 3, 4)])
    assert shifted(regions, 1) == moved
