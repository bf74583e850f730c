"""Stored results scored twice: by a rule of ours, and by the official package that the rule follows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from typing import Any, TypeAlias

import pandas as pd

from harness.core.anchors import with_anchors
from harness.core.errors import EvaluationError, UsageError
from harness.core.raster.packing import PackedRegions
from harness.core.regions import Regions
from harness.core.sequence import Sequence
from harness.interop.verification.compared import Compared, Verification
from harness.interop.verification.got10k_toolkit import got10k_scores, otb_scores
from harness.interop.verification.vot_toolkit import rounded, stack_scores
from harness.metrics.evaluate import evaluate
from harness.metrics.one_pass.compat import GOT10K_TOOLKIT
from harness.metrics.rule import Rule
from harness.metrics.scores import ScoreTable
from harness.metrics.vot.evaluate import evaluate_multi_start, evaluate_supervised
from harness.metrics.vot.rules import VOT2019_VOT_TOOLKIT, VOT2020, VOT_UNSUPERVISED
from harness.metrics.vot.supervised import codes, settled
from harness.metrics.vot.unsupervised import evaluate_unsupervised

__all__ = ["Oracle", "oracle", "verify"]

Truths: TypeAlias = Mapping[str, Sequence]
Results: TypeAlias = Mapping[str, Any]  # by sequence, what `Oracle.ours` takes of one

_SINGLE = "coordinates are in single precision, as the toolkit keeps them, in both columns"


@dataclass(frozen=True, slots=True, eq=False)
class Oracle:
    """An official `package`, and our `rule` that follows it.

    `ours` is the evaluation by that rule, and `theirs` gives the package's own number for each of our metrics, None
    where it divides by zero. `unlike` says why the two count a sequence differently, if they do; `prepare` makes of
    truths and results what both are given. `tolerances` are those of metrics computed in single precision.
    """

    package: str
    extra: str
    rule: Rule
    ours: Callable[..., ScoreTable]
    theirs: Callable[[Truths, Results], Mapping[str, float | None]]
    unlike: Callable[[Any, Sequence], str | None] = lambda *_: None
    prepare: Callable[[Truths, Results], tuple[Truths, Results]] = lambda truths, results: (truths, results)
    tolerances: Mapping[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def version(self) -> str:
        """The package's name and version. Raises UsageError, naming the extra, where it is not installed."""
        try:
            return f"{self.package} {version(self.package)}"
        except PackageNotFoundError:
            raise UsageError(f"{self.package} is not installed: pip install 'harness[{self.extra}]'") from None


def verify(
    tracker: str, results: Results, truths: Truths, oracle: Oracle, *, dataset: str, protocol: str, expected: int
) -> Verification:
    """One tracker's results beside the package's numbers of them.

    `results` gives by sequence name what `oracle.ours` takes, or why there is nothing. Sequences that cannot be
    scored, or that the two count differently, are left out of both columns. Raises UsageError where the package is
    not installed, EvaluationError where no sequence is left.
    """
    package = oracle.version
    left_out = {name: str(result) for name, result in results.items() if isinstance(result, (str, Exception))}
    found: Results = {name: result for name, result in results.items() if name not in left_out}
    left_out |= _apart(found, truths, oracle)
    truths, found = oracle.prepare(truths, {name: result for name, result in found.items() if name not in left_out})
    place = {"dataset": dataset, "protocol": protocol, "expected": expected}
    table = oracle.ours({tracker: found}, {name: truths[name] for name in found}, oracle.rule, **place)
    scored = list(table.per_sequence.index.get_level_values("sequence"))
    left_out |= {gap.sequence: gap.reason for gap in table.gaps if gap.sequence and gap.sequence not in scored}
    if not scored:
        first = next((f", as {name}: {reason}" for name, reason in left_out.items()), "")
        raise EvaluationError(f"{tracker} on {dataset}, {protocol}: no sequence can be compared{first}")
    compared: tuple[Compared, ...] = ()
    failure, notes = None, oracle.notes
    try:
        theirs = oracle.theirs({name: truths[name] for name in scored}, {name: found[name] for name in scored})
        compared = _compared(table.scores.loc[tracker], theirs, oracle.tolerances)
        notes += tuple(f"{package} divides by zero for {name}" for name, value in theirs.items() if value is None)
    except Exception as error:  # a stranger's code: whatever it dies of, it gives no number
        failure = f"{type(error).__name__}: {error}"
    sizes = len(scored), expected
    return Verification(
        tracker, dataset, protocol, oracle.rule.label, package, *sizes, compared, left_out, notes, failure
    )


def _apart(results: Results, truths: Truths, oracle: Oracle) -> dict[str, str]:
    """Why the two cannot be given a sequence, or count it differently, by its name."""
    reasons: dict[str, str | None] = {}
    for name, result in results.items():
        try:
            reasons[name] = oracle.unlike(result, truths[name]) if name in truths else "no truth at hand"
        except EvaluationError as error:
            reasons[name] = str(error)
    return {name: reason for name, reason in reasons.items() if reason}


