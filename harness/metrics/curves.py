"""Curves: how many frames of each sequence pass each threshold, and the area under that."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np

from harness.metrics.ragged import Float, Int, Ragged

__all__ = ["Comparison", "curve_mean", "frames_passing", "unit_area"]

Comparison: TypeAlias = Literal[">", ">=", "<="]

_PASSES = {">": np.greater, ">=": np.greater_equal, "<=": np.less_equal}


def frames_passing(values: Ragged, thresholds: Float, comparison: Comparison) -> Int:
    """How many frames of each sequence are `comparison` each threshold ``(S, T)``.

    `values` holds one number a frame ``(N,)``; NaN passes nowhere. `thresholds` rise from 0 in even steps, but
    for rounding: a value is compared with the one nearest to it, and ties are decided by that alone.

    >>> overlaps = Ragged.join([np.array([0.5, 1.0, np.nan, 0.1])])
    >>> frames_passing(overlaps, np.array([0.0, 0.5, 1.0]), ">")
    array([[3, 1, 0]])
    """
    last = len(thresholds) - 1
    falling = comparison != "<="
    with np.errstate(invalid="ignore", over="ignore"):
        nearest = values.values * (last / thresholds[-1]) + 0.5
    # The first bound a NaN meets is where it stays: at the end where nothing passes.
    bounds = (np.fmax, 0), (np.fmin, last)
    for bound, value in bounds if falling else bounds[::-1]:
        bound(nearest, value, out=nearest)
    index = nearest.astype(np.int64)
    passes = _PASSES[comparison](values.values, thresholds[index])
    if falling:
        return values.tally(index + passes, last + 2)[:, :0:-1].cumsum(1)[:, ::-1]
    return values.tally(index + ~passes, last + 2)[:, :-1].cumsum(1)


def curve_mean(curves: Float) -> Float:
    """The area under each curve as the mean of its values, not by trapezoids: OTB's and LaSOT's score.

    >>> curve_mean(np.array([1.0, 0.5, 0.0]))
    np.float64(0.5)
    """
    mean: Float = curves.mean(-1)
    return mean


def unit_area(curves: Float) -> Float:
    """The area under each curve by trapezoids, its thresholds taken as evenly spaced over 0 to 1: TrackingNet's.

    >>> unit_area(np.array([1.0, 0.75, 0.0]))
    np.float64(0.625)
    """
    area: Float = np.trapezoid(curves, dx=1 / (curves.shape[-1] - 1), axis=-1)
    return area
