"""Several runs of one sequence scored as one: OTB's evaluations of robustness."""

from __future__ import annotations

from collections.abc import Sequence as Row

import numpy as np

from harness.core.errors import EvaluationError
from harness.core.sequence import Sequence
from harness.metrics.one_pass.rule import OnePassRule
from harness.metrics.one_pass.score import Scores, fitted, score, truth_under
from harness.metrics.ragged import Float

__all__ = ["pooled"]


def pooled(views: Row[Sequence], boxes: Row[Float], rule: OnePassRule) -> Scores:
    """The scores (S = 1) of runs, each of its own view of a sequence: all their frames count alike.

    So OTB's MATLAB code (``genPerfMat.m``) counts: a long segment weighs more than a short one, a sequence as much as
    any other. Raises EvaluationError for a run that the rule refuses.
    """
    rows = score([[fitted(rule, one, truth_under(rule, view))] for one, view in zip(boxes, views, strict=True)], rule)
    total = rows.frames.sum(keepdims=True)
    overlap = rows.frames[None] @ rows.overlap / total
    if "ao" in rule.metrics and np.isnan(overlap).any():
        raise EvaluationError(f"answers without a box: no AO under {rule.label} (--nan-as-miss counts misses)")
    return Scores({name: rows.frames[None] @ values / total for name, values in rows.curves.items()}, overlap, total)
