"""The score table: every number of one dataset under one rule, on its way to a report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

__all__ = ["NO_RESULT", "RELIABILITY", "Curves", "Gap", "Metric", "ScoreTable"]

NO_RESULT = "no result"  # the reason of a gap where nothing was given for a sequence
RELIABILITY = "reliability"  # a column beside VOT's metrics: with accuracy, a tracker's place in an AR plot


@dataclass(frozen=True, slots=True)
class Metric:
    """A column: its contract name, its printed title, which way is better, and whether tables show percent.

    Nobody is best where trackers' values are not `comparable`.
    """

    name: str
    title: str
    higher_is_better: bool = True
    percent: bool = True
    comparable: bool = True


@dataclass(frozen=True, slots=True)
class Curves:
    """One plot's data: a curve for each tracker over common thresholds.

    `score` names the metric that ranks them, and `span` the thresholds it is a mean over, where not all.
    """

    name: str
    score: str
    x_title: str
    y_title: str
    thresholds: NDArray[np.float64]
    by_tracker: Mapping[str, NDArray[np.float64]]
    span: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """Why a number is not there (or stands on fewer sequences): one sequence of one tracker.

    `sequence` is empty where the reason holds for the tracker as a whole.
    """

    tracker: str
    sequence: str
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class ScoreTable:
    """All scores of one dataset and protocol under one rule (``name@version``).

    `scores` has a row a tracker and a column a metric, `sequences` the number of sequences each tracker's
    numbers stand on (of `expected`), `per_sequence` is indexed by (tracker, sequence). Values are
    fractions (or what the metric's unit is); NaN is an empty cell, explained in `gaps`. `attributes` is indexed
    by (tracker, attribute): the metrics over the sequences that have it, how many of them have scores
    (`sequences`) and how many are at hand (`expected`); empty where no sequence has any.
    """

    dataset: str
    protocol: str
    rule: str
    metrics: tuple[Metric, ...]
    expected: int
    scores: pd.DataFrame
    sequences: pd.Series
    per_sequence: pd.DataFrame
    curves: tuple[Curves, ...]
    gaps: tuple[Gap, ...] = ()
    attributes: pd.DataFrame = field(default_factory=pd.DataFrame)

    def partial(self, tracker: str) -> bool:
        """True where a tracker's numbers stand on fewer sequences than the benchmark has."""
        return int(self.sequences[tracker]) < self.expected