def _compared(
    ours: pd.Series, theirs: Mapping[str, float | None], tolerances: Mapping[str, float]
) -> tuple[Compared, ...]:
    rows = [Compared(name, float(ours[name]), float(value)) for name, value in theirs.items() if value is not None]
    return tuple(replace(row, tolerance=tolerances.get(row.metric, row.tolerance)) for row in rows)


def oracle(benchmark: str, protocol: str) -> Oracle:
    """The package that scores a benchmark's results of a protocol. Raises UsageError where there is none."""
    found = _ONE_PASS.get(benchmark) if protocol == "one_pass" else _VOT.get(protocol)
    if found is None:
        raise UsageError(
            f"no official package scores {protocol} results of {benchmark}: got10k does of "
            f"{', '.join(_ONE_PASS)} in one_pass, vot-toolkit those of {', '.join(_VOT)}"
        )
    return found


def _other_length(boxes: Any, sequence: Sequence) -> str | None:
    rows, frames = len(boxes), len(sequence)
    return None if rows == frames else f"{rows} rows of result for {frames} frames: got10k refuses it"


def _burnt(runs: list[Regions], _: Sequence) -> str | None:
    rule = VOT2019_VOT_TOOLKIT
    if all(settled(codes(run, PackedRegions.pack(run), rule.skip), rule.burn_in).any() for run in runs):
        return None
    return "a run has no frame after the burn-in: vot-toolkit takes its accuracy for 0, we leave it out"


def _in_single_precision(truths: Truths, results: Results) -> tuple[Truths, Results]:
    """Truths with anchors, and results, as vot-toolkit reads them."""
    read = {name: with_anchors(one.truth) for name, one in truths.items() if name in results}
    return (
        {name: replace(truths[name], truth=replace(one, regions=rounded(one.regions))) for name, one in read.items()},
        {name: _each(rounded, runs) for name, runs in results.items()},
    )


def _each(change: Callable[[Regions], Regions], runs: Any) -> Any:
    if isinstance(runs, Mapping):
        return {anchor: change(run) for anchor, run in runs.items()}
    return [change(run) for run in runs]


def _stack(
    stack: str, experiment: str, metrics: Mapping[str, str], truths: Truths, results: Results
) -> dict[str, float | None]:
    """A stack's measures by our names; `metrics` are its abbreviations by these."""
    runs = {
        name: {f"_{anchor:08d}": run for anchor, run in found.items()}
        if isinstance(found, Mapping)
        else {f"_{number:03d}": run for number, run in enumerate(found, 1)}
        for name, found in results.items()
    }
    measured = stack_scores(stack, experiment, truths, runs)
    return {ours: measured[theirs] for ours, theirs in metrics.items()}


_ARE = {"accuracy": "A", "robustness": "R", "eao": "EAO"}
_SUPERVISED = Oracle(
    package="vot-toolkit",
    extra="vot",
    rule=VOT2019_VOT_TOOLKIT,
    ours=evaluate_supervised,
    theirs=partial(_stack, "vot2019/shortterm", "baseline", _ARE),
    unlike=_burnt,
    prepare=_in_single_precision,
    tolerances={"eao": 1e-6},
    notes=("not vot2019.official, which is pysot's rule, as papers print it", _SINGLE, "so is the toolkit's EAO"),
)
_VOT = {
    "supervised": _SUPERVISED,
    "realtime": replace(_SUPERVISED, theirs=partial(_stack, "vot2019/shortterm", "realtime", _ARE)),
    "unsupervised": Oracle(
        package="vot-toolkit",
        extra="vot",
        rule=VOT_UNSUPERVISED,
        ours=evaluate_unsupervised,
        theirs=partial(_stack, "vot2020/shortterm", "unsupervised", {"ao": "accuracy"}),
        prepare=_in_single_precision,
        notes=(_SINGLE,),
    ),
    "multi_start": Oracle(
        package="vot-toolkit",
        extra="vot",
        rule=VOT2020,
        ours=evaluate_multi_start,
        theirs=partial(_stack, "vot2020/shortterm", "baseline", _ARE),
        prepare=_in_single_precision,
        notes=(_SINGLE,),
    ),
}
_OTB = Oracle(
    package="got10k",
    extra="got10k",
    rule=GOT10K_TOOLKIT.on("otb"),
    ours=evaluate,
    theirs=otb_scores,
    unlike=_other_length,
    notes=("not otb.official: to got10k all truth is valid, and it repairs no answer",),
)
_ONE_PASS = {
    "otb": _OTB,
    "synthetic": _OTB,
    "got10k": Oracle(
        package="got10k",
        extra="got10k",
        rule=GOT10K_TOOLKIT.on("got10k"),
        ours=evaluate,
        theirs=got10k_scores,
        unlike=_other_length,
        notes=("SR at 0.75 and the means over classes are its server's",),
    ),
}
