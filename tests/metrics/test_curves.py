import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.catalog import RULES
from harness.metrics.curves import curve_mean, frames_passing, unit_area
from harness.metrics.one_pass.rule import ByBenchmark, OnePassRule
from harness.metrics.ragged import Ragged

COMPARE = {">": np.greater, ">=": np.greater_equal, "<=": np.less_equal}


def measures():
    """Every set of thresholds that any rule has, with its comparison."""
    loaded = [RULES.load(name) for name in RULES]
    rules = [rule for rule in loaded if isinstance(rule, OnePassRule)]
    rules += [one for rule in loaded if isinstance(rule, ByBenchmark) for one in rule.rules.values()]
    return sorted({(measure.thresholds, measure.comparison) for rule in rules for measure in rule.measures.values()})


@pytest.mark.parametrize(("thresholds", "comparison"), measures(), ids=lambda part: str(part)[:3])
@settings(deadline=None, max_examples=50)
@given(data=st.data())
def test_counting_is_comparing_each_frame_with_each_threshold(thresholds, comparison, data):
    ties = [np.nextafter(t, t + side) for t in thresholds for side in (-1, 0, 1)]
    number = st.sampled_from([*ties, np.nan, np.inf, -np.inf, -1.0, 1e300]) | st.floats(-1, 1.2 * thresholds[-1])
    parts = [np.array(part) for part in data.draw(st.lists(st.lists(number, max_size=20), min_size=1, max_size=4))]
    expected = [COMPARE[comparison](part[:, None], thresholds).sum(0) for part in parts]
    assert np.array_equal(frames_passing(Ragged.join(parts), np.array(thresholds), comparison), expected)


@pytest.mark.parametrize(("comparison", "at_half"), [(">", 0), (">=", 2), ("<=", 2)])
def test_a_tie_is_decided_by_the_comparison(comparison, at_half):
    halves = Ragged.join([np.array([0.5, 0.5])])
    assert frames_passing(halves, np.linspace(0, 1, 21), comparison)[0, 10] == at_half


def test_nan_passes_nowhere():
    nan = Ragged.join([np.full(3, np.nan)])
    assert not any(frames_passing(nan, np.linspace(0, 1, 21), comparison).any() for comparison in COMPARE)


def test_areas():
    curves = np.array([[1.0] * 20 + [0.0], [1.0] * 21])
    assert curve_mean(curves).tolist() == pytest.approx([20 / 21, 1], abs=1e-15)
    assert unit_area(curves).tolist() == pytest.approx([1 - 1 / 40, 1], abs=1e-15)
