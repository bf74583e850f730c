"""Decoding frames: JPEGs by simplejpeg where it is installed (the extra `decode`), all else by OpenCV.

Both are libjpeg-turbo and give the same pixels, one in less time. It also tells damage that OpenCV paints over.
"""

from __future__ import annotations

import cv2
import numpy as np

from harness.core.errors import BadImage
from harness.core.sequence import Image

try:
    from simplejpeg import decode_jpeg, decode_jpeg_header
except ImportError:
    decode_jpeg = None

__all__ = ["decode_image"]

# What libjpeg says of lost pixels. It also warns of superfluous bytes, with which whole images are known to end.
_DAMAGE = ("premature end of data", "bad huffman code", "premature end of jpeg", "instead of rst")


def decode_image(data: bytes, source: str) -> Image:
    """An encoded image as uint8 ``(H, W, 3)`` RGB; `source` names it in errors.

    Raises BadImage for one that is cut short or no image: libjpeg itself would fill what is missing with grey
    and go on, and the tracker would be scored on it.
    """
    if data[:2] == b"\xff\xd8":
        if b"\xff\xd9" not in data[-64:]:
            raise BadImage(f"{source}: JPEG cut short after {len(data)} bytes (no end marker); copy it again")
        if decode_jpeg is not None and (quick := _by_simplejpeg(data, source)) is not None:
            return quick
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR_RGB) if data else None
    if pixels is None:
        raise BadImage(f"{source}: not an image that can be decoded ({len(data)} bytes); copy it again")
    return np.asarray(pixels, np.uint8)


def _by_simplejpeg(data: bytes, source: str) -> Image | None:
    """The pixels of an ordinary JPEG. None for what OpenCV shall judge: other colours, a turned camera, odd headers.

    Raises BadImage for damage in the middle.
    """
    try:
        colours = decode_jpeg_header(data)[2]
        if colours != "YCbCr" or b"Exif\0\0" in data:  # which may say that the image is to be turned
            return None
        pixels: Image = decode_jpeg(data)
    except ValueError as error:
        if any(words in str(error).lower() for words in _DAMAGE):
            raise BadImage(f"{source}: damaged JPEG ({error}); copy it again") from None
        return None
    return pixels
