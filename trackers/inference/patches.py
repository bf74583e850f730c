"""Patches of images as pytracking samples them for its trackers (ATOM, DiMP, PrDiMP, ECO).

Danelljan, Bhat and others, github.com/visionml/pytracking: every so-manieth pixel where the patch shrinks, the border's
pixels repeated beyond it, levels that are not rounded. Its divisions are those of the torch it was written for, which
rounded whole numbers down; of later versions' half pixels no published figure knows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from trackers.inference.crops import cut

__all__ = ["Border", "sample"]

Float = NDArray[np.float64]

# Where a window reaches beyond its image: it stays and repeats the border's pixels, or first it moves inside, having
# shrunk until it fits (inside), or until its shorter overhang does (inside_major).
Border = Literal["replicate", "inside", "inside_major"]


def sample(
    images: Sequence[NDArray[np.uint8]],
    centers: Float,
    sides: Float,
    size: int,
    *,
    border: Border = "replicate",
    shrinks: float = 1.5,
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Squares of `sides` ``(N,)`` pixels around `centers` (x, y) ``(N, 2)``, resized: ``(N, 3, size, size)``.

    Also what they show, left, top, right and bottom ``(N, 4)`` in image pixels. `shrinks` is by how much at most a
    side does, to come inside.

    >>> image = np.repeat(np.arange(8, dtype=np.uint8)[:, None], 8, 1)[..., None].repeat(3, 2)
    >>> patches, shown = sample([image], np.array([[4.0, 2.0]]), np.array([4.0]), 2)
    >>> patches[0, 0].tolist(), shown.tolist()
    ([[1.5, 1.5], [3.5, 3.5]], [[3, 1, 7, 5]])
    """
    shapes = np.array([image.shape[1::-1] for image in images])
    if border != "replicate":
        wide = sides.astype(np.float32)  # as there: in float64, 66 / (66 / 60) is less than 60
        ratios = np.sort(wide[:, None] / shapes.astype(np.float32), 1)[:, -1 if border == "inside" else 0]
        sides = np.floor(wide / ratios.clip(1, shrinks))
    steps = np.maximum((sides / size - 0.1).astype(np.int64), 1)[:, None]
    middles, firsts = np.divmod(np.trunc(centers).astype(np.int64), steps)
    lengths = np.maximum(np.round(sides[:, None] / steps), 2).astype(np.int64)
    corners = middles - (lengths - 1) // 2
    if border != "replicate":
        corners = _inside(corners, lengths, -((firsts - shapes) // steps))
    thinned = [image[y::step, x::step] for image, (x, y), step in zip(images, firsts, steps[:, 0], strict=True)]
    patches = cut(thinned, np.hstack((corners, lengths)), size, fill=None, dtype=np.float32)
    return patches, np.hstack((corners, corners + lengths)) * steps


def _inside(corners: NDArray[np.int64], lengths: NDArray[np.int64], shapes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Corners moved inside; what is longer than its image overhangs alike on both sides."""
    corners = corners + np.maximum(-corners, 0) - np.maximum(corners + lengths - shapes, 0)
    overhang = (np.maximum(-corners, 0) + np.maximum(corners + lengths - shapes, 0)) // 2
    return np.where(overhang > 0, -overhang, corners)
