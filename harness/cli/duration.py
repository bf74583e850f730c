"""Durations as people read them."""

from __future__ import annotations

import math

__all__ = ["duration"]


def duration(seconds: float) -> str:
    """Hours, minutes and seconds.

    >>> duration(3725), duration(float("inf"))
    ('1:02:05', 'unknown')
    """
    if math.isinf(seconds):
        return "unknown"
    whole = round(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"
