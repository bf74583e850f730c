from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from harness.metrics.scores import Curves, Gap, Metric, ScoreTable

AUC = Metric("auc", "AUC")
FPS = Metric("fps", "FPS", percent=False)


def make_table(
    values: dict[str, dict[str, list[float]]],
    *,
    dataset: str = "otb100",
    protocol: str = "one_pass",
    rule: str = "otb.official@1",
    metrics: tuple[Metric, ...] = (AUC, FPS),
    expected: int = 2,
    gaps: tuple[Gap, ...] = (),
    curves: tuple[Curves, ...] | None = None,
    attributes: dict[tuple[str, str], tuple[float, int, int]] | None = None,
) -> ScoreTable:
    """A table from `values`: for each tracker and sequence a number a metric; scores are plain means.

    `attributes` give by tracker and attribute the first metric, and of how many sequences of how many.
    """
    columns = [metric.name for metric in metrics]
    index = pd.MultiIndex.from_tuples(
        [(tracker, name) for tracker, by_name in values.items() for name in by_name], names=["tracker", "sequence"]
    )
    rows = [row for by_name in values.values() for row in by_name.values()]
    means = [np.mean(list(by_name.values()), 0) if by_name else [np.nan] * len(columns) for by_name in values.values()]
    trackers = pd.Index(list(values), name="tracker")
    if curves is None:
        thresholds = np.array([0, 0.5, 1])
        lines = {t: np.array([1, score[0], 0]) for t, score in zip(values, means, strict=True) if values[t]}
        curves = (Curves("success", "auc", "Overlap threshold", "Success rate", thresholds, lines),)
    return ScoreTable(
        dataset=dataset,
        protocol=protocol,
        rule=rule,
        metrics=metrics,
        expected=expected,
        scores=pd.DataFrame(means, trackers, columns, dtype=float),
        sequences=pd.Series([len(by_name) for by_name in values.values()], trackers, dtype=int),
        per_sequence=pd.DataFrame(rows, index, columns, dtype=float),
        curves=curves,
        gaps=gaps,
        attributes=by_attribute(attributes or {}, columns[0] if columns else ""),
    )


def by_attribute(values: dict[tuple[str, str], tuple[float, int, int]], metric: str) -> pd.DataFrame:
    index = pd.MultiIndex.from_tuples(values, names=["tracker", "attribute"]) if values else None
    return pd.DataFrame(list(values.values()), index, [metric, "sequences", "expected"])


@pytest.fixture
def challenged(table: Callable[..., ScoreTable]) -> ScoreTable:
    """Two trackers, and their scores by three attributes."""
    scores = {"a": (0.5, 0.25, 0.75), "b": (0.625, 0.125, 0.5)}
    attributes = {
        (tracker, name): (value, count, 2)
        for tracker, values in scores.items()
        for name, value, count in zip(("FM", "OCC", "SV"), values, (2, 1, 2), strict=True)
    }
    return table({"a": {"x": [0.5, 9], "y": [0.75, 9]}, "b": {"x": [0.5, 9], "y": [0.5, 9]}}, attributes=attributes)


@pytest.fixture(scope="session")
def table() -> Callable[..., ScoreTable]:
    return make_table


@pytest.fixture
def mixed() -> ScoreTable:
    """Three trackers: `kcf` is complete, `a_b$%` too and better, `new` is the highest but on one of two sequences."""
    nan = float("nan")
    return make_table(
        {
            "kcf": {"Bolt": [0.25, 150], "Box": [0.5, 170]},
            "a_b$%": {"Bolt": [0.75, nan], "Box": [0.5, nan]},
            "new": {"Bolt": [0.875, 25]},
        },
        gaps=(Gap("new", "Box", "no result"), Gap("a_b$%", "", "fps: never run alone on its machine")),
    )


@pytest.fixture
def other() -> ScoreTable:
    """A second dataset, without `new`."""
    return make_table(
        {"kcf": {"cat-1": [0.125, 60]}, "a_b$%": {"cat-1": [0.0625, 30]}},
        dataset="lasot",
        rule="lasot.official@1",
        expected=1,
    )
