"""Felzenszwalb's histograms of oriented gradients: 31 numbers a cell.

Felzenszwalb, Girshick, McAllester, Ramanan, "Object Detection with Discriminatively Trained
Part-Based Models", TPAMI 2010, section 6. Unlike the published code, cells at the border stay: what
they lack of neighbours is taken to be like themselves.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["felzenszwalb_hog"]

Float = NDArray[np.float32]

CLIP = np.float32(0.2)
TEXTURE = np.float32(0.2357)  # 1 / sqrt(18)


def felzenszwalb_hog(images: NDArray[np.uint8], cell: int = 4) -> Float:
    """HOG of grey images ``(N, H, W)`` as float32 ``(N, 31, H // cell, W // cell)``.

    Channels: 18 signed orientations and 9 unsigned, in [0, 0.4]; 4 texture energies, in [0, 0.85].
    `H` and `W` are at least one cell; what does not fill a cell at the right and bottom is left out.

    >>> ramp = np.tile(np.arange(16, dtype=np.uint8), (1, 16, 1))
    >>> features = felzenszwalb_hog(ramp)
    >>> features.shape, int(features[0, :18, 2, 2].argmax())
    ((1, 31, 4, 4), 0)
    """
    signed = _histograms(images, cell)
    unsigned = signed[:, :9] + signed[:, 9:]
    features = np.zeros((len(signed), 31, *signed.shape[2:]), np.float32)
    for k, scale in enumerate(_normalizers(unsigned)):
        clipped = np.minimum(signed * scale, CLIP)
        clipped.sum(1, out=features[:, 27 + k])
        features[:, :18] += clipped
        features[:, 18:27] += np.minimum(unsigned * scale, CLIP)
    features[:, :27] *= np.float32(0.5)
    features[:, 27:] *= TEXTURE
    return features


def _histograms(images: NDArray[np.uint8], cell: int) -> Float:
    """Gradient magnitudes by signed orientation ``(N, 18, h, w)``, each pixel shared by its 4 nearest cells."""
    n, h, w = len(images), images.shape[1] // cell, images.shape[2] // cell
    magnitude, orientation = _gradients(images[:, : h * cell, : w * cell])
    # Pixels are gathered in blocks that lie between four cells' centres: block (i, j) has cell (i, j) at
    # its lower right, and a pixel gives each of the four its bilinear share.
    row, down = _blocks(h, cell)
    column, right = _blocks(w, cell)
    blocks = (n, 18, h + 1, w + 1)
    orientation *= (h + 1) * (w + 1)
    orientation += (row * (w + 1))[:, None] + column
    orientation += np.arange(n)[:, None, None] * (18 * (h + 1) * (w + 1))
    bins = orientation.ravel()
    histograms = np.zeros((n, 18, h, w), np.float32)
    for top, vertical in ((1, 1 - down), (0, down)):
        for left, horizontal in ((1, 1 - right), (0, right)):
            share = (magnitude * (vertical[:, None] * horizontal)).ravel()
            sums = np.bincount(bins, share, n * 18 * (h + 1) * (w + 1)).reshape(blocks)
            histograms += sums[:, :, top : top + h, left : left + w]
    return histograms


def _gradients(images: NDArray[np.uint8]) -> tuple[Float, NDArray[np.intp]]:
    """Magnitude and nearest of 18 orientations of the centred difference, each ``(N, H, W)``."""
    n, height, width = images.shape
    padded = np.pad(images, ((0, 0), (1, 1), (1, 1)), "edge").astype(np.float32)
    dx = padded[:, 1:-1, 2:] - padded[:, 1:-1, :-2]
    dy = padded[:, 2:, 1:-1] - padded[:, :-2, 1:-1]
    rows = (n * height, width)
    magnitude, degrees = cv2.cartToPolar(dx.reshape(rows), dy.reshape(rows), angleInDegrees=True)
    orientation = (degrees * np.float32(1 / 20) + np.float32(0.5)).astype(np.intp)
    orientation[orientation == 18] = 0
    return magnitude.reshape(images.shape), orientation.reshape(images.shape)


def _blocks(cells: int, cell: int) -> tuple[NDArray[np.intp], Float]:
    """For each pixel of a row: the block it lies in, and how far along (the next cell's share)."""
    place = (np.arange(cells * cell) + 0.5) / cell + 0.5
    block = place.astype(np.intp)
    return block, (place - block).astype(np.float32)


def _normalizers(unsigned: Float) -> list[Float]:
    """1 / norm of the four 2 x 2 neighbourhoods that hold each cell, each ``(N, 1, h, w)``."""
    h, w = unsigned.shape[2:]
    energy = np.pad((unsigned * unsigned).sum(1, keepdims=True), ((0, 0), (0, 0), (1, 1), (1, 1)), "edge")
    rows = energy[:, :, :-1] + energy[:, :, 1:]
    scale = 1 / np.sqrt(rows[..., :-1] + rows[..., 1:] + np.float32(1e-4))
    return [scale[:, :, i : i + h, j : j + w] for i in (0, 1) for j in (0, 1)]
