"""Labels as DAVIS stores them: for each frame an indexed PNG, its numbers the objects, 0 the background."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from harness.core.palette import PALETTE
from harness.core.regions import Labels, Region, Special

__all__ = ["decode_labels", "encode_labels", "label_image_name"]


def label_image_name(trial: str, frame: int) -> str:
    """Where a frame lies, as davis2017-evaluation looks for it.

    >>> label_image_name("blackswan", 7)
    'blackswan/00007.png'
    """
    return f"{trial}/{frame:05d}.png"


def encode_labels(labels: Region | Special | None, size: tuple[int, int]) -> bytes:
    """A PNG of an image of `size` (width, height). Raises ValueError for a region of another kind."""
    if not isinstance(labels, Labels | None):
        raise ValueError(f"beside labels all are labels or nothing, found {type(labels).__name__}")
    image = Image.fromarray((labels or Labels(())).decode(*size))
    image.putpalette(PALETTE)
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def decode_labels(data: bytes) -> tuple[Labels | None, tuple[int, int]]:
    """The labels, None where there are none, and the image's (width, height). Raises ValueError."""
    try:
        with Image.open(io.BytesIO(data), formats=["PNG"]) as image:
            mode, size, ids = image.mode, image.size, np.asarray(image)
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValueError(f"not a PNG ({error})") from None
    if mode != "P":
        raise ValueError(f"expected an indexed PNG, found one of mode {mode}")
    return (Labels.encode(ids) if ids.any() else None), size
