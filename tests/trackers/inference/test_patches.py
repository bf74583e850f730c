"""Patches as pytracking samples them: windows worked out by hand, and what holds for all."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trackers.inference.patches import sample

RAMP = np.add.outer(np.arange(40), np.arange(60)).astype(np.uint8)[..., None].repeat(3, 2)  # level = row + column


def shown(center, side, size, border="replicate", shrinks=1.5):
    """What a patch shows, and its first channel."""
    patches, places = sample(
        [RAMP], np.array([center], float), np.array([side], float), size, border=border, shrinks=shrinks
    )
    return places[0].tolist(), patches[0, 0]


def test_a_patch_of_its_own_size_is_cut():
    place, levels = shown((20.9, 10.2), 8, 8)  # the corner is 20 - 3
    assert place == [17, 7, 25, 15]
    np.testing.assert_array_equal(levels, RAMP[7:15, 17:25, 0])


def test_what_shrinks_is_thinned_first():
    """Each second pixel, from the one that the middle is a whole number of steps from."""
    place, levels = shown((21, 11), 17, 8)  # 17 / 8 - 0.1 = 2.03; 17 / 2 = 8.5 goes to 8; 10 - 3 and 5 - 3, times 2
    assert place == [14, 4, 30, 20]
    np.testing.assert_array_equal(levels, RAMP[5:21:2, 15:31:2, 0])


def test_beyond_the_border_its_pixels_are_repeated():
    place, levels = shown((1, 20), 8, 8)
    assert place == [-2, 17, 6, 25]
    np.testing.assert_array_equal(levels[:, :3], RAMP[17:25, [0, 0, 0], 0])


@pytest.mark.parametrize(
    ("center", "side", "border", "expected"),
    [
        ((1, 20), 8, "inside", [0, 17, 8, 25]),  # moved
        ((59, 39), 8, "inside", [52, 32, 60, 40]),
        ((30, 20), 48, "inside", [11, 0, 51, 40]),  # 1.2 times too large: of 40 pixels
        ((30, 20), 66, "inside", [9, -2, 53, 42]),  # 1.65 times: of 66 / 1.5 = 44, two over on both sides
        ((30, 20), 66, "inside_major", [0, -10, 60, 50]),  # as wide as the image
        ((5, 20), 48, "inside_major", [0, -4, 48, 44]),  # it fits along the longer side
    ],
)
def test_windows_move_inside(center, side, border, expected):
    assert shown(center, side, 40, border)[0] == expected


@given(
    st.tuples(st.floats(-20, 80), st.floats(-20, 60)),
    st.floats(1, 90),
    st.integers(4, 30),
    st.sampled_from(["replicate", "inside", "inside_major"]),
)
def test_a_patch_shows_levels_of_the_image(center, side, size, border):
    (left, top, right, bottom), levels = shown(center, side, size, border)
    assert levels.shape == (size, size)
    assert right - left == bottom - top
    assert RAMP.min() <= levels.min() <= levels.max() <= RAMP.max()
    if border == "inside" and side <= 40:
        assert min(left, top) >= 0
        assert right <= 60
        assert bottom <= 40


def test_images_of_several_sizes_share_a_call():
    images = [RAMP, RAMP[:20, :30], RAMP[:5, :5]]
    centers, sides = np.array([[10.0, 10], [29, 19], [2, 2]]), np.array([8.0, 30, 20])
    together, places = sample(images, centers, sides, 16)
    for number, image in enumerate(images):
        alone, place = sample([image], centers[number : number + 1], sides[number : number + 1], 16)
        np.testing.assert_array_equal(together[number], alone[0])
        np.testing.assert_array_equal(places[number], place[0])
