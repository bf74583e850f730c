"""From each tracker's results to one score table: scoring sequence by sequence, gaps, and laying it out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Sequence as Row
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import pandas as pd

from harness.core.errors import EvaluationError, HarnessError
from harness.core.regions import Regions
from harness.core.sequence import Sequence
from harness.metrics.scores import NO_RESULT, Curves, Gap, Metric, ScoreTable

__all__ = ["Scored", "image_size", "same_length", "score_each", "score_table"]

Result = TypeVar("Result")
Part = TypeVar("Part")


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """One tracker: its metrics by name, those of each sequence that has any, and why others have none.

    A metric that `scores` lacks is an empty cell; a column that is no metric of the table stands beside them.
    """

    label: str
    scores: Mapping[str, float]
    sequences: Mapping[str, Mapping[str, float]]
    gaps: Row[Gap]


def score_each(
    results: Mapping[str, Mapping[str, Result | Exception | str]],
    truths: Mapping[str, Sequence],
    score: Callable[[str, Result], Part],
) -> dict[str, tuple[dict[str, Part], list[Gap]]]:
    """For each label what `score` makes of each sequence's result, and a gap where it raises or there is none.

    Sequences are scored by threads: nearly all the time goes into overlaps, which hold no lock.
    """

    def attempt(label: str, name: str) -> Part | Gap:
        result = results[label].get(name, NO_RESULT)
        try:
            if isinstance(result, (str, Exception)):
                raise EvaluationError(str(result))
            if name not in truths:
                raise EvaluationError("no truth at hand")
            return score(name, result)
        except HarnessError as error:  # a result may be read while it is scored
            return Gap(label, name, str(error))

    found: dict[str, tuple[dict[str, Part], list[Gap]]] = {label: ({}, []) for label in results}
    with ThreadPoolExecutor() as pool:
        tasks = [(label, name) for label, by_name in results.items() for name in dict.fromkeys([*truths, *by_name])]
        for (label, name), answer in zip(tasks, pool.map(lambda task: attempt(*task), tasks), strict=True):
            parts, gaps = found[label]
            if isinstance(answer, Gap):
                gaps.append(answer)
            else:
                parts[name] = answer
    return found


def image_size(sequence: Sequence) -> tuple[int, int]:
    """Width and height of the sequence's images. Raises EvaluationError where they are not known."""
    if sequence.size is None:
        raise EvaluationError("the size of its images is not known, and overlaps end at their edges")
    return sequence.size


def same_length(what: str, run: Regions, frames: int) -> None:
    """Raises EvaluationError, naming `what`, for a run that has not one region for each of `frames`."""
    if len(run) != frames:
        raise EvaluationError(f"{what}: {len(run)} rows of result for {frames} frames; run the sequence again")


def score_table(
    scored: Row[Scored],
    metrics: tuple[Metric, ...],
    curves: tuple[Curves, ...] = (),
    *,
    rule: str,
    dataset: str,
    protocol: str,
    expected: int,
    beside: tuple[str, ...] = (),
) -> ScoreTable:
    """The table of these trackers; `beside` names the columns that are no metrics. Raises EvaluationError for none."""
    if not scored:
        raise EvaluationError(f"{dataset}: no results to evaluate")
    labels = pd.Index([s.label for s in scored], name="tracker")
    names = [*(metric.name for metric in metrics), *beside]
    rows = {(s.label, name): row for s in scored for name, row in s.sequences.items()}
    own = [name for name in names if not rows or any(name in row for row in rows.values())]  # no sequence has an EAO
    index = pd.MultiIndex.from_arrays([[key[i] for key in rows] for i in (0, 1)], names=["tracker", "sequence"])
    return ScoreTable(
        dataset=dataset,
        protocol=protocol,
        rule=rule,
        metrics=metrics,
        expected=expected,
        scores=pd.DataFrame([s.scores for s in scored], labels, names, float),
        sequences=pd.Series([len(s.sequences) for s in scored], labels),
        per_sequence=pd.DataFrame(list(rows.values()), index, own, float),
        curves=curves,
        gaps=tuple(gap for s in scored for gap in s.gaps),
    )
