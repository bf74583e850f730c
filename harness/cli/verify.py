"""harness verify: our numbers beside those of the official packages, on the same stored results."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from itertools import groupby
from typing import TYPE_CHECKING, Any

from harness import settings
from harness.catalog import scored_as
from harness.cli.names import add_names, joined
from harness.cli.stored import dataset_of, stored_runs
from harness.core.errors import DamagedResult, EvaluationError, HarnessError, UsageError

if TYPE_CHECKING:
    from harness.core.record import RunKey, RunRecord, TrialKey
    from harness.interop.verification.compared import Compared, Verification
    from harness.interop.verification.verify import Oracle
    from harness.store.results import ResultStore


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_names(parser, "--dataset", metavar="NAME[:SPLIT]", help="default: every one there are results of")
    add_names(parser, "--tracker", metavar="LABEL", help="default: every one there are results of")


def execute(options: argparse.Namespace) -> int:
    from harness.interop.verification.verify import oracle
    from harness.store.results import ResultStore

    store = ResultStore(settings.folder("results", options.results))
    done: list[Verification] = []
    refused: list[HarnessError] = []
    beyond: list[str] = []
    for run in stored_runs(store, joined(options.dataset), joined(options.tracker)):
        try:
            official = oracle(scored_as(run.dataset), run.protocol)
        except UsageError as error:
            beyond.append(str(error))
            continue
        try:
            done.append(_verify(store, run, official, options.root))
        except EvaluationError as error:
            beyond.append(str(error))
        except HarnessError as error:
            refused.append(error)
    for line in dict.fromkeys([*beyond, *map(str, refused)]):
        print(f"harness verify: {line}", file=sys.stderr)
    if not done:
        raise EvaluationError("nothing was verified")
    if options.json:
        print(json.dumps([_document(one) for one in done], indent=1))
    else:
        _print(done, options.quiet)
    return 1 if refused or not all(one.agrees for one in done) or (options.dataset and beyond) else 0


def _verify(store: ResultStore, run: RunKey, official: Oracle, root: str | None) -> Verification:
    from harness.interop.verification.verify import verify
    from harness.reporting.stored import Copy, Stored

    copy = Copy.of(dataset_of(store, run, root))
    stored = Stored(store, run, copy)
    results: Mapping[str, Any]
    if run.protocol == "one_pass":
        results = {name: _boxes(store, *trials[0]) for name, trials in stored.trials.items()} | stored.reasons
    else:
        results = stored.anchors() if run.protocol == "multi_start" else stored.repetitions()
    place = {"dataset": run.dataset, "protocol": run.protocol}
    return verify(run.label, results, copy.truths, official, **place, expected=len(copy.dataset.expected))


def _boxes(store: ResultStore, key: TrialKey, record: RunRecord) -> Any:
    """What one pass answered, or why it cannot be read."""
    try:
        return store.regions(key, record).boxes
    except DamagedResult as error:
        return error


def _document(one: Verification) -> dict[str, Any]:
    rows = [{**asdict(row), "difference": row.difference, "same": row.same} for row in one.compared]
    return {**asdict(one), "compared": rows, "agrees": one.agrees}


def _print(done: Iterable[Verification], quiet: bool) -> None:
    """A block a dataset and protocol: what is compared, a line a number, and what is to be known of it."""
    for (dataset, protocol), group in groupby(done, lambda one: (one.dataset, one.protocol)):
        members = [one for one in group if not (quiet and one.agrees)]
        if not members:
            continue
        first = members[0]
        print(f"{dataset}, {protocol}: {first.rule} beside {first.package}")
        wide = max(len(one.tracker) for one in members)
        print(f"  {'':{wide}}  {'metric':10}  {'ours':>14}  {'theirs':>14}  {'difference':>10}")
        for one in members:
            print("\n".join(f"  {one.tracker:{wide}}  {line}" for line in _lines(one)))
        for note in dict.fromkeys(note for one in members for note in one.notes):
            print(f"  note: {note}")
        print()


def _lines(one: Verification) -> Iterator[str]:
    if one.failure:
        yield f"not compared: {one.failure}"
    yield from map(_line, one.compared)
    if one.sequences < one.expected:
        yield f"on {one.sequences} of {one.expected} sequences"
    for reason, names in _by_reason(one.left_out).items():
        yield f"without {', '.join(names[:3])}{f' and {len(names) - 3} more' if len(names) > 3 else ''}: {reason}"


def _by_reason(left_out: Mapping[str, str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, reason in left_out.items():
        found.setdefault(reason, []).append(name)
    return found


def _line(row: Compared) -> str:
    verdict = "same" if row.same else f"differs by more than {row.tolerance:g}"
    return f"{row.metric:10}  {row.ours:14.10f}  {row.theirs:14.10f}  {row.difference:10.1e}  {verdict}"
