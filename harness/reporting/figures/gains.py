"""What one tracker gains over another, sequence by sequence: sorted bars, as in SiamX, figure 7."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from harness.metrics.scores import ScoreTable
from harness.reporting.compare import Comparison
from harness.reporting.figures.style import COLOURS, printable, rendered, title_axes

__all__ = ["gain_figure", "gains"]

_NAMED = 40  # sequences whose names still fit below the bars


def gains(table: ScoreTable, comparison: Comparison) -> tuple[list[str], NDArray[np.float64]]:
    """The sequences that both trackers have, and the best one's gain on each, largest first."""
    (duel,) = comparison.duels
    wide = table.per_sequence[comparison.metric.name].unstack("tracker")
    difference = (wide[comparison.best] - wide[duel.tracker]).dropna().sort_values(ascending=False, kind="stable")
    return list(difference.index), difference.to_numpy(float)


def gain_figure(table: ScoreTable, comparison: Comparison, formats: Collection[str]) -> dict[str, bytes]:
    """The figure in each of the `formats`, for a comparison of exactly two trackers."""
    return rendered(lambda figure: _draw(figure, table, comparison), (6.4, 2.8), formats)


def _draw(figure: Figure, table: ScoreTable, comparison: Comparison) -> None:
    axes = figure.add_subplot()
    names, values = gains(table, comparison)
    colours = [COLOURS[1] if value >= 0 else COLOURS[0] for value in values]
    axes.bar(range(len(values)), values, color=colours, width=0.8)
    axes.axhline(0, color="black", linewidth=0.6)
    axes.set_xlim(-0.7, len(values) - 0.3)
    axes.set_axisbelow(True)
    axes.grid(axis="x", visible=False)
    if len(names) <= _NAMED:
        axes.set_xticks(range(len(names)), list(map(printable, names)), rotation=90, fontsize=6, parse_math=False)
    else:
        axes.set_xticks([])
    (duel,) = comparison.duels
    better, worse = (values > 0).sum(), (values < 0).sum()
    x_title = f"{len(values)} sequences: {better} better, {worse} worse"
    title_axes(axes, table, x_title, f"{comparison.metric.title} gain")
    axes.set_title(printable(f"{comparison.best} over {duel.tracker}, {axes.get_title()}"), parse_math=False)
