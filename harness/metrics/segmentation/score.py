"""One sequence under one rule: J and F of each object in each frame.

One frame is held at a time: neither truth nor answers need be decoded at once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import zip_longest
from typing import TypeAlias

import numpy as np

from harness.core.errors import EvaluationError
from harness.core.regions import Labels, Mask, Region, Special
from harness.core.sequence import Image
from harness.metrics.ragged import Float
from harness.metrics.segmentation.measures import Pixels, boundary_f, decay, jaccard, tolerance_radius
from harness.metrics.segmentation.rules import SegmentationRule

__all__ = ["LabelFrame", "ObjectScores", "score_objects"]

# A label image (H, W), its regions (a mask is object 1), or nothing seen; other regions are refused.
LabelFrame: TypeAlias = Image | Region | Special | None
VOID = 255


@dataclass(frozen=True, slots=True, eq=False)
class ObjectScores:
    """K objects over the N frames that count: `j` and `f` ``(K, N)``."""

    j: Float
    f: Float

    def statistics(self, rule: SegmentationRule) -> dict[str, Float]:
        """The metrics of each object ``(K,)``, by name."""
        means = {"jf": (self.j.mean(1) + self.f.mean(1)) / 2}
        for name, values in ("j", self.j), ("f", self.f):
            means[name] = values.mean(1)
            means[f"{name}_recall"] = (values > rule.recall_above).mean(1)
            means[f"{name}_decay"] = np.array([decay(row) for row in values])
        return means


def score_objects(
    answers: Iterable[LabelFrame], truth: Collection[LabelFrame], size: tuple[int, int], rule: SegmentationRule
) -> ObjectScores:
    """J and F of a sequence whose images have `size` (width, height); `answers` and `truth` are one a frame.

    An object that is answered nowhere has empty masks. Raises EvaluationError for answers of another number or
    size, for an object that the truth's first frame has not, and for truth without an object or a frame that counts.
    """
    scores: list[list[tuple[float, float]]] = []
    objects, frames, last = 0, 0, len(truth) - 1
    radius = tolerance_radius(size[1], size[0], rule.tolerance)
    beyond = object()
    for number, (true, answer) in enumerate(zip_longest(truth, answers, fillvalue=beyond)):
        frames += answer is not beyond
        if number == 0:
            objects = int(_label_image(true, size, rule, "truth, frame 0").max())
            if not objects:
                raise EvaluationError("its first frame of truth has no object")
        if 0 < number < last and answer is not beyond:
            there = _label_image(true, size, rule, f"truth, frame {number}")
            found = _label_image(answer, size, rule, f"frame {number}", void=False)
            if found.max() > objects:
                raise EvaluationError(f"frame {number}: object {found.max()}, but the truth begins with {objects}")
            scores.append([_agreement(found == k, there == k, radius) for k in range(1, objects + 1)])
    if frames != last + 1:
        raise EvaluationError(f"{frames} frames of result for {last + 1} of truth; run the sequence again")
    if not scores:
        raise EvaluationError(f"none of its {frames} frames counts: the first and the last are left out")
    j, f = np.array(scores).transpose(2, 1, 0)
    return ObjectScores(j, f)


def _label_image(frame: object, size: tuple[int, int], rule: SegmentationRule, where: str, void: bool = True) -> Image:
    """The object each pixel belongs to ``(H, W)``; with `void`, 255 is none."""
    width, height = size
    if frame is None:
        return np.zeros((height, width), np.uint8)
    if isinstance(frame, Labels):
        image = frame.decode(width, height)
    elif isinstance(frame, Mask):
        image = frame.decode(width, height).astype(np.uint8)
    elif isinstance(frame, np.ndarray) and frame.dtype.kind in "biu":
        image = frame
    else:
        kind = frame.dtype if isinstance(frame, np.ndarray) else type(frame).__name__
        raise EvaluationError(f"{where}: expected labels (whole numbers) or a mask, found {kind}")
    if image.shape != (height, width):
        raise EvaluationError(f"{where}: expected labels of shape {(height, width)}, found {image.shape}")
    if rule.merges:
        return (image > 0).astype(np.uint8)
    return np.where(image == VOID, np.uint8(0), image) if void and VOID in image else image


def _agreement(found: Pixels, there: Pixels, radius: int) -> tuple[float, float]:
    """J and F of one object, from the part of the image that holds it."""
    either = found | there
    rows, columns = np.flatnonzero(either.any(1)), np.flatnonzero(either.any(0))
    if not rows.size:
        return 1.0, 1.0
    # Boundaries reach one pixel up and left of a mask; one more right and below tells them from the image's edge.
    part = slice(max(rows[0] - 1, 0), rows[-1] + 2), slice(max(columns[0] - 1, 0), columns[-1] + 2)
    return jaccard(found[part], there[part]), boundary_f(found[part], there[part], radius)
