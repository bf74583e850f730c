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

__all__ = ["areas", "render", "visible_masks"]

Float = NDArray[np.float64]
Inside: TypeAlias = NDArray[np.bool_]
Window: TypeAlias = tuple[int, int, int, int]  # left, top, right, bottom


def render(scene: Scene) -> Iterator[Image]:
    """The scene's frames, in order, uint8 (H, W, 3) RGB. Raises MissingData without scikit-image."""
    camera = shaken(scene.pan, scene.shake, 1000 + scene.target.seed, scene.length)  # sways unlike the target
    backdrop = _spread(_photograph(scene.backdrop, 1), np.ceil(camera.max(0)).astype(int) + scene.size + 1)
    light = curve(np.reshape(scene.light, (-1, 1)), scene.length).ravel()
    pieces = [
        (layer, _photograph(layer.photo, layer.shrink), poses(layer, scene.length), polygons(layer, scene.length))
        for layer in (*scene.behind, scene.target, *scene.front)
    ]
    moments = [(instant + 0.5) / scene.exposures - 0.5 for instant in range(scene.exposures)]
    for frame in range(scene.length):
        total = np.zeros((*scene.size[::-1], 3))
        for moment in moments:
            canvas = _crop(backdrop, _at(camera, frame, moment), scene.size)
            for layer, photo, pose, corners in pieces:
                _paint(canvas, photo, layer, _at(pose, frame, moment), _at(corners, frame, moment))
            total += canvas
        if scene.grey:
            total[:] = ((299 * total[..., 0] + 587 * total[..., 1] + 114 * total[..., 2]) / 1000)[..., None]
        yield np.floor(np.clip(total / scene.exposures * light[frame] + 0.5, 0, 255)).astype(np.uint8)


def visible_masks(scene: Scene) -> Iterator[Mask]:
    """The target's pixels that no layer in front of it hides, frame by frame; no photograph is read."""
    return (Mask.encode(seen, *window[:2]) for window, _, seen in _sights(scene))


def areas(scene: Scene) -> NDArray[np.int64]:
    """How many pixels the target has: all, those in the image, and those of them that nothing hides: (length, 3)."""
    rows = []
    for corners, (window, inside, seen) in zip(polygons(scene.target, scene.length), _sights(scene), strict=True):
        uncut = _window(corners)
        whole = inside if uncut == window else _inside(corners, uncut)
        rows.append((whole.sum(), inside.sum(), seen.sum()))
    return np.array(rows, np.int64)


def _sights(scene: Scene) -> Iterator[tuple[Window, Inside, Inside]]:
    """Frame by frame a window of the image, which of its pixels are the target's, and which of them are visible."""
    target = polygons(scene.target, scene.length)
    front = [polygons(layer, scene.length) for layer in scene.front]
    for frame, corners in enumerate(target):
        window = _window(corners, scene.size)
        inside = _inside(corners, window)
        seen = inside.copy()
        for other in front:
            seen &= ~_inside(other[frame], window)
        yield window, inside, seen


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


def _spread(photo: Float, size: NDArray[np.int64]) -> Float:
    """The photograph, mirrored at its right and lower edge until it has `size` (width, height)."""
    rows, columns = np.maximum(size[::-1] - photo.shape[:2], 0).tolist()
    spread: Float = np.pad(photo, ((0, rows), (0, columns), (0, 0)), "symmetric")
    return spread


def _at(rows: Float, frame: int, moment: float) -> Float:
    """A row at a time before (-0.5 to 0) or after (0 to 0.5) its frame: on a straight line to its neighbour."""
    neighbour = min(max(frame + (1 if moment > 0 else -1), 0), len(rows) - 1)
    between: Float = rows[frame] + abs(moment) * (rows[neighbour] - rows[frame])
    return between


def _crop(photo: Float, corner: Float, size: tuple[int, int]) -> Float:
    """An image of `size` whose top-left corner lies at `corner` of the photograph."""
    (left, top), (width, height) = corner.tolist(), size
    column, row = int(left), int(top)
    right, down = left - column, top - row
    part = photo[row : row + height + 1, column : column + width + 1]
    rows = part[:-1] * (1 - down) + part[1:] * down
    crop: Float = rows[:, :-1] * (1 - right) + rows[:, 1:] * right
    return crop


def _paint(canvas: Float, photo: Float, layer: Layer, pose: Float, corners: Float) -> None:
    height, width, _ = canvas.shape
    left, top, *_ = window = _window(corners, (width, height))
    rows, columns = np.nonzero(_inside(corners, window))
    x, y, a, b, k = pose.tolist()
    dx, dy = columns + (left + 0.5 - x), rows + (top + 0.5 - y)
    size = a * a + b * b
    v = (a * dy - b * dx) / size
    u = (a * dx + b * dy) / size - k * v * v
    column, row = layer.center[0] / layer.shrink + u, layer.center[1] / layer.shrink + v
    canvas[rows + top, columns + left] = _between(photo, column - 0.5, row - 0.5)


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


def _window(corners: Float, size: tuple[int, int] | None = None) -> Window:
    """The smallest rectangle of whole pixels around a polygon, cut at the edges of an image of `size`."""
    low, high = np.floor(corners.min(0)), np.ceil(corners.max(0))
    if size is not None:
        low, high = np.clip(low, 0, size), np.clip(high, 0, size)
    (left, top), (right, bottom) = low.astype(int).tolist(), high.astype(int).tolist()
    return left, top, right, bottom


def _inside(corners: Float, window: Window) -> Inside:
    """Which pixels of a window have their centre in a polygon: (bottom - top, right - left)."""
    left, top, right, bottom = window
    size = right - left, bottom - top
    moved = Polygon(tuple(map(tuple, (corners - (left, top)).tolist())))
    mask = convert(moved, "mask", size=size)
    assert isinstance(mask, Mask)
    return mask.decode(*size)
