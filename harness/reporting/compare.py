"""Every tracker against the best one, sequence by sequence."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from harness.metrics.scores import Metric, ScoreTable
from harness.reporting.tables import Cell, Grid, Group, ranking, score, show

__all__ = ["Comparison", "Duel", "against_best", "comparison_grid", "duel"]


@dataclass(frozen=True, slots=True)
class Duel:
    """A tracker against the best over the `sequences` that both have.

    `difference` is the mean of (its value - the best's); NaN where they share no sequence. Won means that
    the tracker's value is the better one; tied, that both are equal.
    """

    tracker: str
    difference: float
    won: int
    tied: int
    lost: int

    @property
    def sequences(self) -> int:
        return self.won + self.tied + self.lost


@dataclass(frozen=True, slots=True)
class Comparison:
    """The duels of one table, best tracker first, over one metric."""

    metric: Metric
    best: str
    expected: int
    duels: tuple[Duel, ...]


def against_best(table: ScoreTable) -> Comparison | None:
    """The comparison over the first metric that single sequences have; None with fewer than two trackers.

    The best is chosen among the trackers that stand on the most sequences.
    """
    metric = next((m for m in table.metrics if m.name in table.per_sequence.columns), None)
    if metric is None or len(table.scores) < 2:
        return None
    direction = 1 if metric.higher_is_better else -1
    order = ranking([table])
    most = max(table.sequences)
    scored = {t: score(table, t, metric.name) for t in order if table.sequences[t] == most}
    rivals = {t: direction * value for t, value in scored.items() if not math.isnan(value)}
    if not rivals:
        return None
    best = max(rivals, key=lambda tracker: rivals[tracker])
    wide = table.per_sequence[metric.name].unstack("tracker").reindex(columns=order).to_numpy(float)
    reference = wide[:, order.index(best)]
    duels = (duel(t, wide[:, i], reference, direction) for i, t in enumerate(order) if t != best)
    return Comparison(metric, best, table.expected, tuple(duels))


def duel(tracker: str, values: NDArray[np.float64], reference: NDArray[np.float64], direction: int = 1) -> Duel:
    """Values ``(S,)`` against those of the best ``(S,)``, NaN where a sequence has none.

    `direction` is 1 where higher is better, else -1.

    >>> duel("kcf", np.array([0.5, 0.25, 0.5, np.nan]), np.array([0.25, 0.75, 0.5, 1]))
    Duel(tracker='kcf', difference=-0.08333333333333333, won=1, tied=1, lost=1)
    """
    differences = values - reference
    differences = differences[~np.isnan(differences)]
    mean = float(differences.mean()) if len(differences) else math.nan
    better = direction * differences
    return Duel(tracker, mean, int((better > 0).sum()), int((better == 0).sum()), int((better < 0).sum()))


def comparison_grid(comparison: Comparison) -> Grid:
    """The duels as a table to print."""
    duels: Sequence[Duel] = comparison.duels
    differences = show(comparison.metric, [d.difference for d in duels], sign="+")
    rows = [
        (text, *map(str, (d.won, d.tied, d.lost)), f"{d.sequences}/{comparison.expected}")
        for text, d in zip(differences, duels, strict=True)
    ]
    columns = (f"{comparison.metric.title} difference", "Won", "Tied", "Lost", "Sequences")
    cells = (tuple(map(Cell, row)) for row in rows)
    return Grid((Group("", columns),), tuple((d.tracker, row) for d, row in zip(duels, cells, strict=True)))
