"""Decoding frames and finding them in folders."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from harness.core.errors import BadImage
from harness.core.sequence import Frames, Image

__all__ = ["decode_image", "numbered_frames"]


def decode_image(path: Path) -> Image:
    """An image file as uint8 ``(H, W, 3)`` RGB.

    Raises BadImage for a file that is missing, cut short or no image: libjpeg itself would fill what is
    missing with grey and go on, and the tracker would be scored on it.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BadImage(f"{path}: {error.strerror or error}") from None
    if data[:2] == b"\xff\xd8" and b"\xff\xd9" not in data[-64:]:
        raise BadImage(f"{path}: JPEG cut short after {len(data)} bytes (no end marker); copy it again")
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR_RGB) if data else None
    if pixels is None:
        raise BadImage(f"{path}: not an image that can be decoded ({len(data)} bytes); copy it again")
    return np.asarray(pixels, np.uint8)


def numbered_frames(folder: Path, numbers: range, name: Callable[[int], str]) -> Frames:
    """The files ``folder/name(number)`` as frames; nothing is touched before it is used."""
    return Frames(numbers, lambda n: decode_image(folder / name(n)), lambda n: str(folder / name(n)))
