import math

import numpy as np
import pytest

from trackers.classic.hog import felzenszwalb_hog


@pytest.fixture(name="noise")
def _noise() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 200, (2, 18, 23)).astype(np.uint8)


def _distance_weight(pixel: int, block: int, cell: int) -> float:
    return max(0.0, 1 - abs((pixel + 0.5) / cell - (block + 0.5)))


def _naive_histograms(image: np.ndarray, cell: int) -> np.ndarray:
    h, w = image.shape[0] // cell, image.shape[1] // cell
    padded = np.pad(image[: h * cell, : w * cell].astype(float), 1, "edge")
    histograms = np.zeros((18, h, w))
    for y in range(h * cell):
        for x in range(w * cell):
            dx = padded[y + 1, x + 2] - padded[y + 1, x]
            dy = padded[y + 2, x + 1] - padded[y, x + 1]
            bin_ = math.floor(math.degrees(math.atan2(dy, dx)) % 360 / 20 + 0.5) % 18
            for i in range(h):
                for j in range(w):
                    share = _distance_weight(y, i, cell) * _distance_weight(x, j, cell)
                    histograms[bin_, i, j] += share * math.hypot(dx, dy)
    return histograms


def _naive_hog(image: np.ndarray, cell: int = 4) -> np.ndarray:
    signed = _naive_histograms(image, cell)
    unsigned = signed[:9] + signed[9:]
    energy = np.pad((unsigned**2).sum(0), 1, "edge")
    features = np.zeros((31, *signed.shape[1:]))
    for i, j in np.ndindex(signed.shape[1:]):
        for k, (p, q) in enumerate(((0, 0), (0, 1), (1, 0), (1, 1))):
            norm = math.sqrt(energy[i + p : i + p + 2, j + q : j + q + 2].sum() + 1e-4)
            for o in range(18):
                clipped = min(signed[o, i, j] / norm, 0.2)
                features[o, i, j] += 0.5 * clipped
                features[27 + k, i, j] += 0.2357 * clipped
            for o in range(9):
                features[18 + o, i, j] += 0.5 * min(unsigned[o, i, j] / norm, 0.2)
    return features


@pytest.mark.parametrize("cell", [3, 4])
def test_agrees_with_loops_over_pixels_and_cells(noise: np.ndarray, cell: int) -> None:
    features = felzenszwalb_hog(noise, cell)
    assert features.dtype == np.float32
    assert features.shape == (2, 31, 18 // cell, 23 // cell)
    for found, image in zip(features, noise, strict=True):
        np.testing.assert_allclose(found, _naive_hog(image, cell), atol=1e-6)


def test_values_stay_in_their_ranges(noise: np.ndarray) -> None:
    features = felzenszwalb_hog(noise)
    assert features.min() >= 0
    assert features[:, :27].max() <= 0.4 + 1e-6
    assert features[:, 27:].max() <= 18 * 0.2 * 0.2357 + 1e-6


def test_a_brighter_image_has_the_same_features(noise: np.ndarray) -> None:
    assert np.array_equal(felzenszwalb_hog(noise + np.uint8(55)), felzenszwalb_hog(noise))


def test_a_flat_image_has_none() -> None:
    assert not felzenszwalb_hog(np.full((1, 8, 8), 128, np.uint8)).any()


def test_half_a_turn_swaps_signed_orientations_and_keeps_unsigned_ones(noise: np.ndarray) -> None:
    square = noise[:, :16, :16]
    turned = felzenszwalb_hog(square[:, ::-1, ::-1])[:, :, ::-1, ::-1]
    features = felzenszwalb_hog(square)
    np.testing.assert_allclose(turned[:, 18:27], features[:, 18:27], atol=1e-5)
    np.testing.assert_allclose(turned[:, :18], np.roll(features[:, :18], 9, axis=1), atol=1e-5)


def test_images_of_a_batch_do_not_touch(noise: np.ndarray) -> None:
    together = felzenszwalb_hog(noise)
    assert np.array_equal(together[1:], felzenszwalb_hog(noise[1:]))
