"""The rules of the benchmarks themselves, one for each."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from harness.core.overlap import box_overlap, center_error, normalized_center_error, relative_center_error
from harness.metrics.curves import unit_area
from harness.metrics.one_pass import lengths, steps, validity
from harness.metrics.one_pass.rule import Measure, OnePassRule
from harness.metrics.ragged import Float

__all__ = [
    "CENTS",
    "GOT10K",
    "LASOT",
    "OTB",
    "PIXELS",
    "SYNTHETIC",
    "TRACKINGNET",
    "TWENTIETHS",
    "UAV123",
    "stable_overlap",
]

TWENTIETHS = tuple(np.linspace(0, 1, 21).tolist())  # MATLAB's 0:0.05:1 to the bit; k / 20 is not
PIXELS = tuple(np.arange(51.0).tolist())
CENTS = tuple((np.arange(51) / 100).tolist())  # (0:50)/100; linspace(0, 0.5, 51) differs at 35, 41 and 47


def stable_overlap(answers: Float, truth: Float) -> Float:
    """got10k's: the epsilon in its union makes nothing and nothing overlap by 0, not NaN.

    >>> stable_overlap(np.zeros((1, 4)), np.zeros((1, 4)))
    array([0.])
    """
    return np.clip(box_overlap(answers, truth, np.finfo(float).eps), 0, 1)


OTB = OnePassRule(
    name="otb.official",
    version=1,
    source="OTB tracker_benchmark: calcSeqErrRobust.m, calcRectInt.m, genPerfMat.m, plotDrawSave.m",
    summary="Success > 21 thresholds, mean of them; precision <= 20 pixels; mean over sequences.\n"
    "The first frame counts and is the truth; invalid truth fails in success and hits in precision.",
    metrics=("auc", "op50", "op75", "precision"),
    fit=lengths.same_length_where_valid,
    # Of frames without valid truth, the overlap fails and the error hits at every threshold.
    success=Measure(box_overlap, TWENTIETHS, ">", validity.positive, -1),
    precision=Measure(center_error, PIXELS, "<=", validity.positive, -1),
    origin=1,
    steps=(steps.hold_where_all_nan, steps.begin_at_truth),
    epsilon=float(np.finfo(float).eps),
    drops_zero=True,
)

SYNTHETIC = replace(OTB, name="synthetic.official", source="otb.official, on the synthetic set")

UAV123 = replace(
    OTB,
    name="uav123.official",
    source="UAV123's benchmark: OTB tracker_benchmark, unchanged",
    summary="As otb.official. A frame without truth (NaN: the target is out of view) stays in the\n"
    "denominator, fails in success and hits in precision, whatever the tracker answers.",
)

LASOT = replace(
    OTB,
    name="lasot.official",
    source="LaSOT_Evaluation_Toolkit: eval_tracker.m, calc_seq_err_robust.m, calc_rect_int.m, plot_draw_save.m",
    summary="As otb.official, with normalised precision <= 0.20 of the target's size.\n"
    "Frames whose target is absent pass nothing, but stay in the denominator.",
    metrics=("auc", "op50", "op75", "precision", "normalized_precision"),
    fit=lengths.cut,
    normalized_precision=Measure(normalized_center_error, CENTS, "<=", validity.positive, -1),
    steps=(steps.hold_where_any_nan, steps.begin_at_truth),
    absent_misses=True,
)

GOT10K = OnePassRule(
    name="got10k.official",
    version=1,
    source="got-10k/toolkit 956e728: experiments/got10k.py, utils/metrics.py; SR75 and mAO as its paper defines them",
    summary="Mean overlap and success rates over the frames of all sequences and repetitions together.\n"
    "The first frame and covered ones (cover 0) are left out; boxes are clipped to the image.",
    metrics=("ao", "sr50", "sr75", "mao", "msr50", "msr75"),
    fit=lengths.same_length,
    success=Measure(stable_overlap, tuple(np.linspace(0, 1, 101).tolist()), ">"),
    steps=(steps.void_where_any_nan, steps.clip_to_image),
    skips_first=True,
    skips_covered=True,
    pools=True,
)

TRACKINGNET = OnePassRule(
    name="trackingnet.official",
    version=1,
    source="TrackingNet-devkit metrics.py, the code of its server",
    summary="Boxes rounded to whole pixels; success >= 21 thresholds; mean over sequences.\n"
    "All three scores are areas by trapezoids, P over 0 to 50 pixels and NP over 0 to 0.5.",
    metrics=("auc", "precision_auc", "normalized_precision_auc"),
    fit=lengths.cut_or_pad_with_nan,
    success=Measure(box_overlap, TWENTIETHS, ">="),
    precision=Measure(center_error, tuple(np.linspace(0, 50, 21).tolist()), "<="),
    normalized_precision=Measure(relative_center_error, tuple(np.linspace(0, 0.5, 21).tolist()), "<="),
    steps=(steps.round_to_pixels, steps.begin_at_truth),
    area=unit_area,
)
