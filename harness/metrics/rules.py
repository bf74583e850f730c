"""Rules: exact definitions of a benchmark's numbers, as data, named and versioned.

What differs between toolkits on "the same" metric is a field here: a number, or a pure function of this
package. A rule never changes once released; a correction is its next version.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from harness.core.errors import EvaluationError
from harness.metrics.ragged import Float, Ragged
from harness.metrics.success import Comparison, curve_mean

__all__ = [
    "OTB",
    "SYNTHETIC",
    "Fit",
    "OnePassRule",
    "Step",
    "begin_at_truth",
    "hold_previous",
    "positive",
    "same_length",
]

Fit: TypeAlias = Callable[[Float, Float], Float]
Step: TypeAlias = Callable[[Ragged, Ragged], Ragged]


@dataclass(frozen=True, slots=True)
class OnePassRule:
    """How one pass over each sequence becomes a number; benchmark scores are means over sequences.

    `source` is the code a rule follows. Boxes are first shifted so that the first pixel is at `origin`,
    as in that toolkit's files: its tests of validity are made there. Then, in this order:

    * `fit` brings a result ``(M, 4)`` to its truth's length ``(N, 4)`` or raises EvaluationError;
    * `steps` turn the answers into what is measured (repairs, first frame);
    * where the truth is not `valid`, the overlap and centre error are `invalid_overlap` and `invalid_error`;
    * success is the share of frames whose overlap is `comparison` each of `overlaps`, its score `area` of
      that curve; precision the share whose error is ``<=`` each of `distances`, its score at `precision_at`;
    * with `drops_zero`, a sequence whose whole curve is zero leaves that curve's mean over sequences;
    * with `nan_as_miss` (never official), a frame answered with NaN misses, whatever the steps made of it.
    """

    name: str
    version: int
    source: str
    origin: float
    fit: Fit
    steps: tuple[Step, ...]
    valid: Callable[[Float], NDArray[np.bool_]]
    invalid_overlap: float
    invalid_error: float
    overlaps: tuple[float, ...]
    comparison: Comparison
    area: Callable[[Float], Float]
    distances: tuple[float, ...]
    precision_at: float
    drops_zero: bool
    nan_as_miss: bool = False

    @property
    def label(self) -> str:
        """What stands beside every number: ``otb.official@1``, with ``+nan-as-miss`` where that is on."""
        return f"{self.name}@{self.version}" + "+nan-as-miss" * self.nan_as_miss


def same_length(boxes: Float, truth: Float) -> Float:
    """A row for each frame; only rows whose truth is invalid may be missing at the end.

    OTB's MATLAB code fails on any other length, but never looks at the prediction where it does not use
    it (Twinnings, whose last truth is 0,0,0,0). Such rows are made zero boxes.
    """
    missing = len(truth) - len(boxes)
    if missing < 0 or not len(boxes) or positive(truth[len(boxes) :]).any():
        raise EvaluationError(f"{len(boxes)} rows of result for {len(truth)} frames of truth; run the sequence again")
    return np.concatenate([boxes, np.zeros((missing, 4))]) if missing else boxes


def positive(truth: Float) -> NDArray[np.bool_]:
    """Frames whose truth has x, y, w and h all above zero (NaN is not): OTB's and LaSOT's ``all(gt > 0)``.

    >>> positive(np.array([[1.0, 1.0, 5.0, 5.0], [0.0, 1.0, 5.0, 5.0]]))
    array([ True, False])
    """
    return np.asarray((truth > 0).all(1))


def hold_previous(boxes: Ragged, truth: Ragged) -> Ragged:
    """An answer that is NaN throughout, or not above zero in w or h, becomes the one before it.

    OTB's repair (calcSeqErrRobust.m): the first row is kept, a row partly NaN too, and so is any whose
    truth has a NaN. What is copied is the tracker's own, before the first row is set to the truth.

    >>> one = Ragged.join([np.array([[1.0, 1, 4, 4], [2, 2, 0, 4], [np.nan] * 4])])
    >>> hold_previous(one, one.like(np.ones((3, 4)))).values.tolist()
    [[1.0, 1.0, 4.0, 4.0], [1.0, 1.0, 4.0, 4.0], [1.0, 1.0, 4.0, 4.0]]
    """
    bad = np.asarray(np.isnan(boxes.values).all(1) | (boxes.values[:, 2:] <= 0).any(1))
    bad &= ~np.isnan(truth.values).any(1)
    bad[boxes.offsets[:-1]] = False
    last_good = np.maximum.accumulate(np.where(bad, 0, np.arange(len(bad))))
    return boxes.like(boxes.values[last_good])


def begin_at_truth(boxes: Ragged, truth: Ragged) -> Ragged:
    """The first answer is the truth itself, whatever the tracker said there."""
    values = boxes.values.copy()
    starts = boxes.offsets[:-1]
    values[starts] = truth.values[starts]
    return boxes.like(values)


OTB = OnePassRule(
    name="otb.official",
    version=1,
    source="OTB tracker_benchmark: calcSeqErrRobust.m, calcRectInt.m, genPerfMat.m, plotDrawSave.m",
    origin=1,
    fit=same_length,
    steps=(hold_previous, begin_at_truth),
    valid=positive,
    invalid_overlap=-1,  # a failure at every threshold
    invalid_error=-1,  # a hit at every threshold
    overlaps=tuple(np.linspace(0, 1, 21).tolist()),  # MATLAB's 0:0.05:1 to the bit; k / 20 is not
    comparison=">",
    area=curve_mean,
    distances=tuple(np.arange(51.0).tolist()),
    precision_at=20,
    drops_zero=True,
)

SYNTHETIC = replace(OTB, name="synthetic.official", source="otb.official, on the synthetic set")
