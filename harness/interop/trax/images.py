"""Frames as TraX hands them over: files by their path, raw pixels, or encoded images."""

from __future__ import annotations

import base64
import re
from collections.abc import Collection
from pathlib import Path

import cv2
import numpy as np

from harness.core.errors import BadImage
from harness.core.sequence import Frame, Image
from harness.datasets.images import decode_image

__all__ = ["decode_frame", "encode_frame"]


def encode_frame(frame: Frame, formats: Collection[str], folder: Path) -> str:
    """A frame in one of `formats`: its file, else its pixels, else a PNG, which for ``path`` alone is put in `folder`.

    Such a file is there until the next one is. Raises BadImage and MissingData as the frame does.
    """
    if "path" in formats and frame.path is not None:
        return f"file://{Path(frame.path).absolute()}"
    if "memory" in formats:
        height, width = frame.pixels.shape[:2]
        return f"image:{width};{height};rgb;{base64.b64encode(frame.pixels.tobytes()).decode()}"
    png = cv2.imencode(".png", cv2.cvtColor(frame.pixels, cv2.COLOR_RGB2BGR))[1].tobytes()
    if "buffer" in formats:
        return f"data:image/png;{base64.b64encode(png).decode()}"  # without a "base64", which libtrax would decode too
    for earlier in folder.glob("*.png"):
        earlier.unlink()
    file = folder / f"{frame.index:08d}.png"
    file.write_bytes(png)
    return f"file://{file}"


def decode_frame(text: str, index: int) -> Frame:
    """The frame that a client hands over as number `index`; what is wrong with its content shows when it is decoded.

    Raises ValueError for what is no image.
    """
    if text.startswith("image:"):
        return Frame(index, lambda: _raw(text))
    if text.startswith("data:"):
        return Frame(index, lambda: decode_image(base64.b64decode(re.split("[;,]", text)[-1]), "image in a message"))
    path = Path(text.removeprefix("file://"))
    if not path.is_file():
        raise ValueError(f"there is no image {str(path)!r:.200}")
    return Frame(index, lambda: decode_image(path.read_bytes(), str(path)), lambda: str(path))


def _raw(text: str) -> Image:
    try:
        width, height, kind, data = text.removeprefix("image:").split(";")
        shape = int(height), int(width), {"rgb": 3, "gray8": 1}[kind]
        values = np.frombuffer(base64.b64decode(data), np.uint8).reshape(shape)
    except (KeyError, ValueError):
        raise BadImage(f"expected image:WIDTH;HEIGHT;rgb;PIXELS, found {text!r:.60}") from None
    return np.broadcast_to(values, (*shape[:2], 3)).copy()
