import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.metrics.ragged import Ragged
from harness.metrics.success import curve_mean, success_curves

THRESHOLDS = np.linspace(0, 1, 21)


@pytest.mark.parametrize(("comparison", "at_half"), [(">", 0.0), (">=", 1.0)])
def test_a_tie_is_decided_by_the_comparison(comparison, at_half):
    curve = success_curves(Ragged.join([np.array([0.5, 0.5])]), THRESHOLDS, comparison)[0]
    assert (curve[9], curve[10], curve[11]) == (1, at_half, 0)


def test_a_perfect_answer_fails_at_one_and_nan_everywhere():
    curves = success_curves(Ragged.join([np.ones(3), np.full(2, np.nan), np.full(4, -1.0)]), THRESHOLDS)
    assert curves[0].tolist() == [1.0] * 20 + [0.0]
    assert not curves[1:].any()
    assert curve_mean(curves).tolist() == pytest.approx([20 / 21, 0, 0], abs=1e-15)


def test_one_frame_is_divided_by_one_and_epsilon():
    assert success_curves(Ragged.join([np.ones(1)]), THRESHOLDS)[0, 0] == 1 / (1 + np.finfo(float).eps) < 1


OVERLAPS = st.lists(
    st.lists(st.floats(-1, 1) | st.sampled_from([*THRESHOLDS, np.nan]), min_size=2, max_size=20), min_size=1, max_size=5
)


@settings(deadline=None)
@given(OVERLAPS, st.sampled_from([">", ">="]))
def test_counting_by_bins_is_comparing_each_frame(sequences, comparison):
    compare = np.greater if comparison == ">" else np.greater_equal
    parts = [np.array(values) for values in sequences]
    expected = [compare(part[:, None], THRESHOLDS).mean(0) for part in parts]
    assert np.array_equal(success_curves(Ragged.join(parts), THRESHOLDS, comparison), expected)
