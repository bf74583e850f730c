"""The rules of toolkits that score other people's benchmarks, each in its own way.

They differ from the benchmarks' own rules, and from each other, by up to several points: these are for
comparing with a table somebody printed with that toolkit.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from harness.core.overlap import box_overlap, center_error, normalized_center_error, relative_center_error
from harness.metrics.one_pass import lengths, steps, validity
from harness.metrics.one_pass.official import CENTS, GOT10K, PIXELS, TWENTIETHS, stable_overlap
from harness.metrics.one_pass.rule import ByBenchmark, Measure, OnePassRule
from harness.metrics.ragged import Float

__all__ = ["GOT10K_TOOLKIT", "PYSOT", "PYSOT_TOOLKIT", "PYTRACKING", "STARK"]

# torch.arange(0, 1.05, 0.05) is MATLAB's 0:0.05:1 but for two last bits.
_TORCH = {13: 0.6500000000000001, 15: 0.7500000000000001}
_TORCH_TWENTIETHS = tuple(_TORCH.get(i, threshold) for i, threshold in enumerate(TWENTIETHS))


def _by_benchmark(otb: OnePassRule, rules: Mapping[str, OnePassRule]) -> ByBenchmark:
    """A toolkit whose rule on OTB, and on what is scored like it, is `otb`; origins are those of the files."""
    as_otb = {"otb": otb, "uav123": otb, "lasot": otb, "trackingnet": replace(otb, origin=0), "synthetic": otb}
    return ByBenchmark(otb.name, otb.version, otb.source, otb.summary, {**as_otb, **rules})


# pysot


def _bounded_overlap(answers: Float, truth: Float) -> Float:
    return np.clip(box_overlap(answers, truth), 0, 1)


def _by_tiny_more(answers: Float, truth: Float) -> Float:
    return normalized_center_error(answers, truth, 1e-16)


_pysot_toolkit = OnePassRule(
    name="compat.pysot-toolkit",
    version=1,
    source="StrangerZhang/pysot-toolkit: utils/statistics.py, evaluation/ope_benchmark.py",
    summary="The tracker's own first row, no repair; a frame is valid for success where x, y, w, h of its truth\n"
    "are above zero, for precision where its centre is. LaSOT's absent frames stay in the denominator.",
    metrics=("auc", "precision", "normalized_precision"),
    fit=lengths.same_length,
    success=Measure(_bounded_overlap, TWENTIETHS, ">", validity.positive, -1),
    precision=Measure(center_error, PIXELS, "<=", validity.center_positive, -1),
    normalized_precision=Measure(_by_tiny_more, CENTS, "<=", validity.normalized_center_positive, -1),
    origin=1,
    steps=(steps.void_where_any_nan,),
)


def _pysot(otb: OnePassRule) -> ByBenchmark:
    return _by_benchmark(otb, {"lasot": replace(otb, absent_misses=True)})


PYSOT_TOOLKIT = _pysot(_pysot_toolkit)
PYSOT = _pysot(
    replace(
        _pysot_toolkit,
        name="compat.pysot",
        source="STVIR/pysot: toolkit/utils/statistics.py, toolkit/evaluation/ope_benchmark.py",
        summary="As compat.pysot-toolkit, but a frame is valid for success where w and h of its truth are above zero,\n"
        "wherever the box lies.",
        success=replace(_pysot_toolkit.success, valid=validity.sized),
    )
)

# pytracking: its float32 curves are float64 here, equal to 3e-8


def _pytracking(otb: OnePassRule) -> ByBenchmark:
    # Invalid truth: the overlap fails, the normalised error hits, and the error fails, but hits on UAV123.
    assert otb.precision is not None
    uav = replace(otb, precision=replace(otb.precision, invalid=-1))
    return _by_benchmark(otb, {"uav123": uav, "lasot": replace(otb, fit=lengths.pytracking_lasot, absent_misses=True)})


_pytracking_otb = OnePassRule(
    name="compat.pytracking",
    version=1,
    source="visionml/pytracking: analysis/extract_results.py, analysis/plot_results.py",
    summary="As the benchmarks' own, but invalid truth fails in precision too (not on UAV123), NaN or a negative\n"
    "size is refused, and a short result is padded with zeros (refused on LaSOT).",
    metrics=("auc", "op50", "op75", "precision", "normalized_precision"),
    fit=lengths.pytracking,
    success=Measure(box_overlap, _TORCH_TWENTIETHS, ">", validity.positive, -1),
    precision=Measure(center_error, PIXELS, "<=", validity.positive, math.inf),
    normalized_precision=Measure(normalized_center_error, CENTS, "<=", validity.positive, -1),
    origin=1,
    steps=(steps.begin_at_truth,),
)
PYTRACKING = _pytracking(_pytracking_otb)
STARK = _pytracking(
    replace(
        _pytracking_otb,
        name="compat.stark",
        source="researchmm/Stark: lib/test/analysis/extract_results.py; OSTrack, MixFormer, SeqTrack descend from it",
        summary="As compat.pytracking, but a frame is valid where w and h of its truth are above zero, wherever\n"
        "the box lies.",
        success=replace(_pytracking_otb.success, valid=validity.sized),
        precision=Measure(center_error, PIXELS, "<=", validity.sized, math.inf),
        normalized_precision=Measure(normalized_center_error, CENTS, "<=", validity.sized, -1),
    )
)

# got10k


def _by_a_pixel_at_least(answers: Float, truth: Float) -> Float:
    return relative_center_error(answers, truth, least=1)


_got10k_otb = OnePassRule(
    name="compat.got10k-toolkit",
    version=1,
    source="got-10k/toolkit 956e728: experiments/otb.py, uav123.py, lasot.py, trackingnet.py, utils/metrics.py",
    summary="All truth is valid, but NaN in the truth of UAV123 and LaSOT is left out; absent frames count as others.\n"
    "NP is an area; the longer of result and truth is cut. On GOT-10k as got10k.official.",
    metrics=("auc", "op50", "precision"),
    fit=lengths.cut_to_shorter,
    success=Measure(stable_overlap, TWENTIETHS, ">"),
    precision=Measure(center_error, PIXELS, "<="),
    origin=1,
    steps=(steps.void_where_any_nan, steps.begin_at_truth),
)
_got10k_uav = replace(_got10k_otb, keep=validity.without_nan)
_got10k_own = replace(
    GOT10K, name=_got10k_otb.name, source=_got10k_otb.source, summary=_got10k_otb.summary, metrics=("ao", "sr50")
)
_got10k_lasot = replace(
    _got10k_uav,
    metrics=("auc", "op50", "precision", "normalized_precision_auc"),
    normalized_precision=Measure(_by_a_pixel_at_least, tuple(np.linspace(0, 0.5, 51).tolist()), "<="),
)
GOT10K_TOOLKIT = _by_benchmark(_got10k_otb, {"uav123": _got10k_uav, "lasot": _got10k_lasot, "got10k": _got10k_own})
