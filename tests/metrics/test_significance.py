import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.metrics.significance import Interval, bootstrap_interval, wilcoxon_p

DIFFERENCES = st.lists(st.floats(-1, 1).map(lambda value: round(value, 6)), max_size=30).map(np.array)


def test_the_interval_is_that_of_a_normal_mean():
    values = np.random.default_rng(3).normal(0.02, 0.1, 400)
    found, error = bootstrap_interval(values), 1.96 * values.std() / 20
    assert (found.low, found.high) == pytest.approx((values.mean() - error, values.mean() + error), abs=1e-3)


def test_the_same_data_give_the_same_interval():
    values = np.random.default_rng(4).normal(size=50)
    assert bootstrap_interval(values) == bootstrap_interval(values.copy())


@given(DIFFERENCES)
def test_the_interval_holds_the_mean_and_lies_within_the_data(values):
    found = bootstrap_interval(values, resamples=200)
    if len(values) < 2:
        assert math.isnan(found.low)
        assert not found.excludes_zero
    else:
        assert values.min() - 1e-12 <= found.low <= found.high <= values.max() + 1e-12


def test_an_interval_tells_by_its_sign():
    assert Interval(0.1, 0.2).excludes_zero
    assert Interval(-0.2, -0.1).excludes_zero
    assert not Interval(-0.1, 0.1).excludes_zero
    assert not Interval(0.0, 0.1).excludes_zero


@settings(max_examples=20)
@given(DIFFERENCES)
def test_the_p_of_a_difference_seen_from_the_other_side(values):
    p = wilcoxon_p(values)
    assert math.isnan(p) if not len(values) else 0 <= p <= 1
    assert p == pytest.approx(wilcoxon_p(-values), nan_ok=True)


def test_zeros_tell_nothing():
    assert wilcoxon_p(np.zeros(5)) == 1
    assert wilcoxon_p(np.array([0, 0, 0.1, 0.2])) == wilcoxon_p(np.array([0.1, 0.2]))
