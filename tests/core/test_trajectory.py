"""Trajectories: their lengths agree, and their misses are counted."""

import math

import numpy as np
import pytest

from harness import Box, Mask, Polygon, Trajectory
from harness.core.regions import Regions, Special

NAN = math.nan


def trajectory(regions: list) -> Trajectory:
    return Trajectory(Regions.collect(regions), np.full(len(regions), NAN), np.zeros(len(regions)))


MISSES = [None, Box(NAN, NAN, NAN, NAN), Box(1, 2, NAN, 4)]


@pytest.mark.parametrize(
    "other", [Box(1, 2, 3, 4), Polygon(((0, 0), (1, 0), (1, 1))), Mask(0, 0, 0, 0, ()), Special.FAILED]
)
def test_misses_are_none_and_nan_whatever_stands_beside(other):
    assert trajectory([other, *MISSES, Box(0, 0, 0, 0)]).misses == 3
    assert trajectory([other]).misses == 0


def test_without_frames_nothing_is_missed():
    assert (len(trajectory([])), trajectory([]).misses) == (0, 0)


@pytest.mark.parametrize("lengths", [(3, 2, 3), (3, 3, 2), (2, 3, 3)])
def test_one_of_each_a_frame(lengths):
    boxes, confidences, seconds = lengths
    with pytest.raises(ValueError, match=f"found {boxes}, {confidences} and {seconds}"):
        Trajectory(Regions(np.zeros((boxes, 4))), np.zeros(confidences), np.zeros(seconds))


def test_soft_masks_are_one_a_frame_or_none_at_all():
    boxes, nothing = Regions(np.zeros((3, 4))), np.full(3, NAN)
    assert Trajectory(boxes, nothing, nothing, soft=(None,) * 3).soft == (None,) * 3
    with pytest.raises(ValueError, match="one a frame, found 2 for 3 frames"):
        Trajectory(boxes, nothing, nothing, soft=(None,) * 2)
