"""VOT's rules: what differs between the official codes, as data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from harness.core.raster.overlaps import Rasteriser
from harness.metrics.ragged import Float, Int
from harness.metrics.rule import Rule
from harness.metrics.vot.supervised import (
    Cut,
    cut_at_failures,
    cut_at_restarts,
    cut_at_restarts_late,
    failures_per_frame,
    failures_per_sequence,
    mean_over_frames,
    mean_over_runs,
)

__all__ = [
    "VOT2016",
    "VOT2018",
    "VOT2019",
    "VOT2019_PYSOT",
    "VOT2019_TOOLKIT_LEGACY",
    "VOT2019_TOOLKIT_LEGACY_RASTER",
    "VOT2019_VOT_TOOLKIT",
    "VOT2020",
    "VOT_UNSUPERVISED",
    "MultiStartRule",
    "SupervisedRule",
    "UnsupervisedRule",
]


@dataclass(frozen=True, slots=True)
class SupervisedRule(Rule):
    """How runs that begin again `skip` frames after each failure become numbers.

    `source` is the code a rule follows, `summary` what a reader of a table should know of it. Then:

    * the `rasteriser` turns regions into pixels, of the image; for accuracy it is `margin` pixels larger;
    * `accuracy` means the overlaps ``(R, N)`` of a sequence without codes and the first `burn_in` frames of
      each track, and says how the sequence weighs;
    * `robustness` makes one number of each sequence's failures and frames, and failures a frame;
    * `cut` makes fragments of a run, given its codes, `skip` and the number of repetitions;
    * the expected overlap is known as far as the longest sequence or fragment is long (`reach`), and EAO is
      its mean over the lengths of `interval`, both ends included; lengths include the start (`counts_start`) or not;
    * reliability, the AR plot's other axis, is ``exp(-sensitivity * failures a frame)``.
    """

    rasteriser: Rasteriser
    margin: int
    accuracy: Callable[[Float], tuple[float, float]]
    robustness: Callable[[Float, Int], tuple[float, float]]
    cut: Callable[[Int, int, int], list[Cut]]
    reach: Literal["sequence", "fragment"]
    counts_start: bool
    interval: tuple[int, int]
    burn_in: int = 10
    skip: int = 5
    sensitivity: float = 30


@dataclass(frozen=True, slots=True)
class MultiStartRule(Rule):
    """How runs from anchors become numbers.

    A run fails at the first of `grace` frames in a row whose overlap does not exceed `threshold`. EAO is the
    mean of the expected overlap after `interval` frames, from the first to the last but one, as vot-toolkit's
    array of 755 values has it.
    """

    rasteriser: Rasteriser
    threshold: float
    grace: int
    interval: tuple[int, int]


@dataclass(frozen=True, slots=True)
class UnsupervisedRule(Rule):
    """How runs without resets become one number: mean overlap after the first `burn_in` frames."""

    rasteriser: Rasteriser
    burn_in: int


VOT2019_PYSOT = SupervisedRule(
    name="vot2019.pysot",
    version=1,
    source="STVIR/pysot toolkit: region.pyx, region.c, ar_benchmark.py, eao_benchmark.py",
    summary="EAO over sequences of 46 to 291 frames; robustness is failures in a hundred frames.\n"
    "Corners are rounded to pixels and a box is a pixel wider than in VOT's own toolkits.",
    rasteriser="pysot",
    margin=1,
    accuracy=mean_over_frames,
    robustness=failures_per_frame,
    cut=cut_at_restarts_late,
    reach="sequence",
    counts_start=True,
    interval=(46, 291),
)
_AS_PAPERS = "The rule by which papers' results come out: pysot's."
VOT2019 = replace(
    VOT2019_PYSOT,
    name="vot2019.official",
    summary=f"EAO over sequences of 46 to 291 frames; robustness is failures in a hundred frames.\n{_AS_PAPERS}",
)
VOT2018 = replace(
    VOT2019,
    name="vot2018.official",
    summary=f"EAO over sequences of 100 to 356 frames; robustness is failures in a hundred frames.\n{_AS_PAPERS}",
    interval=(100, 356),
)
VOT2016 = replace(
    VOT2019,
    name="vot2016.official",
    summary=f"EAO over sequences of 108 to 371 frames; robustness is failures in a hundred frames.\n{_AS_PAPERS}",
    interval=(108, 371),
)
VOT2019_TOOLKIT_LEGACY = replace(
    VOT2019_PYSOT,
    name="vot2019.toolkit-legacy",
    source="votchallenge/toolkit-legacy 7.0.2: region.c (legacy rasterization), estimate_expected_overlap.m",
    summary="EAO over sequences of 46 to 291 frames; robustness is failures in a hundred frames.\n"
    "VOT's MATLAB toolkit as it comes: corners are not rounded, right and bottom edges stay open.",
    rasteriser="toolkit-legacy",
    cut=cut_at_restarts,
)
VOT2019_TOOLKIT_LEGACY_RASTER = replace(
    VOT2019_TOOLKIT_LEGACY,
    name="vot2019.toolkit-legacy-raster",
    source="votchallenge/toolkit-legacy 7.0.2: region.c (default rasterization), estimate_expected_overlap.m",
    summary="EAO over sequences of 46 to 291 frames; robustness is failures in a hundred frames.\n"
    "VOT's MATLAB toolkit with TraX's newer rasterisation: corners are rounded to pixels.",
    rasteriser="toolkit-legacy-raster",
)
VOT2019_VOT_TOOLKIT = SupervisedRule(
    name="vot2019.vot-toolkit",
    version=1,
    source="votchallenge/toolkit 0.9.0: region/raster.py, analysis/supervised.py",
    summary="EAO over 46 to 291 frames after the start; robustness is failures a sequence, by length.\n"
    "VOT's Python toolkit: a fragment ends at the failure, and all fragments weigh the same.",
    rasteriser="vot-toolkit",
    margin=0,
    accuracy=mean_over_runs,
    robustness=failures_per_sequence,
    cut=cut_at_failures,
    reach="fragment",
    counts_start=False,
    interval=(46, 291),
)
VOT2020 = MultiStartRule(
    name="vot2020.official",
    version=1,
    source="votchallenge/toolkit 0.9.0: region/raster.py, analysis/multistart.py",
    summary="EAO over 115 to 755 frames after the start; robustness is the share of frames tracked.\n"
    "A run has failed after ten frames in a row with an overlap of 0.1 or less.",
    rasteriser="vot-toolkit",
    threshold=0.1,
    grace=10,
    interval=(115, 755),
)
VOT_UNSUPERVISED = UnsupervisedRule(
    name="vot.unsupervised",
    version=1,
    source="votchallenge/toolkit 0.9.0: region/raster.py, analysis/accuracy.py with VOT2020's burn-in of 1",
    summary="Average overlap of a run without resets, in pixels; sequences weigh as they are long.\n"
    "The first frame does not count, nor does one that the tracker left without an answer.",
    rasteriser="vot-toolkit",
    burn_in=1,
)
