"""Patches of an image at any position and scale."""

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["grey", "sample"]


def grey(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """An RGB image ``(H, W, 3)`` as luminance ``(H, W)``."""
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)


def sample(
    image: NDArray[np.uint8], center: NDArray[np.float64], step: NDArray[np.float64], size: tuple[int, int]
) -> NDArray[np.uint8]:
    """`size` (w, h) samples of a grey image around `center` (x, y), `step` (x, y) pixels apart.

    Bilinear; what lies outside repeats the border. A patch whose step is 1 and whose centre lies where pixels
    meet is a plain cut:

    >>> image = np.arange(36, dtype=np.uint8).reshape(6, 6)
    >>> sample(image, np.array([3.0, 2.0]), np.ones(2), (2, 2))
    array([[ 8,  9],
           [14, 15]], dtype=uint8)
    """
    scale = np.diag(step)
    # output pixel i lies (i + 0.5 - size / 2) steps from the centre; OpenCV counts from pixel centres
    first = center - (np.array(size) / 2 - 0.5) * step - 0.5
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    affine = np.column_stack([scale, first])
    patch = cv2.warpAffine(image, affine, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(patch, np.uint8)
