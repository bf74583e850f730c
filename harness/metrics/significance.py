"""Whether two trackers can be told apart: paired differences over sequences, their spread and their ranks."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

import numpy as np

from harness.metrics.ragged import Float

__all__ = ["RESAMPLES", "Interval", "bootstrap_interval", "wilcoxon_p"]

RESAMPLES = 10_000
_SEED = 20_260_101  # the same data give the same interval, whoever asks


@dataclass(frozen=True, slots=True)
class Interval:
    """From `low` to `high`, 95 % of the resampled means."""

    low: float
    high: float

    @property
    def excludes_zero(self) -> bool:
        """Whether the sign of the difference would survive another draw of sequences (NaN: no)."""
        return self.low > 0 or self.high < 0


def bootstrap_interval(differences: Float, resamples: int = RESAMPLES) -> Interval:
    """The percentile interval of the mean of paired differences ``(S,)``: sequences drawn anew, with replacement.

    Of fewer than two sequences it is NaN. Efron and Tibshirani, An Introduction to the Bootstrap, 1993, ch. 13.

    >>> bootstrap_interval(np.array([0.5, 0.5, 0.5]))
    Interval(low=0.5, high=0.5)
    """
    count = len(differences)
    if count < 2:
        return Interval(nan, nan)
    drawn = np.random.Generator(np.random.PCG64(_SEED)).integers(0, count, (resamples, count))
    low, high = np.percentile(differences[drawn].mean(1), [2.5, 97.5])
    return Interval(float(low), float(high))


def wilcoxon_p(differences: Float) -> float:
    """The two-sided p of Wilcoxon's signed-rank test on paired differences ``(S,)``; zeros are left out.

    It is 1 where all are zero, NaN where there are none.

    >>> round(wilcoxon_p(np.array([0.1, 0.2, 0.3, -0.05, 0.4, 0.5])), 4)
    0.0625
    """
    from scipy.stats import wilcoxon  # noqa: PLC0415  half a second, for reports that compare

    if not len(differences):
        return nan
    moved = differences[differences != 0]
    return float(wilcoxon(moved).pvalue) if len(moved) else 1.0
