"""The printed table, before it is LaTeX, Markdown or plain text: rows of trackers, columns of metrics.

What a table says is decided here once, so that every format says the same: the order of the trackers, the
number of decimals, which cell is best and second, what is incomplete, and why a cell is empty.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from harness.metrics.scores import Metric, ScoreTable

__all__ = ["EMPTY", "Cell", "Grid", "Group", "grid", "headings", "notes", "ranking", "score", "show", "statement"]

EMPTY = "–"  # noqa: RUF001
_REASONS = 5  # of one tracker; report.json has them all
_NAMES = 3
_SEQUENCES = "Sequences"

Mark: TypeAlias = Literal["", "best", "second"]


@dataclass(frozen=True, slots=True)
class Cell:
    """A number as it is printed."""

    text: str
    mark: Mark = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Columns that stand under one heading."""

    heading: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """Groups of columns, and rows of a tracker's name and one cell a column."""

    groups: tuple[Group, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(column for group in self.groups for column in group.columns)

    def legend(self, words: str) -> list[str]:
        """What the marks mean, in a format's own `words`; nothing where nothing is marked."""
        marked = any(cell.mark for _, cells in self.rows for cell in cells)
        among = " among the most complete" if _SEQUENCES in self.columns else ""
        return [words + among] * marked


def grid(tables: Sequence[ScoreTable]) -> Grid:
    """The trackers of all tables, best first, over the metrics of each.

    A group opens with ``Sequences`` (as ``11/100``) where any of its trackers is incomplete. Best and second
    are chosen among the trackers that stand on the most sequences, by what is printed, so that equal
    numbers share a mark.
    """
    order = ranking(tables)
    groups, columns = [], []
    for heading, table in zip(headings(tables), tables, strict=True):
        partial = any(map(table.partial, table.scores.index))
        titles = (_SEQUENCES,) * partial + tuple(metric.title for metric in table.metrics)
        groups.append(Group(heading, titles))
        if partial:
            columns.append([Cell(_sequences(table, tracker)) for tracker in order])
        columns += [_column(table, metric, order) for metric in table.metrics]
    return Grid(tuple(groups), tuple((name, tuple(c[i] for c in columns)) for i, name in enumerate(order)))


def headings(tables: Sequence[ScoreTable]) -> list[str]:
    """A name for each table: its dataset, with protocol and rule where a dataset is there more than once."""
    times = Counter(table.dataset for table in tables)
    return [t.dataset if times[t.dataset] == 1 else f"{t.dataset} {t.protocol} {t.rule}" for t in tables]


def ranking(tables: Sequence[ScoreTable]) -> list[str]:
    """All trackers, best first by the first metric of the first table, then of the next; NaN last."""
    names = {str(name) for table in tables for name in table.scores.index}
    return sorted(names, key=lambda name: (*(_place(table, name) for table in tables), name))


def score(table: ScoreTable, tracker: str, metric: str) -> float:
    """One number; NaN where the table has none."""
    if tracker not in table.scores.index or metric not in table.scores.columns:
        return math.nan
    return float(table.scores.at[tracker, metric])


def show(metric: Metric, values: Iterable[float], sign: Literal["", "+"] = "") -> list[str]:
    """A column's numbers as printed: percent with one decimal, else three digits for the column's largest.

    >>> show(Metric("auc", "AUC"), [0.69649]), show(Metric("fps", "FPS", percent=False), [45.26, 7])
    (['69.6'], ['45.3', '7.0'])
    """
    scaled = [100 * value if metric.percent else value for value in values]
    finite = [abs(value) for value in scaled if math.isfinite(value)]
    decimals = 1 if metric.percent else sum(max(finite, default=0) < limit for limit in (1, 10, 100))
    return [EMPTY if math.isnan(value) else f"{value:{sign}.{decimals}f}" for value in scaled]


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


def _place(table: ScoreTable, tracker: str) -> tuple[bool, float]:
    """Sorts a tracker among others of one table."""
    if not table.metrics:
        return False, 0.0
    first = table.metrics[0]
    value = score(table, tracker, first.name)
    return math.isnan(value), 0.0 if math.isnan(value) else -value if first.higher_is_better else value


def _sequences(table: ScoreTable, tracker: str) -> str:
    return f"{table.sequences[tracker]}/{table.expected}" if tracker in table.scores.index else EMPTY


def _column(table: ScoreTable, metric: Metric, order: list[str]) -> list[Cell]:
    texts = show(metric, [score(table, tracker, metric.name) for tracker in order])
    most = max(table.sequences, default=0)
    rivals = [tracker in table.scores.index and table.sequences[tracker] == most for tracker in order]
    printed = [float(text) for text, rival in zip(texts, rivals, strict=True) if rival and text != EMPTY]
    if len(printed) < 2:  # nobody to be better than
        return [Cell(text) for text in texts]
    places: list[Mark] = ["best", "second"]
    marks = dict(zip(sorted(set(printed), reverse=metric.higher_is_better), places, strict=False))
    return [
        Cell(text, marks.get(float(text), "") if rival and text != EMPTY else "")
        for text, rival in zip(texts, rivals, strict=True)
    ]
