"""The papers' own figures, as printed: to stand beside ours, never to be computed with.

``published.csv`` has a row a figure: the tracker as the paper names it, our name for it where there is one,
benchmark, split, metric, value (a fraction, or the metric's unit), paper and table.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources

__all__ = ["MISPRINTS", "Published", "figures", "properties"]

# Of `properties`, by our name: what the paper's own networks and counting rule give instead.
MISPRINTS = {
    "sbt_base": "of its parameters Table 2 prints 21.27 for 21.97",
    "sbt_light": "its parameters and its multiply-adds are swapped in Table 2",
}

_NAMES = {"norm_precision": "normalized_precision"}
_AREAS = {"precision": "precision_auc", "norm_precision": "normalized_precision_auc"}  # TrackingNet's


@dataclass(frozen=True, slots=True)
class Published:
    """One figure: `dataset` is a stored dataset's name; `name` ours for the tracker, empty where we have none."""

    tracker: str
    name: str
    dataset: str
    metric: str
    value: float
    paper: str
    table: str

    @property
    def label(self) -> str:
        """The tracker's row in a table.

        >>> Published("SiamX", "siamx", "lasot", "auc", 0.5, "SiamX (ICRA 2022)", "Table I").label
        'SiamX (published, ICRA 2022)'
        """
        return f"{self.tracker} (published, {self.paper.rpartition('(')[2].rstrip(')')})"


@cache
def figures() -> tuple[Published, ...]:
    """All figures on benchmarks, in the papers' order."""
    return tuple(one for one in _all() if one.dataset not in ("model", "speed"))


def properties(metric: str) -> dict[str, float]:
    """What papers print of trackers themselves (``params_m``, ``gflops``, ``fps``), by the paper's name and ours.

    >>> properties("params_m")["sbt_light"]
    3.03
    """
    found = [one for one in _all() if one.dataset in ("model", "speed") and one.metric == metric]
    return {name: one.value for one in found for name in (one.tracker, one.name) if name}


@cache
def _all() -> tuple[Published, ...]:
    text = resources.files("harness.reporting").joinpath("published.csv").read_text("utf-8")
    return tuple(map(_figure, csv.DictReader(text.splitlines())))


def _figure(row: dict[str, str]) -> Published:
    names = _AREAS if row["benchmark"] == "trackingnet" else _NAMES
    return Published(
        tracker=row["tracker"],
        name=row["name"],
        dataset=row["benchmark"],
        metric=names.get(row["metric"], row["metric"]),
        value=float(row["value"]),
        paper=row["paper"],
        table=row["table"],
    )
