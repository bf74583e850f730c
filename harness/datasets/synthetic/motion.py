"""Where the pieces of a scene are: exact, and the same to the bit on every machine.

Only sums, products and quotients of float64, element by element. Sines and cosines, whose last bits differ
by library, are rounded to 12 decimals; random numbers are PCG64's own, without a distribution on top.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from harness.datasets.synthetic.scenes import Layer

__all__ = ["boxes", "curve", "outline", "polygons", "poses", "shaken"]

Float = NDArray[np.float64]


def curve(keys: ArrayLike, length: int) -> Float:
    """A Catmull-Rom spline through `keys` (K, D), evenly spaced in time, sampled at `length` frames: (length, D).

    A single key is a constant.

    >>> curve([[0], [10], [20]], 5).ravel().tolist()
    [0.0, 5.0, 10.0, 15.0, 20.0]
    """
    points = np.asarray(keys, np.float64)
    if len(points) == 1:
        return np.repeat(points, length, axis=0)
    ends = 2 * points[0] - points[1], 2 * points[-1] - points[-2]
    knots = np.concatenate((ends[:1], points, ends[1:]))
    time = np.arange(length) * (len(points) - 1) / (length - 1)
    first = np.minimum(time.astype(int), len(points) - 2)
    f = (time - first)[:, None]
    a, b, c, d = (knots[first + i] for i in range(4))
    sample: Float = b + 0.5 * f * (c - a + f * (2 * a - 5 * b + 4 * c - d + f * (3 * b - a - 3 * c + d)))
    return sample


def shaken(path: ArrayLike, shake: float, seed: int, length: int) -> Float:
    """The curve through `path` (K, 2) with a smooth random sway of up to `shake` pixels a side: (length, 2)."""
    knots = np.random.Generator(np.random.PCG64(seed)).random((2 + length // 6, 2))
    return curve(path, length) + curve(shake * (2 * knots - 1), length)


def outline(layer: Layer) -> Float:
    """The layer's corners (C, 2), in pixels at scale 1, about its centre: an ellipse, cut and dented at random."""
    random = np.random.Generator(np.random.PCG64(layer.seed)).random((layer.corners, 2)).tolist()
    points = []
    for corner, (along, inward) in enumerate(random):
        cos, sin = _direction(360 * (corner + 0.6 * (along - 0.5)) / layer.corners)
        reach = (1 - layer.dents * inward) / layer.shrink
        points.append((cos * reach * layer.radius[0], sin * reach * layer.radius[1]))
    return np.array(points)


def poses(layer: Layer, length: int) -> Float:
    """Rows ``(x, y, a, b, k)``: the centre, scale times the cosine and the sine of the turn, the bend: (length, 5).

    A point (u, v) of the outline is bent to (u + k v v, v), and lies at ``(x + a u - b v, y + b u + a v)``.
    """
    scale = curve(np.reshape(layer.scale, (-1, 1)), length)
    turn = curve(np.reshape(layer.turn, (-1, 1)), length)
    directions = np.array([_direction(degrees) for degrees in turn.ravel().tolist()])
    bend = curve(np.reshape(layer.bend, (-1, 1)), length) * (layer.radius[0] * layer.shrink / layer.radius[1] ** 2)
    return np.hstack((shaken(layer.path, layer.shake, layer.seed, length), scale * directions, bend))


def polygons(layer: Layer, length: int) -> Float:
    """The layer's corners in the image, frame by frame: (length, C, 2), in pixels as core.regions counts them."""
    x, y, a, b, k = poses(layer, length).T[:, :, None]
    u, v = outline(layer).T
    u = u + k * v * v
    return np.stack((x + a * u - b * v, y + b * u + a * v), axis=2)


def boxes(layer: Layer, length: int) -> Float:
    """The boxes around the layer's corners, also of what is hidden or outside the image: (length, 4), xywh."""
    corners = polygons(layer, length)
    low, high = corners.min(1), corners.max(1)
    return np.hstack((low, high - low))


def _direction(degrees: float) -> tuple[float, float]:
    angle = math.radians(degrees)
    return round(math.cos(angle), 12), round(math.sin(angle), 12)
