"""Curves over thresholds, as a paper shows them: one figure for each `Curves` of a table."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

import numpy as np
from matplotlib.figure import Figure

from harness.metrics.scores import Curves, ScoreTable
from harness.reporting.figures.style import add_legend, entry, pens, rendered, title_axes
from harness.reporting.ranking import score

__all__ = ["curve_figure", "drawn"]


def drawn(curves: Curves) -> bool:
    """Whether any tracker has a curve."""
    return any(np.isfinite(values).any() for values in curves.by_tracker.values())


def curve_figure(table: ScoreTable, curves: Curves, order: Sequence[str], formats: Collection[str]) -> dict[str, bytes]:
    """The figure in each of the `formats` (png, pdf).

    `order` are all trackers of the report; a tracker's pen is its place there, so that it looks the same in
    every figure. The legend is sorted by the curves' score, which stands in brackets.
    """
    return rendered(lambda figure: _draw(figure, table, curves, order), (4.6, 3.5), formats)


def _draw(figure: Figure, table: ScoreTable, curves: Curves, order: Sequence[str]) -> None:
    axes = figure.add_subplot()
    metric = next((m for m in table.metrics if m.name == curves.score), None)
    shown = [t for t in order if np.isfinite(curves.by_tracker.get(t, math.nan)).any()]
    values = {t: score(table, t, curves.score) for t in shown}
    sign = -1 if metric is None or metric.higher_is_better else 1
    shown.sort(key=lambda t: (math.isnan(values[t]), 0 if math.isnan(values[t]) else sign * values[t]))
    chosen = pens(order)
    lines = []
    for place, tracker in enumerate(shown):
        colour, dashes = chosen[tracker]
        lines += axes.plot(
            curves.thresholds, curves.by_tracker[tracker], color=colour, linestyle=dashes, zorder=3 - place / len(shown)
        )
    if curves.span is not None:
        axes.axvspan(*curves.span, color="#F2F2F2", zorder=0)
    axes.set_xlim(float(curves.thresholds[0]), float(curves.thresholds[-1]))
    axes.set_ylim(0, 1.005)
    title_axes(axes, table, curves.x_title, curves.y_title)
    add_legend(axes, lines, [entry(table, t, values[t]) for t in shown], "" if metric is None else metric.title)
