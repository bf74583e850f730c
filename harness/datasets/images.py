"""Decoding frames."""

from __future__ import annotations

import cv2
import numpy as np

from harness.core.errors import BadImage
from harness.core.sequence import Image

__all__ = ["decode_image"]


def decode_image(data: bytes, source: str) -> Image:
    """An encoded image as uint8 ``(H, W, 3)`` RGB; `source` names it in errors.

    Raises BadImage for one that is cut short or no image: libjpeg itself would fill what is missing with grey
    and go on, and the tracker would be scored on it.
    """
    if data[:2] == b"\xff\xd8" and b"\xff\xd9" not in data[-64:]:
        raise BadImage(f"{source}: JPEG cut short after {len(data)} bytes (no end marker); copy it again")
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR_RGB) if data else None
    if pixels is None:
        raise BadImage(f"{source}: not an image that can be decoded ({len(data)} bytes); copy it again")
    return np.asarray(pixels, np.uint8)
