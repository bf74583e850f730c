"""Images made worse: blurred, with noise, compressed."""

from __future__ import annotations

import cv2
import numpy as np

from harness.core.sequence import Image

__all__ = ["spoiled"]


def spoiled(pixels: Image, *, blur: float, noise: float, jpeg: int, rng: np.random.Generator) -> Image:
    """An RGB image ``(H, W, 3)`` as a worse camera gives it: blurred, then with noise, then compressed.

    `blur` and `noise` are standard deviations in pixels and grey levels (0: none), the noise Gaussian and of each
    channel alone; `jpeg` is libjpeg's quality, 1 to 100 (0: not compressed).

    >>> grey = np.full((8, 8, 3), 128, np.uint8)
    >>> bool((spoiled(grey, blur=1, noise=0, jpeg=90, rng=np.random.default_rng(0)) == grey).all())
    True
    """
    image = cv2.GaussianBlur(pixels, (0, 0), blur) if blur else pixels
    if noise:
        image = np.clip(image + noise * rng.standard_normal(image.shape, np.float32), 0, 255).round().astype(np.uint8)
    if jpeg:
        _, data = cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, jpeg])
        return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR_RGB), np.uint8)
    return np.asarray(image, np.uint8)
