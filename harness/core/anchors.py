"""Anchors: the frames from which a multi-start protocol runs, each to the longer side of its sequence.

Kristan et al., "The Eighth Visual Object Tracking VOT2020 challenge results", ECCVW 2020.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from harness.core.raster.packing import PackedRegions
from harness.core.sequence import GroundTruth

__all__ = ["ANCHOR", "with_anchors"]

ANCHOR = "anchor"  # the truth's flag: above 0 for a run to the end, below 0 for one to the beginning
_EVERY = 50  # frames


def with_anchors(truth: GroundTruth) -> GroundTruth:
    """The truth with its benchmark's anchors, or with made ones where it has none.

    They are made every 50 frames from the first on, each moved to the nearest frame in which the target is to be
    seen (the earlier of two); none where it never is. A run goes to the side with more frames, from the middle to
    the end. Raises EvaluationError for labels.

    >>> from harness.core.regions import Regions
    >>> boxes = np.tile([3.0, 4, 20, 10], (120, 1))
    >>> boxes[0] = np.nan
    >>> flags = with_anchors(GroundTruth.visible(Regions(boxes))).flags["anchor"]
    >>> np.flatnonzero(flags), flags[flags != 0]
    (array([  1,  50, 100]), array([ 1.,  1., -1.]))
    """
    if ANCHOR in truth.flags:
        return truth
    flags = np.zeros(len(truth))
    seen = np.flatnonzero(~(PackedRegions.pack(truth.regions).empty | truth.absent))
    if seen.size:
        places = np.arange(0, len(truth), _EVERY)
        nearest = seen[np.abs(seen[:, None] - places).argmin(0)]
        flags[nearest] = np.where(2 * nearest < len(truth), 1, -1)
    return replace(truth, flags={**truth.flags, ANCHOR: flags})
