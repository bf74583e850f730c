"""The metrics of one pass by name: what each is called in print, and how it is read off a rule's curves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from harness.metrics.one_pass.rule import OnePassRule
from harness.metrics.one_pass.score import Scores
from harness.metrics.ragged import Float
from harness.metrics.scores import Metric

__all__ = ["METRICS", "class_means", "ranking_metric", "values"]

Reading: TypeAlias = tuple[str, float | None]  # a curve, and the threshold at which it is read; None: its area

_TITLES = {
    "auc": "AUC",
    "op50": "OP50",
    "op75": "OP75",
    "precision": "P",
    "normalized_precision": "NP",
    "precision_auc": "P AUC",
    "normalized_precision_auc": "NP AUC",
    "ao": "AO",
    "sr50": "SR50",
    "sr75": "SR75",
    "mao": "mAO",
    "msr50": "mSR50",
    "msr75": "mSR75",
}
METRICS = {name: Metric(name, title) for name, title in _TITLES.items()}

_READ: dict[str, Reading] = {
    "auc": ("success", None),
    "op50": ("success", 0.5),
    "op75": ("success", 0.75),
    "sr50": ("success", 0.5),
    "sr75": ("success", 0.75),
    "precision": ("precision", 20),
    "precision_auc": ("precision", None),
    "normalized_precision": ("normalized_precision", 0.2),
    "normalized_precision_auc": ("normalized_precision", None),
}
_OF_CLASSES = {"mao": "ao", "msr50": "sr50", "msr75": "sr75"}


def values(scores: Scores, rule: OnePassRule) -> dict[str, Float]:
    """Each metric that a single sequence has ``(S,)``: the rule's, and always the mean overlap as ``ao``."""
    readings = {name: _read(scores, rule, *_READ[name]) for name in rule.metrics if name in _READ}
    return {"ao": scores.overlap} | readings


def class_means(of_sequences: dict[str, Float], classes: Sequence[str]) -> dict[str, float]:
    """GOT-10k's class-balanced scores: sequences are averaged within each class of object, then the classes.

    >>> class_means({"ao": np.array([0.5, 0.7, 0.2])}, ["bear", "bear", "car"])
    {'mao': 0.4}
    """
    kinds, kind = np.unique(np.array(classes, str), return_inverse=True)
    sizes = np.bincount(kind, minlength=len(kinds))
    return {
        name: float(np.mean(np.bincount(kind, of_sequences[source]) / sizes)) if len(kinds) else np.nan
        for name, source in _OF_CLASSES.items()
        if source in of_sequences
    }


def ranking_metric(curve: str, rule: OnePassRule) -> str:
    """The metric a plot of this curve is sorted by: the rule's first that is read off it."""
    return next((name for name in rule.metrics if _READ.get(name, ("success", None))[0] == curve), curve)


def _read(scores: Scores, rule: OnePassRule, curve: str, threshold: float | None) -> Float:
    values = scores.curves[curve]
    if threshold is None:
        return rule.area(values)
    nearest = np.abs(np.array(rule.measures[curve].thresholds) - threshold).argmin()
    column: Float = values[:, nearest]
    return column
