"""HOG against a slow reading of its definition."""

import numpy as np
import pytest

from trackers.classic.hog import felzenszwalb_hog


def naive(image, cell=4):
    """Felzenszwalb's features of one grey image, cell by cell."""
    rows, columns = image.shape[0] // cell, image.shape[1] // cell
    image = image[: rows * cell, : columns * cell].astype(float)
    histogram = np.zeros((rows, columns, 18))
    for y in range(rows * cell):
        for x in range(columns * cell):
            dx = image[y, min(x + 1, columns * cell - 1)] - image[y, max(x - 1, 0)]
            dy = image[min(y + 1, rows * cell - 1), x] - image[max(y - 1, 0), x]
            bin_ = round(np.degrees(np.arctan2(dy, dx)) % 360 / 20) % 18
            for r in range(rows):
                for c in range(columns):
                    near = [1 - abs((p + 0.5) / cell - (q + 0.5)) for p, q in ((y, r), (x, c))]
                    if min(near) > 0:
                        histogram[r, c, bin_] += np.hypot(dx, dy) * near[0] * near[1]
    unsigned = histogram[..., :9] + histogram[..., 9:]
    energy = np.pad((unsigned**2).sum(2), 1, mode="edge")
    features = np.zeros((31, rows, columns))
    for r in range(rows):
        for c in range(columns):
            corners = [energy[r + i : r + i + 2, c + j : c + j + 2].sum() for i in (0, 1) for j in (0, 1)]
            norms = [1 / np.sqrt(corner + 1e-4) for corner in corners]
            features[:18, r, c] = sum(np.minimum(histogram[r, c] * n, 0.2) for n in norms) / 2
            features[18:27, r, c] = sum(np.minimum(unsigned[r, c] * n, 0.2) for n in norms) / 2
            features[27:, r, c] = [0.2357 * np.minimum(histogram[r, c] * n, 0.2).sum() for n in norms]
    return features


@pytest.mark.parametrize("shape", [(16, 20), (13, 18), (8, 4)])
def test_as_defined(shape):
    image = np.random.default_rng(0).integers(0, 255, shape, np.uint8)
    np.testing.assert_allclose(felzenszwalb_hog(image[None])[0], naive(image), atol=2e-3)


def test_many_images_are_as_many_single_ones():
    images = np.random.default_rng(1).integers(0, 255, (3, 24, 16), np.uint8)
    together = felzenszwalb_hog(images)
    assert together.shape == (3, 31, 6, 4)
    assert all(
        np.array_equal(felzenszwalb_hog(image[None])[0], one) for image, one in zip(images, together, strict=True)
    )


def test_brightness_changes_nothing():
    image = np.random.default_rng(2).integers(0, 150, (1, 16, 16), np.uint8)
    np.testing.assert_array_equal(felzenszwalb_hog(image), felzenszwalb_hog(image + np.uint8(60)))


def test_a_flat_image_has_no_features():
    assert not felzenszwalb_hog(np.full((1, 12, 12), 77, np.uint8)).any()
