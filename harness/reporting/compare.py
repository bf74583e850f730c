"""Every tracker against the best one, sequence by sequence."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from harness.metrics.scores import Metric, ScoreTable
from harness.metrics.significance import Interval, bootstrap_interval, wilcoxon_p
from harness.reporting.cells import EMPTY, SEQUENCES, Cell, Grid, Group, show
from harness.reporting.ranking import ranking, score

__all__ = ["ALIKE", "Comparison", "Duel", "against_best", "comparison_grid", "duel"]

ALIKE = "≈"  # marks a tracker that cannot be told from the best


@dataclass(frozen=True, slots=True)
class Duel:
    """A tracker against the best over the `sequences` that both have.

    `difference` is the mean of (its value - the best's), with its bootstrap `interval` and Wilcoxon's signed-rank
    `p`; NaN where they share no sequence. Won means that the tracker's value is the better one; tied, that both
    are equal.
    """

    tracker: str
    difference: float
    interval: Interval
    p: float
    won: int
    tied: int
    lost: int

    @property
    def sequences(self) -> int:
        return self.won + self.tied + self.lost

    @property
    def alike(self) -> bool:
        """Whether the two cannot be told apart: they share sequences, and the interval holds zero or is none."""
        return self.sequences > 0 and not self.interval.excludes_zero


@dataclass(frozen=True, slots=True)
class Comparison:
    """The duels of one table, best tracker first, over one metric."""

    metric: Metric
    best: str
    expected: int
    duels: tuple[Duel, ...]

    @property
    def alike(self) -> frozenset[str]:
        """The trackers that cannot be told from the best."""
        return frozenset(duel.tracker for duel in self.duels if duel.alike)

    @property
    def legend(self) -> str:
        """What the mark means."""
        none = any(duel.alike and math.isnan(duel.interval.low) for duel in self.duels)
        holds = "holds 0 or is none" if none else "holds 0"
        return f"{ALIKE} not told from {self.best}: the 95 % bootstrap interval of the mean difference {holds}"


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

    >>> found = duel("kcf", np.array([0.5, 0.25, 0.5, np.nan]), np.array([0.25, 0.75, 0.5, 1]))
    >>> found.difference, found.won, found.tied, found.lost, found.alike
    (-0.08333333333333333, 1, 1, 1, True)
    """
    differences = values - reference
    differences = differences[~np.isnan(differences)]
    mean = float(differences.mean()) if len(differences) else math.nan
    better = direction * differences
    counts = ((better > 0).sum(), (better == 0).sum(), (better < 0).sum())
    return Duel(tracker, mean, bootstrap_interval(differences), wilcoxon_p(differences), *map(int, counts))


def comparison_grid(comparison: Comparison) -> Grid:
    """The duels as a table to print."""
    duels: Sequence[Duel] = comparison.duels
    differences = show(comparison.metric, [d.difference for d in duels], sign="+")
    lows, highs = (
        show(comparison.metric, [getattr(d.interval, end) for d in duels], sign="+") for end in ("low", "high")
    )
    rows = [
        (
            f"{difference} {ALIKE}" if d.alike else difference,
            EMPTY if EMPTY in (low, high) else f"{low} to {high}",
            EMPTY if math.isnan(d.p) else f"{d.p:.3f}" if d.p >= 0.001 else "<0.001",
            *map(str, (d.won, d.tied, d.lost)),
            f"{d.sequences}/{comparison.expected}",
        )
        for d, difference, low, high in zip(duels, differences, lows, highs, strict=True)
    ]
    columns = (f"{comparison.metric.title} difference", "95 % interval", "p", "Won", "Tied", "Lost", SEQUENCES)
    cells = (tuple(map(Cell, row)) for row in rows)
    return Grid((Group("", columns),), tuple((d.tracker, row) for d, row in zip(duels, cells, strict=True)))
