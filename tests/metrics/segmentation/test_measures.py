from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from harness.metrics.segmentation.measures import boundary, boundary_f, decay, jaccard, tolerance_radius

RADII = st.integers(0, 5)


@st.composite
def pairs(draw):
    """Two masks of one size, anything from empty to full."""
    shape = draw(st.tuples(st.integers(1, 12), st.integers(1, 12)))
    return tuple(draw(arrays(bool, shape)) for _ in range(2))


def pixel_boundary(mask):
    """The definition, pixel by pixel."""
    height, width = mask.shape
    out = np.zeros_like(mask)
    for y, x in product(range(height), range(width)):
        below, right = min(y + 1, height - 1), min(x + 1, width - 1)
        out[y, x] = len({mask[y, x], mask[below, x], mask[y, right], mask[below, right]}) > 1
    return out


def dilated(mask, radius):
    """By a disk, pixel by pixel."""
    out = np.zeros_like(mask)
    for y, x in np.argwhere(mask):
        rows, columns = np.ogrid[: mask.shape[0], : mask.shape[1]]
        out |= (rows - y) ** 2 + (columns - x) ** 2 <= radius**2
    return out


def pixel_f(a, b, radius):
    """As the toolkit computes it, on images."""
    edge_a, edge_b = pixel_boundary(a), pixel_boundary(b)
    count_a, count_b = edge_a.sum(), edge_b.sum()
    if not count_a or not count_b:
        precision, recall = (1, int(not count_b)) if not count_a else (0, 1)
    else:
        precision = (edge_a & dilated(edge_b, radius)).sum() / count_a
        recall = (edge_b & dilated(edge_a, radius)).sum() / count_b
    return 2 * precision * recall / (precision + recall) if precision + recall else 0


@given(pairs(), RADII)
def test_boundary_f_is_that_of_dilated_images(pair, radius):
    assert boundary_f(*pair, radius) == pixel_f(*pair, radius)


@given(pairs(), RADII)
def test_bounds_symmetry_and_identity(pair, radius):
    a, b = pair
    for measure in (jaccard, lambda x, y: boundary_f(x, y, radius)):
        assert 0 <= measure(a, b) <= 1
        assert measure(a, b) == measure(b, a)
        assert measure(a, a) == 1


@given(pairs(), RADII)
def test_a_wider_tolerance_never_lowers_f(pair, radius):
    assert boundary_f(*pair, radius + 1) >= boundary_f(*pair, radius)


@given(pairs())
def test_boundary(pair):
    assert np.array_equal(boundary(pair[0]), pixel_boundary(pair[0]))


def test_empty_masks():
    none, some = np.zeros((6, 6), bool), np.zeros((6, 6), bool)
    some[2:4, 2:4] = True
    assert (jaccard(none, none), boundary_f(none, none, 2)) == (1, 1)
    assert (jaccard(none, some), boundary_f(none, some, 2)) == (0, 0)


def test_a_mask_has_no_boundary_at_the_bottom_right_edges_of_the_image():
    corner = np.zeros((5, 6), bool)
    corner[3:, 4:] = True
    assert np.argwhere(boundary(corner)).tolist() == [[2, 3], [2, 4], [2, 5], [3, 3], [4, 3]]
    assert not boundary(np.ones((5, 6), bool)).any()  # so a full image agrees with an empty one
    assert boundary_f(np.ones((5, 6), bool), np.zeros((5, 6), bool), 1) == 1


def test_the_last_pixel_is_never_boundary():
    last = np.zeros((4, 4), bool)
    last[3, 3] = True
    assert np.argwhere(boundary(last)).tolist() == [[2, 2], [2, 3], [3, 2]]


def test_the_radius_is_rounded_up():
    assert tolerance_radius(160, 284, 0.008) == 3  # 2.61
    assert tolerance_radius(144, 256, 0.008) == 3  # 2.35: round would make it 2
    assert tolerance_radius(300, 400, 0.008) == 4  # exactly
    assert tolerance_radius(1080, 1920, 0.008) == 18
    a = np.zeros((144, 256), bool)
    a[50:80, 50:80] = True
    b = np.roll(a, 3, 1)
    assert boundary_f(a, b, 3) == 1
    assert boundary_f(a, b, 2) < 0.8


def test_the_disk_has_its_rim_and_no_corners():
    a, b = np.zeros((20, 20), bool), np.zeros((20, 20), bool)
    a[0, 0] = True  # its boundary is itself
    b[4, 5] = True  # its boundary begins at (3, 4), 5 away, and goes on at 5.66 and 5.83 and 6.40
    assert boundary_f(a, b, 5) == pytest.approx(2 * 1 * 0.25 / 1.25)
    assert boundary_f(a, b, 4) == 0


def toolkit_decay(values):
    """As the toolkit writes it; its cast to 8 bits wraps."""
    ids = (np.round(np.linspace(1, len(values), 5) + 1e-10) - 1).astype(int).astype(np.uint8).astype(int)
    bins = [values[ids[i] : ids[i + 1] + 1] for i in range(4)]
    return np.mean(bins[0]) - np.mean(bins[3]) if len(bins[3]) else np.nan


@pytest.mark.parametrize("frames", [1, 2, 3, 5, 37, 102, 255, 256, 257, 300, 341, 342, 500, 1100])
def test_decay(frames):
    values = np.random.default_rng(frames).random(frames)
    assert decay(values) == pytest.approx(toolkit_decay(values), abs=1e-15, nan_ok=True)
    assert np.isnan(decay(values)) == (256 < frames < 342)


def test_decay_takes_the_wrong_frames_beyond_eight_bits():
    assert decay(np.linspace(1, 0, 256)) == pytest.approx(0.75, abs=0.01)
    assert decay(np.linspace(1, 0, 500)) == pytest.approx(118 / 499)  # frames 118 to 243 stand for the last quarter
