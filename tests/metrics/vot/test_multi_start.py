"""Runs from anchors against plain loops."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from harness.metrics.vot.multi_start import expected_overlap_sums, tracked_frames

OVERLAPS = arrays(float, st.integers(1, 30), elements=st.sampled_from([0.0, 0.05, 0.1, 0.2, 0.9]))


@given(OVERLAPS, st.data(), st.integers(1, 5))
def test_a_run_is_tracked_until_it_stays_low(overlaps, data, grace):
    empty = np.array(data.draw(st.lists(st.booleans(), min_size=len(overlaps), max_size=len(overlaps))))
    left, tracked = grace, len(overlaps)
    for frame, overlap in enumerate(overlaps):
        left = left - 1 if overlap <= 0.1 and not empty[frame] else grace
        if not left:
            tracked = frame + 1 - grace
            break
    assert tracked_frames(overlaps, empty, 0.1, grace) == tracked


@given(OVERLAPS, st.data(), st.integers(2, 40))
def test_what_a_run_adds_to_the_expected_overlap(overlaps, data, frames):
    tracked = data.draw(st.integers(0, len(overlaps)))
    if len(overlaps) == 1:
        tracked = 1  # one frame is no failure
    kept = np.where(np.arange(len(overlaps)) < tracked, overlaps, 0)
    sums, count = np.zeros(frames), np.zeros(frames)
    for after in range(1, frames):
        if after < len(overlaps):
            sums[after], count[after] = kept[1 : after + 1].mean(), 1
        elif tracked < len(overlaps):
            sums[after], count[after] = kept[1:].sum() / (after - 1), 1  # as the toolkit has it
    found = expected_overlap_sums(overlaps, tracked, frames)
    assert found[0] == pytest.approx(sums)
    assert found[1].tolist() == count.tolist()


def test_a_failed_run_says_the_same_twice_at_its_end():
    sums, _ = expected_overlap_sums(np.array([0.0, 0.8, 0.6, 0.0]), 3, 6)
    assert sums[3] == sums[4] == pytest.approx(1.4 / 3)
