"""Scores by attribute on a radar: one spoke an attribute, one line a tracker."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from matplotlib.figure import Figure

from harness.metrics.scores import ScoreTable
from harness.reporting.figures.style import add_legend, entry, pens, printable, rendered
from harness.reporting.ranking import ranking, score

__all__ = ["radar_figure", "spokes"]


def spokes(table: ScoreTable) -> list[str]:
    """The attributes a radar would show: none where there are fewer than three."""
    names = list(dict.fromkeys(table.attributes.index.get_level_values("attribute"))) if len(table.attributes) else []
    return names if len(names) > 2 else []


def radar_figure(table: ScoreTable, order: Sequence[str], formats: Collection[str]) -> dict[str, bytes]:
    """The figure in each of the `formats`, over the table's first metric; rings begin at 0."""
    return rendered(lambda figure: _draw(figure, table, order), (4.2, 4.2), formats)


def _draw(figure: Figure, table: ScoreTable, order: Sequence[str]) -> None:
    axes = figure.add_subplot(projection="polar")
    axes.set_theta_zero_location("N")  # type: ignore[attr-defined]
    axes.set_theta_direction(-1)  # type: ignore[attr-defined]
    metric = next(metric for metric in table.metrics if metric.name in table.attributes.columns)
    names = spokes(table)
    wide = table.attributes[metric.name].unstack("attribute")[names]
    angles = np.linspace(0, 2 * np.pi, len(names) + 1)
    chosen, lines, entries = pens(order), [], []
    for tracker in ranking([table]):
        if tracker in wide.index:
            values = wide.loc[tracker].to_numpy(float)
            colour, dashes = chosen[tracker]
            lines += axes.plot(angles, np.append(values, values[0]), color=colour, linestyle=dashes)
            entries.append(entry(table, tracker, score(table, tracker, metric.name)))
    axes.set_ylim(0, None)
    expected = table.attributes["expected"].groupby("attribute").max()
    axes.set_xticks(angles[:-1], [f"{printable(name)}\n({expected[name]})" for name in names], parse_math=False)
    axes.tick_params(axis="x", pad=6)
    axes.tick_params(axis="y", labelsize=6, labelcolor="#666666")
    title = f"{table.dataset}, {metric.title} by attribute (sequences), {table.rule}"
    axes.set_title(printable(title), parse_math=False, pad=16)
    add_legend(axes, lines, entries, metric.title, left=1.2)
