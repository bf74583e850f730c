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
) -> ScoreTable:
    """A table from `values`: for each tracker and sequence a number a metric; scores are plain means."""
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
    )


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
