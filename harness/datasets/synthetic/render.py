"""The pixels of a scene, and which of them show the target.

A pixel belongs to a layer where its centre lies in the layer's polygon; its colour is read from the photograph
between four pixels, so that motion is smooth below a pixel. Arithmetic as in motion.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from harness.core.errors import MissingData
from harness.core.regions import Mask, Polygon, convert
from harness.core.sequence import Image
from harness.datasets.images import decode_image
from harness.datasets.synthetic.motion import curve, polygons, poses, shaken
from harness.datasets.synthetic.scenes import Layer, Scene

__all__ = ["SIZE", "render", "visible_masks"]

SIZE = (320, 240)

Float = NDArray[np.float64]
Window: TypeAlias = tuple[int, int, int, int]  # left, top, right, bottom


def render(scene: Scene) -> Iterator[Image]:
    """The scene's frames, in order, uint8 (240, 320, 3) RGB. Raises MissingData without scikit-image."""
    backdrop = _photograph(scene.backdrop, 1)
    camera = shaken(scene.pan, scene.shake, 1000 + scene.target.seed, scene.length)  # sways unlike the target
    light = curve(np.reshape(scene.light, (-1, 1)), scene.length).ravel()
    pieces = [
        (layer, _photograph(layer.photo, layer.shrink), poses(layer, scene.length), polygons(layer, scene.length))
        for layer in (*scene.behind, scene.target, *scene.front)
    ]
    for frame in range(scene.length):
        canvas = _crop(backdrop, *camera[frame].tolist())
        for layer, photo, pose, corners in pieces:
            _paint(canvas, photo, layer, pose[frame], corners[frame])
        yield np.floor(np.clip(canvas * light[frame] + 0.5, 0, 255)).astype(np.uint8)


def visible_masks(scene: Scene) -> Iterator[Mask]:
    """The target's pixels that no layer in front of it hides, frame by frame; no photograph is read."""
    target = polygons(scene.target, scene.length)
    front = [polygons(layer, scene.length) for layer in scene.front]
    for frame, corners in enumerate(target):
        window = _window(corners)
        seen = _inside(corners, window)
        for other in front:
            seen &= ~_inside(other[frame], window)
        yield Mask.encode(seen, *window[:2])


def _photograph(name: str, shrink: int) -> Float:
    """One of scikit-image's PNG photographs as float64 (H, W, 3), `shrink` x `shrink` pixels averaged to one."""
    found = find_spec("skimage")
    if found is None or not found.submodule_search_locations:
        raise MissingData("the synthetic frames are made from scikit-image's photographs: pip install scikit-image")
    file = Path(found.submodule_search_locations[0]) / "data" / f"{name}.png"
    pixels = decode_image(file.read_bytes(), str(file))
    rows, columns = pixels.shape[0] // shrink, pixels.shape[1] // shrink
    blocks = pixels[: rows * shrink, : columns * shrink].reshape(rows, shrink, columns, shrink, 3)
    mean: Float = blocks.sum(axis=(1, 3), dtype=np.int64) / shrink**2
    return mean


def _crop(photo: Float, left: float, top: float) -> Float:
    """An image of `SIZE` whose top-left corner lies at (left, top) of the photograph."""
    width, height = SIZE
    column, row = int(left), int(top)
    right, down = left - column, top - row
    part = photo[row : row + height + 1, column : column + width + 1]
    rows = part[:-1] * (1 - down) + part[1:] * down
    return rows[:, :-1] * (1 - right) + rows[:, 1:] * right


def _paint(canvas: Float, photo: Float, layer: Layer, pose: Float, corners: Float) -> None:
    left, top, *_ = window = _window(corners)
    rows, columns = np.nonzero(_inside(corners, window))
    x, y, a, b = pose.tolist()
    dx, dy = columns + (left + 0.5 - x), rows + (top + 0.5 - y)
    size = a * a + b * b
    u = layer.center[0] / layer.shrink + (a * dx + b * dy) / size
    v = layer.center[1] / layer.shrink + (a * dy - b * dx) / size
    canvas[rows + top, columns + left] = _between(photo, u - 0.5, v - 0.5)


def _between(photo: Float, column: Float, row: Float) -> Float:
    """Colours (N, 3) at positions between pixel centres; beyond the edge, the edge."""
    height, width, _ = photo.shape
    column, row = np.clip(column, 0, width - 1.001), np.clip(row, 0, height - 1.001)
    c, r = column.astype(int), row.astype(int)
    right, down = (column - c)[:, None], (row - r)[:, None]
    above = photo[r, c] * (1 - right) + photo[r, c + 1] * right
    below = photo[r + 1, c] * (1 - right) + photo[r + 1, c + 1] * right
    colours: Float = above * (1 - down) + below * down
    return colours


def _window(corners: Float) -> Window:
    """The smallest rectangle of whole pixels around a polygon, cut at the image's edge."""
    left, top = np.clip(np.floor(corners.min(0)).astype(int), 0, SIZE).tolist()
    right, bottom = np.clip(np.ceil(corners.max(0)).astype(int), 0, SIZE).tolist()
    return left, top, right, bottom


def _inside(corners: Float, window: Window) -> NDArray[np.bool_]:
    """Which pixels of a window have their centre in a polygon: (bottom - top, right - left)."""
    left, top, right, bottom = window
    size = right - left, bottom - top
    moved = Polygon(tuple(map(tuple, (corners - (left, top)).tolist())))
    mask = convert(moved, "mask", size=size)
    assert isinstance(mask, Mask)
    return mask.decode(*size)
