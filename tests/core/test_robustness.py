"""OTB's twelve boxes and twenty segments."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.regions import Box, Regions
from harness.core.robustness import OMITTED, SHIFTS, robustness_views, segment_starts, shifted
from harness.core.sequence import GroundTruth, Sequence

# First rows (counted from 1) of the released results of CT on Deer, tracker_benchmark's results/SRE.
DEER = {
    "left": (296, 5, 95, 65),
    "right": (316, 5, 95, 65),
    "up": (306, 1, 95, 65),
    "down": (306, 12, 95, 65),
    "topLeft": (297, 1, 104, 72),
    "topRight": (306, 1, 105, 72),
    "bottomLeft": (297, 5, 104, 72),
    "bottomRight": (306, 5, 105, 72),
    "scale_8": (316, 12, 76, 52),
    "scale_9": (311, 8, 86, 59),
    "scale_11": (301, 2, 105, 72),
    "scale_12": (297, 1, 114, 78),
}


def truth(count, **flags):
    return GroundTruth(Regions(np.full((count, 4), 9.0)), np.zeros(count, bool), flags)


def test_the_boxes_of_released_results_in_their_order():
    assert tuple(DEER) == SHIFTS
    for shift, (x, y, w, h) in DEER.items():
        assert shifted(Box(305, 4, 95, 65), shift, (704, 400)) == Box(x - 1, y - 1, w, h)


def test_what_leaves_the_image_begins_at_its_edge_or_is_cut():
    at_edge = Box(590, 0, 10, 21)
    assert shifted(at_edge, "right", (600, 400)) == Box(591, 0, 9, 21)
    assert shifted(at_edge, "up", (600, 400)) == Box(590, 0, 10, 21)  # 3 above, and no lower for it
    assert shifted(at_edge, "scale_12", (600, 400)) == Box(589, 0, 11, 25)


@given(
    st.tuples(*[st.integers(0, 300)] * 2, *[st.integers(1, 200)] * 2), st.sampled_from(SHIFTS), st.integers(500, 900)
)
def test_a_shift_changes_a_box_by_about_a_tenth(xywh, shift, side):
    box, found = Box(*map(float, xywh)), shifted(Box(*map(float, xywh)), shift, (side, side))
    assert found.x >= 0
    assert found.x + found.w <= side
    assert found.w <= 1.2 * box.w + 1
    assert abs(found.center[0] - box.center[0]) <= 0.1 * box.w + 1


def test_segments_begin_evenly_and_the_last_has_twenty_frames():
    starts = segment_starts(truth(210))
    assert (starts[0], starts[-1], len(starts)) == (0, 190, 20)
    assert set(np.diff(starts)) <= {10, 11}


def test_no_segment_begins_where_the_target_is_hidden_absent_or_outside():
    count = 100
    boxes = np.full((count, 4), 9.0)
    boxes[0] = np.nan
    boxes[1, 0] = -1  # its left edge is pixel 0 of MATLAB's
    boxes[2, 2] = -1
    omitted, absent = np.zeros(count), np.zeros(count, bool)
    omitted[3:40] = 1
    absent[70:81] = True
    found = segment_starts(GroundTruth(Regions(boxes), absent, {OMITTED: omitted}))
    assert (found[0], found[-1], len(found)) == (40, 69, 20)


@pytest.mark.parametrize(
    ("frames", "starts"),
    [
        (19, [0]),
        (20, [0, 0]),
        (22, [*[0] * 7, *[1] * 6, 2]),
        (38, [*range(19), 18]),
        (39, [*range(19), 19]),
    ],
)
def test_few_frames_give_few_segments(frames, starts):
    assert segment_starts(truth(frames)) == starts


def test_views_are_what_trials_are_scored_against():
    one = Sequence("one", truth(60))
    assert robustness_views("sre", one) == [one] * 12
    assert [len(view) for view in robustness_views("tre", one)] == [60 - start for start in segment_starts(one.truth)]
