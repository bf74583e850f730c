"""What a printed table is made of: cells under grouped columns, and how a number is written."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from harness.metrics.scores import Metric

__all__ = ["EMPTY", "SEQUENCES", "Cell", "Grid", "Group", "Mark", "show"]

EMPTY = "–"  # noqa: RUF001
SEQUENCES = "Sequences"

Mark: TypeAlias = Literal["", "best", "second"]


@dataclass(frozen=True, slots=True)
class Cell:
    """A number as it is printed; `alike` where its tracker cannot be told from the best."""

    text: str
    mark: Mark = ""
    alike: bool = False


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


def show(metric: Metric, values: Iterable[float], sign: Literal["", "+"] = "") -> list[str]:
    """A column's numbers as printed: percent with one decimal, else three digits for the column's largest.

    >>> show(Metric("auc", "AUC"), [0.69649]), show(Metric("fps", "FPS", percent=False), [45.26, 7])
    (['69.6'], ['45.3', '7.0'])
    """
    scaled = [100 * value if metric.percent else value for value in values]
    finite = [abs(value) for value in scaled if math.isfinite(value)]
    decimals = 1 if metric.percent else sum(max(finite, default=0) < limit for limit in (1, 10, 100))
    return [EMPTY if math.isnan(value) else f"{value:{sign}.{decimals}f}" for value in scaled]
