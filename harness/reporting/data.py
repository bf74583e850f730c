"""The numbers for programs: CSV and JSON, fractions at full precision.

Names are as they came, but for one thing: spreadsheets calculate a cell of a CSV that begins as a formula, so that a
name that does gets an apostrophe in front. JSON has all names as they are.
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from harness import __version__
from harness.metrics.scores import Curves, ScoreTable
from harness.reporting.content import Content

__all__ = ["attributes_csv", "document", "per_sequence_csv", "scores_csv"]

# A minus before letters and digits alone, as in names of videos, calculates nothing.
_FORMULA = re.compile(r"\s*([=+@]|-(?![\w-]*$))")

_COLUMNS = ("tracker", "dataset", "protocol", "rule", "metric", "value", "sequences", "expected")


def scores_csv(tables: Sequence[ScoreTable]) -> str:
    """One row a tracker and metric; an empty value where there is none."""
    return _csv(
        _COLUMNS,
        (
            _row(table, tracker, metric.name, value)
            for table in tables
            for tracker in table.scores.index
            for metric in table.metrics
            for value in [table.scores.at[tracker, metric.name]]
        ),
    )


def per_sequence_csv(tables: Sequence[ScoreTable]) -> str:
    """One row a tracker, metric and sequence; `sequences` and `expected` are the tracker's, as in scores.csv."""
    return _csv(
        (*_COLUMNS, "sequence"),
        (
            (*_row(table, tracker, metric, value), sequence)
            for table in tables
            for metric in _sequence_metrics(table)
            for (tracker, sequence), value in table.per_sequence[metric].items()
        ),
    )


def attributes_csv(tables: Sequence[ScoreTable]) -> str:
    """One row a tracker, metric and attribute; `sequences` and `expected` are those that have the attribute."""
    return _csv(
        (*_COLUMNS, "attribute"),
        (
            (tracker, table.dataset, table.protocol, table.rule, name, _value(row[name]), *_counts(row), attribute)
            for table in tables
            for (tracker, attribute), row in table.attributes.iterrows()
            for name in table.attributes.columns.difference(["sequences", "expected"], sort=False)
        ),
    )


def document(content: Content) -> str:
    """Everything, as strict JSON: null where a number is not finite."""
    whole: dict[str, Any] = {
        "title": content.title,
        "harness": __version__,
        "recorded": content.recorded,
        "tables": list(map(_table, content.tables)),
    }
    if content.comparisons is not None:
        for table, comparison in zip(whole["tables"], content.comparisons, strict=True):
            table["against_best"] = comparison and asdict(comparison)
    if content.published:
        whole["published"] = list(map(asdict, content.published))
    return json.dumps(_plain(whole), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _table(table: ScoreTable) -> dict[str, Any]:
    per_sequence: dict[str, dict[str, Any]] = {str(tracker): {} for tracker in table.scores.index}
    values = table.per_sequence[_sequence_metrics(table)]
    for (tracker, sequence), row in zip(values.index, values.to_dict("records"), strict=True):
        per_sequence[tracker][sequence] = row
    trackers = {
        tracker: {
            "sequences": table.sequences[tracker],
            "scores": {metric.name: table.scores.at[tracker, metric.name] for metric in table.metrics},
            "per_sequence": rows,
        }
        for tracker, rows in per_sequence.items()
    }
    return {
        "dataset": table.dataset,
        "protocol": table.protocol,
        "rule": table.rule,
        "expected": table.expected,
        "metrics": list(map(asdict, table.metrics)),
        "trackers": trackers,
        "curves": list(map(_curves, table.curves)),
        "gaps": list(map(asdict, table.gaps)),
    }


def _curves(curves: Curves) -> dict[str, Any]:
    names = ("name", "score", "x_title", "y_title", "thresholds", "span", "by_tracker")
    return {name: getattr(curves, name) for name in names}


def _sequence_metrics(table: ScoreTable) -> list[str]:
    return [metric.name for metric in table.metrics if metric.name in table.per_sequence.columns]


def _row(table: ScoreTable, tracker: str, metric: str, value: float) -> tuple[object, ...]:
    where = (tracker, table.dataset, table.protocol, table.rule, metric)
    return (*where, _value(value), int(table.sequences[tracker]), table.expected)


def _value(value: float) -> float | str:
    return "" if math.isnan(value) else float(value)


def _counts(row: Any) -> tuple[int, int]:
    return int(row["sequences"]), int(row["expected"])


def _csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(map(_harmless, row) for row in rows)
    return text.getvalue()


def _harmless(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell


def _plain(value: Any) -> Any:
    """Only what JSON has: numpy becomes plain, a number that is not finite becomes None, all else text."""
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    match value:
        case Mapping():
            return {str(key): _plain(part) for key, part in value.items()}
        case list() | tuple():
            return list(map(_plain, value))
        case float():
            return value if math.isfinite(value) else None
        case str() | int() | None:
            return value
    return str(value)
