"""Square crops of images, pixel for pixel as the field's codes cut them.

A window is a square of whole pixels, ``x, y, side``; windows ``(N, 3)`` may reach beyond their images, or lie outside.
Codes differ in how large it is, how its corner is rounded, and what lies beyond the border; all resize with OpenCV,
bilinearly. Only SiamFC++ rounds no corner (`warp`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

__all__ = ["area_windows", "channel_means", "context_windows", "cut", "half_up", "warp"]

Float = NDArray[np.float64]
Image = NDArray[np.uint8]
Windows = NDArray[np.int64]


def half_up(values: Float) -> Float:
    """Rounded, halves upwards; `np.round` and Python's own round them to the even neighbour.

    >>> half_up(np.array([0.5, 1.5, 2.5])), np.round([0.5, 1.5, 2.5])
    (array([1., 2., 3.]), array([0., 2., 2.]))
    """
    return np.floor(values + 0.5)


def area_windows(boxes: Float, factor: float) -> Windows:
    """Windows around boxes ``(N, 4)`` (x, y, w, h), `factor` times the square root of the area; at least a pixel.

    As in pytracking, STARK and SBT.

    >>> area_windows(np.array([[40.0, 30.0, 30.0, 40.0]]), 2.0)  # 2 sqrt(1200) = 69.3; 55 - 35 and 50 - 35
    array([[20, 15, 70]])
    """
    sides = np.maximum(np.ceil(np.sqrt(boxes[:, 2] * boxes[:, 3]) * factor), 1)
    corners = np.round(boxes[:, :2] + 0.5 * boxes[:, 2:] - 0.5 * sides[:, None])
    return np.column_stack((corners, sides)).astype(np.int64)


def context_windows(centers: Float, sides: Float, rounded: Callable[[Float], Float] = np.round) -> Windows:
    """Windows around centers ``(N, 2)`` (x, y), of the whole pixels in `sides` ``(N,)``; at least one.

    As in SiamFC's descendants: Ocean and SiamX round a corner at half a pixel to even, PySOT and TransT `half_up`.

    >>> context_windows(np.array([[55.0, 50.5]]), np.array([76.9]))  # 55 - 38.95 and 50.5 - 38.95
    array([[16, 12, 76]])
    >>> context_windows(np.array([[55.0, 50.5]]), np.array([76.0]), half_up)  # 16.5 and 12
    array([[17, 12, 76]])
    """
    corners = rounded(centers - (sides[:, None] + 1) / 2)
    return np.column_stack((corners, np.maximum(sides, 1))).astype(np.int64)


def channel_means(image: Image) -> Image:
    """The mean of each channel, cut off to whole levels: what siamese trackers put beyond the border.

    >>> channel_means(np.array([[[1, 2, 3], [2, 5, 9]]], np.uint8))
    array([1, 3, 6], dtype=uint8)
    """
    sums = np.array(cv2.sumElems(image)[:3])  # exact, which cv2.mean is not
    return (sums / (image.shape[0] * image.shape[1])).astype(np.uint8)


def cut(
    images: Sequence[Image],
    windows: Windows,
    size: int,
    fill: ArrayLike | None = (0, 0, 0),
    dtype: DTypeLike = np.uint8,
) -> NDArray[Any]:
    """The windows of images ``(H, W, 3)``, one each, resized to ``(N, 3, size, size)`` (in memory channels come last).

    `fill` is the colour beyond the border, ``(3,)`` or ``(N, 3)``; None repeats the border's pixels. As `dtype`
    float32, levels are not rounded. Images are cut in parallel, and only what a window shows of one is touched.

    >>> image = np.arange(12, dtype=np.uint8).reshape(2, 2, 3)
    >>> cut([image], np.array([[1, 0, 2]]), 2, fill=(7, 8, 9))[0, 0]
    array([[3, 7],
           [9, 7]], dtype=uint8)
    """
    fills = [None] * len(images) if fill is None else np.broadcast_to(fill, (len(images), 3)).tolist()
    return _each(_cut, images, windows.tolist(), fills, np.empty((len(images), size, size, 3), dtype))


def warp(images: Sequence[Image], centers: Float, sides: Float, size: int, fill: ArrayLike) -> Image:
    """Squares around centers ``(N, 2)`` (x, y) whose outer pixels lie ``side - 1`` apart; else as `cut`.

    As in SiamFC++, where `sides` are whole: nothing else is rounded, and what overhangs fades into `fill`.

    >>> image = np.array([[0, 10, 20, 30]], np.uint8)[..., None].repeat(3, 2)
    >>> warp([image], np.array([[1.5, 0.0]]), np.array([3.0]), 3, (0, 0, 0))[0, 0, 1]  # from 0.5 to 2.5
    array([ 5, 15, 25], dtype=uint8)
    """
    scales = (sides - 1) / (size - 1)
    corners = centers - (sides[:, None] - 1) / 2
    maps = [np.array([[scale, 0, x], [0, scale, y]]) for scale, (x, y) in zip(scales, corners, strict=True)]
    fills = np.broadcast_to(fill, (len(images), 3)).tolist()
    return _each(_warp, images, maps, fills, np.empty((len(images), size, size, 3), np.uint8))


def _each(write: Callable[..., None], images: Sequence[Image], *given: Any) -> NDArray[Any]:
    """What `write` makes of each image and of what is given for it; the last given are the crops to fill."""
    every = _threads().map if len(images) > 1 else map
    for _ in every(write, images, *given):
        pass
    crops: NDArray[Any] = given[-1]
    return crops.transpose(0, 3, 1, 2)


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(thread_name_prefix="crop")


def _cut(image: Image, window: tuple[int, int, int], fill: list[int] | None, crop: NDArray[Any]) -> None:
    """Write one window of `image` into `crop` ``(size, size, 3)``."""
    x, y, side = window
    height, width = image.shape[:2]
    left, right = _inside(x, side, width)
    top, bottom = _inside(y, side, height)
    if fill is not None and (x >= width or y >= height or x + side <= 0 or y + side <= 0):
        crop[:] = fill
        return
    shown = image[top:bottom, left:right]
    if shown.shape[:2] != (side, side):
        before = (min(max(-y, 0), side - 1), min(max(-x, 0), side - 1))
        beyond = (before[0], side - len(shown) - before[0], before[1], side - shown.shape[1] - before[1])
        border = cv2.BORDER_REPLICATE if fill is None else cv2.BORDER_CONSTANT
        shown = cv2.copyMakeBorder(shown, *beyond, border, value=fill)
    cv2.resize(shown.astype(crop.dtype, copy=False), crop.shape[:2], dst=crop, interpolation=cv2.INTER_LINEAR)


def _warp(image: Image, crop_to_image: Float, fill: list[int], crop: Image) -> None:
    how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    cv2.warpAffine(image, crop_to_image, crop.shape[:2], crop, how, cv2.BORDER_CONSTANT, fill)


def _inside(first: int, side: int, length: int) -> tuple[int, int]:
    """The part of ``first .. first + side`` that lies in ``0 .. length``, or else the pixel nearest to it."""
    start = min(max(first, 0), length - 1)
    return start, max(min(first + side, length), start + 1)
