"""The soft masks of a trial in one file, as NumPy's ``.npz``: windows, and what was deflated, one after the other."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

import numpy as np

from harness.core.soft_masks import PackedSoftMask

__all__ = ["decode_soft", "encode_soft"]

_NONE = (0, 0, 0, 0, -1)  # a frame without a soft mask; else x, y, w, h and the number of bytes


def encode_soft(masks: Sequence[PackedSoftMask | None]) -> bytes:
    """All frames; the same masks give the same bytes."""
    windows = [_NONE if mask is None else (mask.x, mask.y, mask.w, mask.h, len(mask.deflated)) for mask in masks]
    deflated = b"".join(mask.deflated for mask in masks if mask is not None)
    file = io.BytesIO()
    np.savez(file, windows=np.array(windows, np.int64).reshape(-1, 5), deflated=np.frombuffer(deflated, np.uint8))
    return file.getvalue()


def decode_soft(data: bytes) -> tuple[PackedSoftMask | None, ...]:
    """The inverse of `encode_soft`. Raises ValueError."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            windows, deflated = arrays["windows"].reshape(-1, 5).tolist(), arrays["deflated"].tobytes()
    except (OSError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise ValueError(f"not a file of soft masks ({error})") from None
    masks: list[PackedSoftMask | None] = []
    start = 0
    for x, y, w, h, length in windows:
        masks.append(None if length < 0 else PackedSoftMask(x, y, w, h, deflated[start : start + length]))
        start += max(length, 0)
    return tuple(masks)
