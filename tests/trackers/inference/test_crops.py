"""Crops: hand-computed windows, and pixels against padding the whole image."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.ndimage import map_coordinates

from trackers.inference.crops import area_windows, channel_means, context_windows, cut, half_up, warp

IMAGE = np.random.default_rng(0).integers(0, 256, (37, 53, 3), np.uint8)
FAR = 80


def padded_whole(image, window, size, fill):
    """The crop as the field computes it: pad the image all round, slice, resize."""
    border = cv2.BORDER_REPLICATE if fill is None else cv2.BORDER_CONSTANT
    around = 2 * FAR  # more than any window reaches
    whole = cv2.copyMakeBorder(image, around, around, around, around, border, value=fill)
    x, y, side = window + np.array([around, around, 0])
    return cv2.resize(whole[y : y + side, x : x + side], (size, size)).transpose(2, 0, 1)


corners = st.integers(-FAR, 53 + FAR // 2)
windows = st.tuples(corners, corners, st.integers(1, 40))


@given(st.lists(windows, min_size=1, max_size=4), st.integers(1, 40), st.sampled_from([None, (0, 0, 0), (12, 200, 7)]))
def test_a_crop_is_that_of_the_padded_image(chosen, size, fill):
    """Inside, across each border, outside; several at a time."""
    chosen = np.array(chosen)
    crops = cut([IMAGE] * len(chosen), chosen, size, fill)
    assert crops.shape == (len(chosen), 3, size, size)
    for crop, window in zip(crops, chosen, strict=True):
        np.testing.assert_array_equal(crop, padded_whole(IMAGE, window, size, fill))


def test_a_crop_costs_what_it_shows():
    """Of an image of three terabytes, which nobody could pad."""
    endless = np.broadcast_to(np.array([1, 2, 3], np.uint8), (10**6, 10**6, 3))
    crop = cut([endless], np.array([[10**6 - 50, 500, 100]]), 10, (9, 9, 9))[0]
    assert crop[:, 0].tolist() == [[level] * 5 + [9] * 5 for level in (1, 2, 3)]


def test_images_of_several_sizes_and_colours():
    images = [IMAGE, IMAGE[:5, :7], np.zeros((1, 1, 3), np.uint8)]
    chosen, fills = np.array([[50, 30, 20], [-3, -3, 12], [-1, -1, 3]]), [[1, 2, 3], [4, 5, 6], [7, 8, 9]]
    crops = cut(images, chosen, 24, fills)
    for crop, image, window, fill in zip(crops, images, chosen, fills, strict=True):
        np.testing.assert_array_equal(crop, padded_whole(image, window, 24, fill))


def test_an_image_without_pixels_shows_only_the_fill():
    assert (cut([IMAGE[:-37, :-1]], np.array([[-2, -2, 5]]), 4, (5, 5, 5)) == 5).all()


@pytest.mark.parametrize("box", [[10, 10, 2, 2], [10, 10, 0, 0], [-400, -400, 1000, 1000], [900, -900, 20, 20]])
def test_no_target_is_too_small_too_large_or_too_far(box):
    boxes = np.array([box], float)
    for chosen in (area_windows(boxes, 5.0), context_windows(boxes[:, :2], boxes[:, 2])):
        assert chosen[0, 2] >= 1
        assert cut([IMAGE], chosen, 8).shape == (1, 3, 8, 8)


def test_windows_around_an_area():
    """Side ceil(5 sqrt(24)) = 25; corners 12 - 12.5 = -0.5 and 14 - 12.5 = 1.5 go to the even neighbour."""
    assert area_windows(np.array([[10.0, 11.0, 4.0, 6.0]]), 5.0).tolist() == [[0, 2, 25]]


def test_windows_with_context():
    """Corners 20 - 18.5 = 1.5 and 31 - 18.5 = 12.5; of a broken side, the whole pixels."""
    centers, sides = np.array([[20.0, 31.0]] * 2), np.array([36.0, 36.9])
    assert context_windows(centers, sides).tolist() == [[2, 12, 36], [1, 12, 36]]
    assert context_windows(centers, sides, half_up).tolist() == [[2, 13, 36], [1, 12, 36]]


@given(arrays(np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9), st.just(3))))
def test_means_are_cut_off_not_rounded(image):
    sums = image.astype(int).sum((0, 1))
    assert channel_means(image).tolist() == (sums // (image.shape[0] * image.shape[1])).tolist()


def test_levels_need_not_be_rounded():
    image = np.array([[[0] * 3, [1] * 3]], np.uint8).repeat(2, 0)
    (crop,) = cut([image], np.array([[0, 0, 2]]), 4, dtype=np.float32)
    assert crop.dtype == np.float32
    assert crop[0, 0].tolist() == [0, 0.25, 0.75, 1]


def test_a_warp_between_pixels_is_that_of_whole_ones():
    """Side 2 n - 1 to n pixels: each second one, and the fill beyond."""
    crops = warp([IMAGE] * 2, np.array([[20.0, 10], [0, 0]]), np.array([17.0, 17]), 9, [[1, 2, 3], [4, 5, 6]])
    np.testing.assert_array_equal(crops[0], IMAGE[2:19:2, 12:29:2].transpose(2, 0, 1))
    np.testing.assert_array_equal(crops[1][:, 4:, 4:], IMAGE[0:9:2, 0:9:2].transpose(2, 0, 1))
    assert crops[1][:, 0, 0].tolist() == crops[1][:, 3, 8].tolist() == [4, 5, 6]


@given(st.floats(0, 52), st.floats(0, 36), st.integers(2, 60), st.integers(2, 40))
def test_a_warp_is_bilinear(x, y, side, size):
    """To a 32nd of a pixel, as OpenCV counts."""
    (crop,) = warp([IMAGE], np.array([[x, y]]), np.array([float(side)]), size, (50, 50, 50))
    line = np.linspace(-(side - 1) / 2, (side - 1) / 2, size)
    rows, columns = np.meshgrid(y + line, x + line, indexing="ij")
    for channel in range(3):
        expected = map_coordinates(
            IMAGE[..., channel].astype(float), [rows, columns], order=1, mode="grid-constant", cval=50
        )
        assert np.abs(crop[channel] - expected).max() <= 255 * 2 / 32 + 1
