"""Overlap and centre errors against a loop over pairs of plain numbers."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from harness.core.overlap import box_overlap, center_error, normalized_center_error

NAN = math.nan
PAIRS = arrays(np.float64, st.tuples(st.integers(0, 6), st.just(2), st.just(4)), elements=st.integers(0, 40).map(float))


def overlap(a, b) -> float:
    width = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    height = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    shared = max(width, 0) * max(height, 0)
    union = a[2] * a[3] + b[2] * b[3] - shared
    return shared / union if union else NAN


def centre(box) -> tuple[float, float]:
    return box[0] + box[2] / 2, box[1] + box[3] / 2


@given(PAIRS)
def test_overlap_is_the_loops(pairs):
    expected = [overlap(a, b) for a, b in pairs.tolist()]
    found = box_overlap(pairs[:, 0], pairs[:, 1])
    assert found.shape == (len(pairs),)
    assert np.array_equal(found, expected, equal_nan=True)
    assert np.array_equal(found, box_overlap(pairs[:, 1], pairs[:, 0]), equal_nan=True)


@given(PAIRS)
def test_distance_is_the_loops(pairs):
    expected = [math.dist(centre(a), centre(b)) for a, b in pairs.tolist()]
    assert center_error(pairs[:, 0], pairs[:, 1]) == pytest.approx(expected, abs=1e-9)


@given(PAIRS.filter(lambda pairs: (pairs[:, 1, 2:] > 0).all()))
def test_normalised_distance_is_the_loops(pairs):
    expected = [
        math.dist([c / s for c, s in zip(centre(a), b[2:], strict=True)], np.divide(centre(b), b[2:]))
        for a, b in pairs.tolist()
    ]
    assert normalized_center_error(pairs[:, 0], pairs[:, 1]) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    ("box", "truth", "expected"),
    [
        ([0, 0, 4, 4], [0, 0, 4, 4], 1),
        ([0, 0, 4, 4], [4, 0, 4, 4], 0),  # edges touch
        ([0, 0, 0, 4], [0, 0, 4, 4], 0),
        ([1, 1, 0, 0], [1, 1, 0, 0], NAN),  # nothing and nothing
        ([NAN, 0, 4, 4], [8, 0, 4, 4], 1),  # x alone: taken at the other's edges on that axis
        ([0, NAN, 4, 4], [2, 9, 4, 4], 1 / 3),
        ([0, 0, NAN, 4], [0, 0, 4, 4], NAN),
        ([0, 0, 4, NAN], [0, 0, 4, 4], NAN),
        ([NAN] * 4, [0, 0, 4, 4], NAN),
        ([0, 0, 4, 4], [0, 0, 4, NAN], NAN),
    ],
)
def test_edges_and_nan(box, truth, expected):
    assert box_overlap([box], [truth]) == pytest.approx([expected], nan_ok=True)


@pytest.mark.parametrize("place", range(4))
def test_a_centre_with_nan_is_nowhere(place):
    box = [1.0, 2.0, 3.0, 4.0]
    box[place] = NAN
    assert np.isnan(center_error([box], [[0, 0, 2, 2]])).all()
    assert np.isnan(normalized_center_error([box], [[0, 0, 2, 2]])).all()


def test_truth_without_width_is_infinitely_far_or_undefined():
    found = normalized_center_error([[1, 0, 2, 2], [0, 0, 0, 2]], [[0, 0, 0, 2], [0, 0, 0, 2]])
    assert not np.isfinite(found).any()
