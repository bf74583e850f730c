import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.metrics.precision import precision_curves
from harness.metrics.ragged import Ragged

THRESHOLDS = np.arange(51.0)


def test_a_tie_counts_and_minus_one_always_does():
    curves = precision_curves(Ragged.join([np.array([20.0]), np.array([-1.0]), np.array([np.nan, np.inf])]), THRESHOLDS)
    one = 1 / (1 + np.finfo(float).eps)
    assert curves[0, 19:21].tolist() == [0, one]
    assert curves[1].tolist() == [one] * 51
    assert not curves[2].any()


ERRORS = st.lists(
    st.lists(st.floats(-1, 60) | st.sampled_from([0.0, 20.0, 50.0, np.nan, np.inf]), min_size=2, max_size=20),
    min_size=1,
    max_size=5,
)


@settings(deadline=None)
@given(ERRORS)
def test_counting_by_bins_is_comparing_each_frame(sequences):
    parts = [np.array(values) for values in sequences]
    expected = [(part[:, None] <= THRESHOLDS).mean(0) for part in parts]
    assert np.array_equal(precision_curves(Ragged.join(parts), THRESHOLDS), expected)
