"""The rules of one pass: what differs between toolkits on "the same" metric is a field here.

A field is a number, or a pure function of this package.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from harness.core.errors import UsageError
from harness.metrics.curves import Comparison, curve_mean
from harness.metrics.one_pass.steps import Pairs
from harness.metrics.one_pass.validity import Mask, every
from harness.metrics.ragged import Float
from harness.metrics.rule import Rule

__all__ = ["ByBenchmark", "Fit", "Measure", "OnePassRule", "Step"]

Fit: TypeAlias = Callable[[Float, Float], Float]
Step: TypeAlias = Callable[[Pairs], Pairs]


@dataclass(frozen=True, slots=True)
class Measure:
    """A number for each frame, and what the curve over `thresholds` counts: the frames that are `comparison` each.

    `formula` takes answers and truth ``(N, 4)``; where the truth is not `valid` the number is `invalid`.
    """

    formula: Callable[[Float, Float], Float]
    thresholds: tuple[float, ...]
    comparison: Comparison
    valid: Callable[[Float], Mask] = every
    invalid: float = np.nan

    def __call__(self, answers: Float, truth: Float) -> Float:
        """``(N,)``; NaN where there is none."""
        with np.errstate(invalid="ignore", over="ignore"):  # answers may be infinite: they miss
            values = self.formula(answers, truth)
        values[~self.valid(truth)] = self.invalid
        return values


@dataclass(frozen=True, slots=True)
class OnePassRule(Rule):
    """How one pass over each sequence becomes the `metrics` its toolkit prints.

    `source` is the code a rule follows, `summary` two lines of what it does. Boxes are first shifted so that
    the first pixel is at `origin`, as in the benchmark's files: tests of validity are made there. Then:

    * `fit` brings a result ``(M, 4)`` to its truth's length ``(N, 4)`` or raises EvaluationError;
    * `steps` turn answers and truth into what is measured (repairs, first frame, rounding, clipping);
    * only frames that `keep` says of the truth exist, not the first with `skips_first`, and with
      `skips_covered` only those whose ``cover`` flag is above zero;
    * `success`, `precision` and `normalized_precision` measure each frame; where `absent_misses`, a frame whose
      target is absent passes no threshold;
    * a curve is the number of frames that pass, divided by the number of `frames` (all, or those with truth
      valid for `success` and not absent) plus `epsilon`;
    * the benchmark's curve is the mean over sequences, or with `pools` over the frames of all of them;
      with `drops_zero` a sequence whose whole curve is zero leaves that curve's mean;
    * scores are read off curves at a threshold, or as their `area`;
    * with `nan_as_miss` (never official), a frame answered with NaN misses, whatever the steps made of it.
    """

    metrics: tuple[str, ...]
    fit: Fit
    success: Measure
    precision: Measure | None = None
    normalized_precision: Measure | None = None
    origin: float = 0
    steps: tuple[Step, ...] = ()
    keep: Callable[[Float], Mask] = every
    skips_first: bool = False
    skips_covered: bool = False
    absent_misses: bool = False
    frames: Literal["all", "valid"] = "all"
    epsilon: float = 0
    area: Callable[[Float], Float] = curve_mean
    pools: bool = False
    drops_zero: bool = False
    nan_as_miss: bool = False

    @property
    def label(self) -> str:
        """What stands beside every number: ``otb.official@1``, with ``+nan-as-miss`` where that is on."""
        return f"{self.name}@{self.version}" + "+nan-as-miss" * self.nan_as_miss

    @property
    def measures(self) -> dict[str, Measure]:
        """Its curves by name, `success` first."""
        named = {
            "success": self.success,
            "precision": self.precision,
            "normalized_precision": self.normalized_precision,
        }
        return {name: measure for name, measure in named.items() if measure is not None}

    def on(self, benchmark: str) -> OnePassRule:
        """Itself: this rule means the same on any benchmark."""
        return self


@dataclass(frozen=True, slots=True)
class ByBenchmark(Rule):
    """A toolkit that scores each benchmark in its own way: one name, a rule for each benchmark it knows."""

    rules: Mapping[str, OnePassRule]

    def on(self, benchmark: str) -> OnePassRule:
        """Its rule on one benchmark. Raises UsageError for one the toolkit does not score."""
        if benchmark not in self.rules:
            raise UsageError(f"{self.name} has no rule for {benchmark}, only for {', '.join(self.rules)}")
        return self.rules[benchmark]
