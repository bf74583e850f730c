"""From an anchor-free head's maps to the target's new box, as Ocean and SiamX choose and smooth it.

Zhang, Peng, Fu, Li and Hu, "Ocean: Object-aware Anchor-free Tracking", ECCV 2020, and its official tracker.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from trackers.inference.penalties import change_penalty, hann_window

__all__ = ["DecodingSettings", "Estimates", "Views", "blended", "decode"]

Float = NDArray[np.float64]

STRIDE = 8  # search-region pixels of a cell
SMALLEST = 10.0  # pixels of a target's side


@dataclass(frozen=True, slots=True)
class DecodingSettings:
    """Ocean's constants for VOT2019, which SiamX uses everywhere.

    `penalty`: how strongly a change of size or shape counts. `window`: the share of the Hann window in the ranking.
    `rate`: how fast the size follows.
    """

    penalty: float = 0.062
    window: float = 0.38
    rate: float = 0.765


@dataclass(frozen=True, slots=True, eq=False)
class Views:
    """Where N search regions came from, in image pixels unless said.

    `centers` (x, y) ``(N, 2)`` of the regions; `sizes` (w, h) ``(N, 2)`` the targets are taken to have; `zooms`
    ``(N,)``, region pixels per image pixel; `images` (w, h) ``(N, 2)``.
    """

    centers: Float
    sizes: Float
    zooms: Float
    images: Float


@dataclass(frozen=True, slots=True, eq=False)
class Estimates:
    """N targets, in image pixels: `centers` (x, y), `sizes` (w, h) ``(N, 2)``; `scores` ``(N,)`` before any penalty."""

    centers: Float
    sizes: Float
    scores: Float


def blended(logits: Float, aligned: Float, ratio: float) -> Float:
    """Scores of logits and of the aligned head's, `ratio` of the first.

    >>> blended(np.array(0.0), np.array(np.log(3)), 0.8)  # 0.8 x 0.5 + 0.2 x 0.75
    np.float64(0.55)
    """
    scores: Float = ratio * expit(logits) + (1 - ratio) * expit(aligned)
    return scores


def decode(scores: Float, distances: Float, views: Views, settings: DecodingSettings) -> Estimates:
    """The best cell of each map: scores ``(N, R, R)``, distances left, top, right, bottom ``(N, 4, R, R)``.

    Distances are in region pixels, from cells 8 apart whose middle one sees the region's middle; R is odd. The
    position is taken as it is, the size is smoothed twice, and both stay within the image.

    >>> scores = np.zeros((1, 3, 3))
    >>> scores[0, 1, 2] = 1
    >>> views = Views(np.array([[50.0, 40.0]]), np.array([[20.0, 20.0]]), np.array([2.0]), np.array([[100.0, 100.0]]))
    >>> found = decode(scores, np.full((1, 4, 3, 3), 20.0), views, DecodingSettings(window=0))
    >>> found.centers.tolist(), found.sizes.tolist(), found.scores.tolist()  # 8 region pixels to the right
    ([[54.0, 40.0]], [[20.0, 20.0]], [1.0])
    """
    zooms = views.zooms[:, None, None, None]
    sizes = np.moveaxis(distances[:, :2] + distances[:, 2:], 1, -1) / zooms  # (N, R, R, 2)
    penalties = change_penalty(sizes, views.sizes[:, None, None], settings.penalty)
    penalized = penalties * scores
    ranking = penalized * (1 - settings.window) + hann_window(scores.shape[-1]) * settings.window
    best = ranking.reshape(len(scores), -1).argmax(1)
    n, row, column = (np.arange(len(scores)), *np.divmod(best, scores.shape[-1]))
    cells = (np.stack((column, row), -1) - scores.shape[-1] // 2) * STRIDE
    middles = cells + (distances[n, 2:, row, column] - distances[n, :2, row, column]) / 2
    centers = views.centers + middles / views.zooms[:, None]
    # the official tracker mixes the new size into the old, and the mixture into the old again
    rate = (penalized[n, row, column, None] * settings.rate) ** 2
    smooth = views.sizes + rate * (sizes[n, row, column] - views.sizes)
    return Estimates(
        np.clip(centers, 0, views.images),
        np.maximum(np.minimum(smooth, views.images), SMALLEST),
        scores[n, row, column],
    )
