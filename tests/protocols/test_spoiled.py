"""Blur, noise and compression do to an image what they say."""

import numpy as np
import pytest

from harness.protocols.spoiled import spoiled


@pytest.fixture(scope="module")
def image():
    y, x = np.mgrid[:48, :64]
    return np.stack((4 * x, 5 * y, 128 + 100 * np.sin(x / 2)), 2).astype(np.uint8)


def how(blur=0.0, noise=0.0, jpeg=0):
    return {"blur": blur, "noise": noise, "jpeg": jpeg, "rng": np.random.default_rng(3)}


def far(one, other):
    return np.abs(one.astype(float) - other).mean()


def test_nothing_is_nothing(image):
    assert np.array_equal(spoiled(image, **how()), image)


@pytest.mark.parametrize("kind, mild, strong", [("blur", 0.5, 3.0), ("noise", 2.0, 20.0), ("jpeg", 90, 5)])
def test_more_is_worse_and_the_image_itself_stays(image, kind, mild, strong):
    before = image.copy()
    image.flags.writeable = False  # as a frame's pixels are
    mildly, strongly = (spoiled(image, **how(**{kind: value})) for value in (mild, strong))
    assert mildly.shape == image.shape
    assert mildly.dtype == np.uint8
    assert 0 < far(mildly, image) < far(strongly, image)
    assert np.array_equal(image, before)


def test_noise_has_its_spread_and_colours_stay_in_their_order():
    red = np.full((64, 64, 3), (128, 90, 60), np.uint8)
    noisy = spoiled(red, **how(noise=8.0)).astype(float) - red
    assert noisy.std() == pytest.approx(8, rel=0.05)
    assert abs(noisy.mean()) < 0.2
    assert far(spoiled(red, **how(jpeg=95)), red) < 2
