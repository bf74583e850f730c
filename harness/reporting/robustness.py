"""OTB's twelve shifts and twenty segments, from the stored trials of a sequence to its one score."""

from __future__ import annotations

from collections.abc import Mapping

from harness.core.errors import EvaluationError
from harness.core.regions import Regions
from harness.core.robustness import robustness_views
from harness.core.sequence import Sequence
from harness.metrics.evaluate import Result
from harness.metrics.one_pass.pooled import pooled
from harness.metrics.one_pass.rule import OnePassRule
from harness.reporting.stored import Reason, Stored

__all__ = ["robustness_results"]


def robustness_results(
    stored: Stored, truths: Mapping[str, Sequence], rule: OnePassRule, protocol: str
) -> dict[str, Result]:
    """What `evaluate` takes of a run of `sre` or `tre`: the scores of each sequence, or why it has none.

    All of a sequence's trials must be there: where one is missing, OTB's own code silently scores the others.
    """
    views = {name: robustness_views(protocol, sequence) for name, sequence in truths.items()}
    runs = stored.anchors()  # by the number behind their names
    return stored.reasons | {name: _scored(runs[name], view, rule) for name, view in views.items() if name in runs}


def _scored(runs: dict[int, Regions] | Reason, views: list[Sequence], rule: OnePassRule) -> Result:
    if not isinstance(runs, dict):
        return runs
    expected = range(1, len(views) + 1)
    if missing := [number for number in expected if number not in runs]:
        return f"{len(missing)} of {len(views)} trials missing, the first _{missing[0]:02d}; run it again"
    try:
        return pooled(views, [runs[number].boxes for number in expected], rule)
    except EvaluationError as error:
        return error
