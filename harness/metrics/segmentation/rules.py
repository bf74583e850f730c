"""DAVIS's rules, as data."""

from __future__ import annotations

from dataclasses import dataclass

from harness.metrics.rule import Rule

__all__ = ["DAVIS16", "DAVIS17", "SegmentationRule"]


@dataclass(frozen=True, slots=True)
class SegmentationRule(Rule):
    """How label images become numbers. `source` is the code a rule follows, `summary` two lines of what it does.

    * The first frame and the last are left out.
    * The objects are those of the truth's first frame, numbered from 1; 255 is void there, background as any
      other. Where `merges`, all that is not 0 is one object, 255 too (DAVIS 2016's images hold 0 and 255).
    * Boundaries agree within `tolerance` of the image's diagonal; recall is the share of frames above `recall_above`.
    * All objects count alike, whatever their sequence.
    """

    merges: bool = False
    tolerance: float = 0.008
    recall_above: float = 0.5


DAVIS17 = SegmentationRule(
    name="davis17.official",
    version=1,
    source="davisvideochallenge/davis2017-evaluation ac7c43f (semi-supervised): evaluation.py, metrics.py, utils.py",
    summary="J is the overlap of masks, F that of their boundaries; mean over all objects.\n"
    "First and last frames are left out; an object that is neither there nor found scores 1.",
)
DAVIS16 = SegmentationRule(
    name="davis16.official",
    version=1,
    source="fperazzi/davis: measures of DAVIS 2016 (J and F; its temporal stability T is not computed)",
    summary="J is the overlap of masks, F that of their boundaries; mean over sequences.\n"
    "First and last frames are left out; all that is not background is one object.",
    merges=True,
)
