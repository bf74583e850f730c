"""The heat-map: masses, peaks, and what it costs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from trackers.inference.heatmap import HeatMap

IMAGE = np.array([640.0, 480.0])


def mass(heat):
    return heat._mass


def test_a_cell_holds_the_gaussian_mass_over_it():
    heat = HeatMap(IMAGE, 32)  # cells of 20 x 15
    heat.add(np.array([310.0, 247.5]), np.array([20.0, 30.0]))
    across = norm.cdf(320, 310, 20) - norm.cdf(300, 310, 20)
    down = norm.cdf(255, 247.5, 30) - norm.cdf(240, 247.5, 30)
    assert mass(heat)[16, 15] == pytest.approx(across * down, rel=1e-6)
    assert mass(heat).sum() == pytest.approx(1, abs=0.02)  # but for what lies beyond 3 standard deviations


def test_the_peak_is_where_the_target_was_most_often():
    heat = HeatMap(IMAGE, 64)
    for x in (100.0, 400.0, 405.0):
        heat.add(np.array([x, 200.0]), np.array([10.0, 10.0]))
    first, second = heat.peaks(2, 60.0)
    assert first == pytest.approx([402.5, 200], abs=10)
    assert second == pytest.approx([100, 200], abs=10)
    assert len(heat.peaks(5, 1e4)) == 1


def test_faded_memories_give_way():
    heat = HeatMap(IMAGE, 64)
    for _ in range(5):
        heat.add(np.array([100.0, 100.0]), np.array([10.0, 10.0]))
    heat.fade(0.1)
    heat.add(np.array([500.0, 300.0]), np.array([10.0, 10.0]))
    assert heat.peaks(1, 1.0)[0] == pytest.approx([500, 300], abs=10)


def test_a_4k_frame_takes_no_more_memory_and_a_target_touches_its_own_cells_only():
    heat = HeatMap(np.array([3840.0, 2160.0]), 256)
    heat.add(np.array([1000.0, 1000.0]), np.array([5.0, 5.0]))
    assert mass(heat).nbytes == 256 * 256 * 4
    assert np.count_nonzero(mass(heat)) <= 3 * 5  # 30 pixels, in cells of 15 x 8.4


@given(
    st.tuples(st.floats(-50, 700), st.floats(-50, 500)),
    st.tuples(st.floats(0, 2000), st.floats(0, 2000)),
    st.integers(1, 64),
)
def test_whatever_is_added_has_a_peak_inside_the_image(center, sigma, grid):
    heat = HeatMap(IMAGE, grid)
    heat.add(np.array(center), np.array(sigma))
    [peak] = heat.peaks(1, 0.0)
    assert (peak > 0).all()
    assert (peak < IMAGE).all()
    assert np.isfinite(mass(heat)).all()
