"""One number against another, a point a tracker: speed and score, size and score, accuracy and robustness."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.figure import Figure

from harness.metrics.scores import RELIABILITY, ScoreTable
from harness.reporting.content import Content
from harness.reporting.figures.style import COLOURS, MARKERS, add_legend, of_all, pens, printable, rendered, title_axes
from harness.reporting.published import properties
from harness.reporting.ranking import ranking, score

__all__ = ["Point", "Scatter", "point_entry", "point_figure", "scatters"]

_WIDE = 30  # the factor from smallest to largest that needs a logarithmic axis


@dataclass(frozen=True, slots=True)
class Point:
    """A tracker's place; `area` is a third number, shown as the size of a circle (0 for none)."""

    label: str
    x: float
    y: float
    area: float = 0
    published: bool = False


@dataclass(frozen=True, slots=True)
class Scatter:
    """One figure's points, and what its axes are."""

    name: str
    x_title: str
    y_title: str
    points: tuple[Point, ...]


def scatters(part: Content) -> list[Scatter]:
    """The figures that the numbers of one table allow: those with a point of ours."""
    (table,) = part.tables
    if not table.metrics:
        return []
    metric = table.metrics[0]
    speeds = {name: score(table, name, "fps") for name in table.scores.index}
    x_title = "Frames per second" + " (not timed alike)" * (not all(one.comparable for one in table.metrics))
    size, work = properties("params_m"), properties("gflops")
    found = [
        Scatter("speed", x_title, metric.title, _points(part, speeds, properties("fps"))),
        Scatter("size", "Parameters (millions; circles: MACs)", metric.title, _points(part, size, size, work)),
    ]
    if RELIABILITY in table.scores.columns:
        places = [Point(n, score(table, n, RELIABILITY), score(table, n, "accuracy")) for n in ranking([table])]
        found.append(Scatter("accuracy_robustness", "Reliability", "Accuracy", _finite(places)))
    return [scatter for scatter in found if any(not point.published for point in scatter.points)]


def _points(
    part: Content, ours: Mapping[str, float], papers: Mapping[str, float], areas: Mapping[str, float] | None = None
) -> tuple[Point, ...]:
    """Each tracker's first metric over `ours`, and each published one over what the `papers` print."""
    (table,) = part.tables
    metric, areas = table.metrics[0].name, areas or {}
    points = [Point(n, ours.get(n, math.nan), score(table, n, metric), areas.get(n, 0)) for n in ranking([table])]
    printed = {one.label: one for one in reversed(part.published) if one.metric == metric}  # some tables repeat another
    points += [
        Point(label, papers.get(one.tracker, math.nan), one.value, areas.get(one.tracker, 0), published=True)
        for label, one in printed.items()
    ]
    return _finite(points)


def _finite(points: Iterable[Point]) -> tuple[Point, ...]:
    return tuple(point for point in points if math.isfinite(point.x) and math.isfinite(point.y))


def point_figure(
    table: ScoreTable, scatter: Scatter, order: Sequence[str], formats: Collection[str]
) -> dict[str, bytes]:
    """The figure in each of the `formats`; published points are hollow."""
    return rendered(lambda figure: _draw(figure, table, scatter, order), (4.6, 3.5), formats)


def _draw(figure: Figure, table: ScoreTable, scatter: Scatter, order: Sequence[str]) -> None:
    axes = figure.add_subplot()
    points = sorted(scatter.points, key=lambda point: -point.y)
    chosen = pens([*order, *(point.label for point in points if point.published)])
    largest = max((point.area for point in points), default=0)
    handles: list[Any] = []
    entries: list[str] = []
    for place, point in enumerate(points):
        colour = chosen[point.label][0]
        marker = MARKERS[list(chosen).index(point.label) // len(COLOURS) % len(MARKERS)]
        face = "none" if point.published else colour
        if point.area:
            axes.scatter(point.x, point.y, s=900 * point.area / largest, color=colour, alpha=0.25, linewidth=0)
        handles += axes.plot(
            [point.x],
            [point.y],
            marker,
            color=colour,
            markerfacecolor=face,
            markersize=5,
            zorder=3 - place / len(points),
        )
        entries.append(point_entry(table, point))
    axes.margins(0.12)
    places = [point.x for point in points if point.x > 0]
    if max(places, default=0) > _WIDE * min(places, default=1):
        axes.set_xscale("log")
    else:
        axes.set_xlim(0, 1.1 * max(places, default=1))
    title_axes(axes, table, scatter.x_title, scatter.y_title)
    add_legend(axes, handles, entries)


def point_entry(table: ScoreTable, point: Point) -> str:
    """A point in the legend, as ``SiamX [0.696 at 51.2]`` or ``SiamX [0.702 at 51.2] 11/100``."""
    more = f", {point.area:g} GMACs" if point.area else ""
    partial = "" if point.published else of_all(table, point.label)
    return f"{printable(point.label)} [{point.y:.3f} at {_three_digits(point.x)}{more}]{partial}"


def _three_digits(number: float) -> str:
    """At least three digits of it, and no powers of ten.

    >>> [_three_digits(number) for number in (7.6543, 30.7132, 159537.4)]
    ['7.65', '30.7', '159537']
    """
    return f"{number:.3g}" if abs(number) < 100 else f"{number:.0f}"
