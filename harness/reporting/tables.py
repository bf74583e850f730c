"""The printed table, before it is LaTeX, Markdown or plain text: rows of trackers, columns of metrics.

What a table says is decided here once, so that every format says the same: the order of the trackers, the
number of decimals, which cell is best and second, what is incomplete, and why a cell is empty.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from harness.metrics.scores import Metric, ScoreTable
from harness.reporting.cells import EMPTY, SEQUENCES, Cell, Grid, Group, Mark, show
from harness.reporting.content import Content
from harness.reporting.published import Published
from harness.reporting.ranking import ranking, score

__all__ = ["attribute_grid", "grid", "headings", "legend", "notes", "statement"]

_REASONS = 5  # of one tracker; report.json has them all
_NAMES = 3


def grid(content: Content) -> Grid:
    """The trackers of all tables, best first, over the metrics of each; below them what papers print.

    A group opens with ``Sequences`` (as ``11/100``) where any of its trackers is incomplete. Best and second
    are chosen among the trackers that stand on the most sequences, by what is printed, so that equal
    numbers share a mark; a published number has none.
    """
    order = ranking(content.tables)
    papers = list(dict.fromkeys(one.label for one in content.published))
    groups, columns = [], []
    for heading, table, comparison in zip(headings(content.tables), content.tables, content.duels, strict=True):
        partial = any(map(table.partial, table.scores.index))
        titles = (SEQUENCES,) * partial + tuple(metric.title for metric in table.metrics)
        groups.append(Group(heading, titles))
        if partial:
            columns.append([Cell(_sequences(table, name)) for name in order] + [Cell(EMPTY)] * len(papers))
        for metric in table.metrics:
            alike = comparison.alike if comparison and comparison.metric == metric else frozenset()
            columns.append(_column(table, metric, order, alike) + _printed(content.published, papers, table, metric))
    rows = tuple((name, tuple(column[i] for column in columns)) for i, name in enumerate([*order, *papers]))
    return Grid(tuple(groups), rows)


def attribute_grid(table: ScoreTable) -> Grid | None:
    """The table's first metric by attribute, and of how many sequences; None where no sequence has one."""
    if table.attributes.empty:
        return None
    metric = next(metric for metric in table.metrics if metric.name in table.attributes.columns)
    wide = table.attributes[metric.name].unstack("attribute")
    expected = table.attributes["expected"].groupby("attribute").max()
    order = [tracker for tracker in ranking([table]) if tracker in wide.index]
    columns = [_marked(show(metric, wide.loc[order, name]), metric, [True] * len(order)) for name in wide.columns]
    titles = tuple(f"{name} ({expected[name]})" for name in wide.columns)
    rows = tuple((tracker, tuple(column[i] for column in columns)) for i, tracker in enumerate(order))
    return Grid((Group(metric.title, titles),), rows)


def legend(content: Content, contents: Grid, words: str) -> list[str]:
    """What the marks of a grid mean, in a format's own `words`; nothing where nothing is marked."""
    cells = [cell for _, row in contents.rows for cell in row]
    among = " among the most complete" if SEQUENCES in contents.columns else ""
    lines = [words + among] * any(cell.mark for cell in cells)
    told = (comparison.legend for comparison in content.duels if comparison and comparison.alike)
    return lines + list(dict.fromkeys(told))


def headings(tables: Sequence[ScoreTable]) -> list[str]:
    """A name for each table: its dataset, with protocol and rule where a dataset is there more than once."""
    times = Counter(table.dataset for table in tables)
    return [t.dataset if times[t.dataset] == 1 else f"{t.dataset} {t.protocol} {t.rule}" for t in tables]


def statement(table: ScoreTable) -> str:
    """What the numbers of a table are: dataset, size, protocol, rule."""
    plural = "s" * (table.expected != 1)
    return f"{table.dataset}: {table.expected} sequence{plural}, protocol {table.protocol}, rule {table.rule}"


def notes(tables: Sequence[ScoreTable]) -> list[str]:
    """Why numbers are missing or stand on fewer sequences: one line a reason, behind the trackers it holds for."""
    every = ranking(tables)
    lines = []
    for heading, table in zip(headings(tables), tables, strict=True):
        trackers: dict[str, list[str]] = {}
        for tracker in every:
            reasons = ["no result"] if tracker not in table.scores.index else _reasons(table, tracker)
            more = [f"and {len(reasons) - _REASONS} more reasons"] * (len(reasons) > _REASONS)
            for reason in reasons[:_REASONS] + more:
                trackers.setdefault(reason, []).append(tracker)
        where = f"{heading}, " if len(tables) > 1 else ""
        lines += [f"{where}{', '.join(names)}: {reason}" for reason, names in trackers.items()]
    return lines


def _reasons(table: ScoreTable, tracker: str) -> list[str]:
    """The different reasons of one tracker, each with the sequences it holds for."""
    sequences: dict[str, list[str]] = {}
    for gap in table.gaps:
        if gap.tracker == tracker:
            sequences.setdefault(gap.reason, []).extend([gap.sequence] * bool(gap.sequence))
    return [f"{reason} ({_some(names)})" if names else reason for reason, names in sequences.items()]


def _some(names: list[str]) -> str:
    """The first few of many names.

    >>> _some(["Bird1", "Bolt", "Box", "Boy", "Car1"])
    'Bird1, Bolt, Box and 2 more'
    """
    more = f" and {len(names) - _NAMES} more" if len(names) > _NAMES else ""
    return ", ".join(names[:_NAMES]) + more


def _sequences(table: ScoreTable, tracker: str) -> str:
    return f"{table.sequences[tracker]}/{table.expected}" if tracker in table.scores.index else EMPTY


def _column(table: ScoreTable, metric: Metric, order: list[str], alike: frozenset[str]) -> list[Cell]:
    texts = show(metric, [score(table, tracker, metric.name) for tracker in order])
    most = max(table.sequences, default=0)
    complete = [tracker in table.scores.index and table.sequences[tracker] == most for tracker in order]
    rivals = [metric.comparable and one for one in complete]
    marked = _marked(texts, metric, rivals)
    return [replace(cell, alike=tracker in alike) for cell, tracker in zip(marked, order, strict=True)]


def _marked(texts: list[str], metric: Metric, rivals: list[bool]) -> list[Cell]:
    """The numbers of a column, best and second marked among the rivals."""
    printed = [float(text) for text, rival in zip(texts, rivals, strict=True) if rival and text != EMPTY]
    if len(printed) < 2:  # nobody to be better than
        return [Cell(text) for text in texts]
    places: list[Mark] = ["best", "second"]
    marks = dict(zip(sorted(set(printed), reverse=metric.higher_is_better), places, strict=False))
    return [
        Cell(text, marks.get(float(text), "") if rival and text != EMPTY else "")
        for text, rival in zip(texts, rivals, strict=True)
    ]


def _printed(published: Sequence[Published], papers: list[str], table: ScoreTable, metric: Metric) -> list[Cell]:
    """A column's published numbers, a cell a paper's tracker."""
    values = {one.label: one.value for one in published if (one.dataset, one.metric) == (table.dataset, metric.name)}
    return [Cell(text) for text in show(metric, [values.get(label, math.nan) for label in papers])]
