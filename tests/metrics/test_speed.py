import math

import pytest

from harness.core.record import Seconds
from harness.metrics.speed import frames_per_second


def test_updates_are_pooled_and_starts_left_out():
    assert frames_per_second([Seconds(9.0, 1.0, 10, False), Seconds(0.0, 3.0, 90, False)]) == 25


@pytest.mark.parametrize("timings", [[], [Seconds(1.0, 1.0, 10, True)], [Seconds(1.0, 0.0, 0, False)]])
def test_what_was_not_timed_alone_has_no_speed(timings):
    assert math.isnan(frames_per_second(timings))
