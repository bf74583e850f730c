"""The order in which every table and figure shows the trackers."""

from __future__ import annotations

import math
from collections.abc import Sequence

from harness.metrics.scores import ScoreTable

__all__ = ["ranking", "score"]


def ranking(tables: Sequence[ScoreTable]) -> list[str]:
    """All trackers, best first by the first metric of the first table, then of the next; NaN last."""
    names = {str(name) for table in tables for name in table.scores.index}
    return sorted(names, key=lambda name: (*(_place(table, name) for table in tables), name))


def score(table: ScoreTable, tracker: str, metric: str) -> float:
    """One number; NaN where the table has none."""
    if tracker not in table.scores.index or metric not in table.scores.columns:
        return math.nan
    return float(table.scores.at[tracker, metric])


def _place(table: ScoreTable, tracker: str) -> tuple[bool, float]:
    """Sorts a tracker among others of one table."""
    if not table.metrics:
        return False, 0.0
    first = table.metrics[0]
    value = score(table, tracker, first.name)
    return math.isnan(value), 0.0 if math.isnan(value) else -value if first.higher_is_better else value
