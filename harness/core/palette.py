"""The colours in which label images show objects: PASCAL VOC's, which DAVIS took over."""

from __future__ import annotations

__all__ = ["PALETTE"]

# Red, green and blue of each number from 0 to 255, in a row. Each bit of a number, from the lowest, in turn lights
# one of the three, the higher the less.
PALETTE = bytes(
    sum((number >> (3 * bit + colour) & 1) << (7 - bit) for bit in range(3))
    for number in range(256)
    for colour in range(3)
)
