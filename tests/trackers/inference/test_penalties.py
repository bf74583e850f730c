"""The penalties against numbers worked out by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trackers.inference.penalties import change_penalty, context_side, hann_window

SIDES = st.tuples(st.floats(1, 1e4), st.floats(1, 1e4)).map(np.array)


def test_the_context_of_a_square_doubles_its_side_and_of_a_box_follows_the_formula():
    assert context_side(np.array([30.0, 30.0])) == 60
    assert context_side(np.array([10.0, 30.0])) == pytest.approx((30 * 50) ** 0.5)


def test_the_window_is_that_of_numpy_along_both_axes():
    window = hann_window(25)
    assert window[12, 12] == 1
    assert window[0].max() == window[:, -1].max() == 0
    assert window[12, 6] == pytest.approx(0.5)
    assert window[6, 6] == pytest.approx(0.25)


def test_a_change_of_scale_and_of_shape_multiply():
    previous = np.array([10.0, 10.0])
    scale = ((40 + 30) * (20 + 30) / 400) ** 0.5  # 40 x 20 in its context, against 20 x 20
    expected = np.exp(-(2 * scale - 1) * 0.062)  # the aspect ratio doubled
    assert change_penalty(np.array([40.0, 20.0]), previous, 0.062) == pytest.approx(expected)


@given(SIDES, SIDES, st.floats(0, 1))
def test_shrinking_counts_as_growing_and_nothing_beats_no_change(size, previous, strength):
    penalty = change_penalty(size, previous, strength)
    assert penalty == pytest.approx(change_penalty(previous, size, strength))
    assert 0 <= penalty <= 1 + 1e-12
    assert change_penalty(size, size, strength) == pytest.approx(1)
