"""What is stored, as commands that read it are asked for it: runs by dataset and label, and their datasets' copies."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from harness.catalog import open_dataset
from harness.core.errors import EvaluationError, UsageError

if TYPE_CHECKING:
    from harness.core.record import RunKey
    from harness.core.sequence import Dataset
    from harness.store.results import ResultStore

__all__ = ["dataset_of", "stored_runs"]


def stored_runs(store: ResultStore, datasets: Collection[str], labels: Collection[str]) -> list[RunKey]:
    """The runs of these datasets (``name:split``) and labels; none given means all.

    Raises UsageError for a name nothing is stored of, EvaluationError where there is nothing at all.
    """
    runs = store.runs()
    names = {name.replace(":", "-") for name in datasets}
    _all_known("dataset", names, {run.dataset for run in runs})
    _all_known("tracker", labels, {run.label for run in runs})
    chosen = [run for run in runs if run.dataset in (names or {run.dataset}) and run.label in (labels or {run.label})]
    if not chosen:
        what = f" of {' and '.join(labels)} on {' and '.join(sorted(names))}" if runs else ""
        raise EvaluationError(
            f"no results{what} in {store.root}: make some, as with 'harness run --tracker kcf --dataset synthetic', "
            "or import another toolkit's with 'harness import'"
        )
    return chosen


def _all_known(kind: str, asked: Collection[str], there: Collection[str]) -> None:
    if there and (unknown := sorted(set(asked) - set(there))):
        raise UsageError(f"no results of {kind} {unknown[0]!r}; there are: {', '.join(sorted(there))}")


def dataset_of(store: ResultStore, run: RunKey, root: str | None) -> Dataset:
    """The copy that a run's latest call used, or the one under `root`. Raises DataError."""
    calls = (store.description(run) or {}).get("invocations", [])
    return open_dataset(run.dataset, root, calls[-1].get("root") if calls else None)
