"""A number of ours beside an official package's, and whether they are the same."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["Compared", "Verification"]


@dataclass(frozen=True, slots=True)
class Compared:
    """One metric; the two may lie `tolerance` apart, and NaN is where a number is undefined.

    >>> Compared("auc", 0.5, 0.5 + 1e-12).same, Compared("auc", math.nan, 0.5).same
    (True, False)
    """

    metric: str
    ours: float
    theirs: float
    tolerance: float = 1e-9

    @property
    def difference(self) -> float:
        return 0.0 if math.isnan(self.ours) and math.isnan(self.theirs) else abs(self.ours - self.theirs)

    @property
    def same(self) -> bool:
        return self.difference <= self.tolerance


@dataclass(frozen=True, slots=True)
class Verification:
    """One tracker's stored results, scored by `rule` here and by the official `package`.

    They stand on `sequences` of the `expected`; `left_out` says by sequence why one could not be compared, `notes`
    what a reader should know of the comparison. `failure` is what the package died of: then nothing is compared.
    """

    tracker: str
    dataset: str
    protocol: str
    rule: str
    package: str
    sequences: int
    expected: int
    compared: tuple[Compared, ...]
    left_out: Mapping[str, str]
    notes: tuple[str, ...]
    failure: str | None = None

    @property
    def agrees(self) -> bool:
        """Something was compared, and all of it is the same."""
        return bool(self.compared) and all(one.same for one in self.compared)
