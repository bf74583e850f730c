"""harness check: is a tracker as good as it was?"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from harness import settings
from harness.catalog import RULES, official_rule, open_dataset
from harness.cli.request import add_request, parse_request
from harness.core.errors import EvaluationError, UsageError

if TYPE_CHECKING:
    from harness.execution.plan import Job
    from harness.metrics.scores import ScoreTable
    from harness.reporting.baseline import Baseline, Measured, Verdict
    from harness.store.results import ResultStore


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--baseline", required=True, metavar="FILE", help="the scores to compare with")
    parser.add_argument("--accept", action="store_true", help="show the difference, then make it the baseline")
    parser.add_argument(
        "--tolerance",
        type=float,
        default=0.002,
        metavar="X",
        help="how far a score may move (default: %(default)s); a sequence's mean overlap five times as far",
    )
    add_request(parser, required=False)


def execute(options: argparse.Namespace) -> int:
    from harness.reporting.baseline import Baseline, read_baseline, verdict, write_baseline
    from harness.store.results import ResultStore

    if not options.tolerance >= 0:
        raise UsageError(f"--tolerance is how far a score may move, at least 0; found {options.tolerance}")
    path, store = Path(options.baseline), ResultStore(settings.folder("results", options.results))
    before = read_baseline(path)
    if before is None and not options.accept:
        raise UsageError(f"no baseline {path}; make the first with --accept --tracker NAME --dataset NAME")
    measured = _run(options, before, store) if options.tracker else _found(options, before, store)
    table = _table(options, store, measured)
    result = verdict(table, before or Baseline.of(table, measured), options.tolerance)
    _show(options, measured, before, result)
    if options.accept:
        write_baseline(path, Baseline.of(table, measured))
    _conclude(options, measured, result)
    return 1 if result.outcome == "worse" and not options.accept else 0


def _run(options: argparse.Namespace, before: Baseline | None, store: ResultStore) -> Measured:
    """Run what is asked for; dataset and sequences are the baseline's where none is given."""
    from harness.cli.progress import listener
    from harness.execution.plan import plan
    from harness.execution.run import run

    request = parse_request(options)
    if before is not None and not request.datasets:
        chosen = request.sequences or request.subset is not None
        sequences = request.sequences if chosen else before.measured.sequences
        request = replace(request, datasets=(before.measured.dataset,), sequences=sequences)
    if (len(request.trackers), len(request.datasets)) != (1, 1):
        raise UsageError("a baseline is of one tracker on one dataset: give one --tracker and one --dataset")
    (job,) = plan(request, store)
    measured = _measured(job)
    _comparable(options, measured, before)
    with listener(quiet=options.quiet, verbose=options.verbose) as told:
        run(request, store, told)
    return measured


def _measured(job: Job) -> Measured:
    from harness.reporting.baseline import Measured

    driven = " and ".join(sorted({each.protocol for each in job.fingerprints.values()}))
    run = job.run
    return Measured(
        run.label, run.dataset, run.protocol, _rule(run.dataset, run.protocol), driven, job.dataset.available
    )


def _found(options: argparse.Namespace, before: Baseline | None, store: ResultStore) -> Measured:
    """What is stored under the baseline's label."""
    from harness.reporting.baseline import stored

    if before is None or options.dataset or options.sequences or options.subset is not None:
        raise UsageError("--dataset, --sequences and --subset say what to run: give --tracker too")
    measured = stored(store, before.measured, _rule(before.measured.dataset, before.measured.protocol))
    _comparable(options, measured, before)
    return measured


def _rule(dataset: str, protocol: str) -> str:
    label: str = RULES.load(official_rule(dataset, protocol)).label
    return label


def _comparable(options: argparse.Namespace, measured: Measured, before: Baseline | None) -> None:
    differences = measured.differences(before.measured) if before else []
    if differences and not options.accept:
        raise UsageError(
            f"{options.baseline} is of something else ({'; '.join(differences)}): compare like with like, or "
            "replace it with --accept"
        )


def _table(options: argparse.Namespace, store: ResultStore, measured: Measured) -> ScoreTable:
    """The scores of these sequences, whatever else is stored of the label."""
    from harness.reporting.collect import Question, collect

    collected = collect(
        store,
        Question((measured.dataset,), (measured.tracker,), allow_partial=True),
        lambda name, recorded: open_dataset(name, options.root, recorded).subset(measured.sequences),
    )
    for table in collected.tables:
        if (table.protocol, table.rule) == (measured.protocol, measured.rule):
            return table
    raise next(iter(collected.refused), EvaluationError(f"nothing was evaluated: no results in {store.root}"))


def _show(options: argparse.Namespace, measured: Measured, before: Baseline | None, result: Verdict) -> None:
    from harness.reporting.baseline import render_verdict

    if _silent(options, result):
        return
    count = len(measured.sequences)
    print(f"{measured.tracker} on {measured.dataset}: {count} sequence{'s' * (count != 1)}, rule {measured.rule}")
    for difference in measured.differences(before.measured) if before else []:
        print(difference)
    print(render_verdict(result, options.tolerance))


def _conclude(options: argparse.Namespace, measured: Measured, result: Verdict) -> None:
    if options.json:
        document = {
            "baseline": options.baseline,
            "outcome": result.outcome,
            "accepted": options.accept,
            "measured": asdict(measured),
            **asdict(result),
        }
        print(json.dumps(document, indent=1))
    elif not _silent(options, result):
        conclusion = "accepted: {} is written" if options.accept else _CONCLUSIONS[result.outcome]
        print(conclusion.format(options.baseline))


def _silent(options: argparse.Namespace, result: Verdict) -> bool:
    return options.json or (options.quiet and result.outcome != "worse")


_CONCLUSIONS = {
    "worse": "worse than {}",
    "same": "as good as {}",
    "better": "better than {}; keep it with --accept",
}
