"""Which figures a table gets."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from harness.reporting.content import Content
from harness.reporting.figures.curves import curve_figure, drawn
from harness.reporting.figures.gains import gain_figure
from harness.reporting.figures.points import point_figure, scatters
from harness.reporting.figures.radar import radar_figure, spokes

__all__ = ["figures"]


def figures(part: Content, order: Sequence[str], formats: Collection[str]) -> Iterator[tuple[str, dict[str, bytes]]]:
    """The name of each figure of a single table, and its bytes in each of the `formats`.

    Every curve of the table; the gains where exactly two trackers are compared; the attributes where they are
    asked for; speed and size against the score where those are known.
    """
    (table,), (comparison,) = part.tables, part.duels
    for curves in filter(drawn, table.curves):
        yield curves.name, curve_figure(table, curves, order, formats)
    if comparison is not None and len(comparison.duels) == 1 and comparison.duels[0].sequences:
        yield "gains", gain_figure(table, comparison, formats)
    if part.attributes and spokes(table):
        yield "attributes", radar_figure(table, order, formats)
    for scatter in scatters(part):
        yield scatter.name, point_figure(table, scatter, order, formats)
