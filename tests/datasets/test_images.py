"""Decoding: the same pixels by both decoders, and no image that is taken for whole when it is not."""

import itertools
from io import BytesIO

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from harness.core.errors import BadImage
from harness.datasets import images
from harness.datasets.images import decode_image

SAMPLINGS = [getattr(cv2, name) for name in dir(cv2) if name.startswith("IMWRITE_JPEG_SAMPLING_FACTOR_")]


def picture(height: int, width: int, seed: int = 0) -> np.ndarray:
    """Patches of colour, with noise."""
    rng = np.random.default_rng(seed)
    patches = cv2.resize(rng.integers(0, 256, (height // 8 + 1, width // 8 + 1, 3), np.uint8), (width, height))
    return np.clip(patches + rng.integers(-20, 20, patches.shape), 0, 255).astype(np.uint8)


def by_opencv(data: bytes) -> np.ndarray:
    return cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR_RGB)


def by_pillow(image: Image.Image, **how: object) -> bytes:
    file = BytesIO()
    image.save(file, "JPEG", **how)
    return file.getvalue()


@given(st.integers(1, 70), st.integers(1, 70), st.integers(1, 100), st.integers(0, 4), st.booleans())
def test_pixels_are_opencvs_whatever_the_jpeg(height, width, quality, restarts, progressive):
    for sampling in SAMPLINGS:
        how = {
            cv2.IMWRITE_JPEG_QUALITY: quality,
            cv2.IMWRITE_JPEG_PROGRESSIVE: int(progressive),
            cv2.IMWRITE_JPEG_RST_INTERVAL: restarts,
            cv2.IMWRITE_JPEG_SAMPLING_FACTOR: sampling,
        }
        data = cv2.imencode(".jpg", picture(height, width), list(itertools.chain(*how.items())))[1].tobytes()
        assert np.array_equal(decode_image(data, "it"), by_opencv(data))


@pytest.mark.parametrize(("mode", "how"), [("L", {}), ("CMYK", {}), ("RGB", {"keep_rgb": True})])
def test_other_colours_are_opencvs_too(mode, how):
    data = by_pillow(Image.fromarray(picture(20, 30)).convert(mode), **how)
    pixels = decode_image(data, "it")
    assert pixels.shape == (20, 30, 3)
    assert np.array_equal(pixels, by_opencv(data))


def test_a_turned_camera_is_turned_back():
    exif = Image.Exif()
    exif[0x0112] = 6  # a quarter to the right
    data = by_pillow(Image.fromarray(picture(20, 30)), exif=exif)
    assert decode_image(data, "it").shape == (30, 20, 3)


def jpeg() -> bytes:
    return by_pillow(Image.fromarray(picture(240, 320)), quality=90)


@pytest.mark.skipif(images.decode_jpeg is None, reason="OpenCV paints over damage; needs the extra 'decode'")
def test_damage_in_the_middle_is_said():
    data = jpeg()
    middle = len(data) // 2
    with pytest.raises(BadImage, match=r"0007\.jpg: damaged JPEG \(Corrupt JPEG data: premature end of data"):
        decode_image(data[:middle] + data[middle + 3000 :], "0007.jpg")


def test_superfluous_bytes_are_no_damage():
    data = jpeg()
    assert np.array_equal(decode_image(data[:-2] + bytes(9) + data[-2:], "it"), decode_image(data, "it"))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (jpeg()[:-100], "JPEG cut short after"),
        (b"", r"not an image that can be decoded \(0 bytes\)"),
        (b"\xff\xd8\xff\xd9", "not an image"),
        (b"\xff\xd8" + b"words" * 9 + b"\xff\xd9", "not an image"),
        (b"<html>404</html>", "not an image"),
    ],
)
def test_what_is_no_image_is_said(data, message):
    with pytest.raises(BadImage, match=f"it: {message}"):
        decode_image(data, "it")


def test_without_simplejpeg_all_is_opencvs(monkeypatch):
    monkeypatch.setattr(images, "decode_jpeg", None)
    assert np.array_equal(decode_image(jpeg(), "it"), by_opencv(jpeg()))
