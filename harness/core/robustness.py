"""OTB's robustness to where and when a tracker starts: twelve boxes, and twenty segments of a sequence.

Wu, Lim and Yang, "Object Tracking Benchmark", TPAMI 2015, as in its MATLAB code (``shiftInitBB.m``,
``splitSeqTRE.m``). That code counts pixels from 1, on which its rounding and its tests of the truth depend.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from harness.core.regions import Box
from harness.core.sequence import GroundTruth, Sequence

__all__ = ["OMITTED", "SHIFTS", "robustness_views", "segment_starts", "shifted"]

OMITTED = "init_omit"  # the truth's flag: above 0 where OTB lets no segment begin, as the target is occluded
_SEGMENTS = 20
_SHORTEST = 20  # frames a segment
_ORIGIN = np.array([1, 1, 0, 0])

# What a shift does along x and y: it moves the box, pulls its near (-1) or far (1) edges out, or scales it.
_MOVES = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}
_PULLS = {"topLeft": (-1, -1), "topRight": (1, -1), "bottomLeft": (-1, 1), "bottomRight": (1, 1)}
_SCALES = {"scale_8": 0.8, "scale_9": 0.9, "scale_11": 1.1, "scale_12": 1.2}
SHIFTS = (*_MOVES, *_PULLS, *_SCALES)


def shifted(box: Box, shift: str, size: tuple[int, int]) -> Box:
    """A box moved by a tenth, grown by a tenth at a corner, or scaled, as `shift` (of SHIFTS) says.

    A move is rounded up to whole pixels, all else to the nearest (halves away from zero). What then begins left of
    or above the image begins at its edge, no narrower, and what ends past its `size` (width, height) is cut.

    >>> shifted(Box(305, 4, 95, 65), "topLeft", (704, 400)), shifted(Box(305, 4, 95, 65), "up", (704, 400))
    (Box(x=296.0, y=0.0, w=104.0, h=72.0), Box(x=305.0, y=0.0, w=95.0, h=65.0))
    """
    corner, extent = np.array(box.xywh[:2]) + 1, np.array(box.xywh[2:])
    if shift in _MOVES:
        corner = corner + _MOVES[shift] * np.ceil(0.1 * extent)
    elif shift in _PULLS:
        side, tenth, end = np.array(_PULLS[shift]), 0.1 * extent, corner + extent - 1
        end = np.where(side > 0, _rounded(end + tenth), end)
        corner = np.where(side < 0, _rounded(corner - tenth), corner)
        extent = end - corner + 1
    else:
        scaled = _SCALES[shift] * extent
        corner, extent = _rounded(corner + extent / 2 - scaled / 2), _rounded(scaled)
    corner = np.maximum(corner, 1)
    extent = np.minimum(extent, np.array(size) - corner + 1)
    return Box(*(corner - 1).tolist(), *extent.tolist())


def segment_starts(truth: GroundTruth) -> list[int]:
    """The frames in which segments begin, each of which ends with the sequence.

    Twenty, spread evenly over the frames up to the twentieth from the end in which the target is neither absent nor
    OMITTED, nor its box partly left of or above the image. Where there are fewer than 20 such frames, some begin two,
    and where there is none, as in a sequence of 19, the whole sequence is the one segment.

    >>> from harness.core.regions import Regions
    >>> segment_starts(GroundTruth.visible(Regions(np.ones((60, 4)))))
    [0, 2, 4, 6, 8, 10, 12, 15, 17, 19, 21, 23, 25, 28, 30, 32, 34, 36, 38, 40]
    """
    good = (truth.regions.boxes + _ORIGIN > 0).all(1) & ~truth.absent
    if OMITTED in truth.flags:
        good &= truth.flags[OMITTED] <= 0
    frames = np.flatnonzero(good[: max(len(truth) - _SHORTEST + 1, 0)])
    steps, count = _SEGMENTS - 1, len(frames)
    if not count:
        return [0]
    picks = [step * count // steps for step in range(steps) if step * count <= steps * (count - 1)]
    return [int(frames[pick]) for pick in (*picks, count - 1)]


def robustness_views(protocol: str, sequence: Sequence) -> list[Sequence]:
    """What the trials of `sre` or `tre` are scored against: the sequence once a shift, or its segments."""
    if protocol == "sre":
        return [sequence] * len(SHIFTS)
    return [sequence.window(start, len(sequence)) for start in segment_starts(sequence.truth)]


def _rounded(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """To whole numbers as MATLAB does, halves away from zero."""
    return np.asarray(np.copysign(np.floor(np.abs(values) + 0.5), values))
