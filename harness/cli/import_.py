"""harness import: other toolkits' raw results into the store; what was decided about them is said."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from harness import settings
from harness.catalog import DATASETS, open_dataset
from harness.core.printable import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.interop.finding import Refused
    from harness.interop.importing import ImportReport

_SHOWN = 10  # trials whose oddities are listed, unless --verbose


def add_arguments(parser: argparse.ArgumentParser) -> None:
    from harness.interop.registered import FORMATS

    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a folder, zip or file; several trackers'")
    parser.add_argument(
        "--from", dest="layout", choices=["auto", *FORMATS], default="auto", help="whose layout (default: found out)"
    )
    dataset = parser.add_argument("--dataset", required=True, metavar="NAME[:SPLIT]", help="what these are results on")
    dataset.completer = lambda **_: list(DATASETS)  # type: ignore[attr-defined]
    parser.add_argument("--tracker", metavar="LABEL", help="the label of a single one (default: its folder's name)")
    parser.add_argument("--order", choices=["xywh", "xyxy", "corners"], help="of a box's numbers (default: found out)")
    parser.add_argument("--first", type=int, choices=[0, 1], help="number of the leftmost column (default: found out)")
    parser.add_argument("--allow-extra", action="store_true", help="leave out what is no sequence of the dataset")


def execute(options: argparse.Namespace) -> int:
    from harness.execution.provenance import invocation
    from harness.interop.arrivals import Benchmark, Reading
    from harness.interop.finding import Refused, find_trackers
    from harness.interop.importing import import_all
    from harness.store.results import ResultStore

    dataset = open_dataset(options.dataset, options.root)
    found, refused = find_trackers(options.paths, None if options.layout == "auto" else options.layout, options.tracker)
    reading = Reading(options.order, options.first, options.allow_extra)
    store = ResultStore(settings.folder("results", options.results), flushing=False)
    root = dataset.root and str(Path(dataset.root).resolve())
    call = {**invocation(), "root": root, "left_out": dataset.missing}
    results: list[ImportReport | Refused] = []
    made = _counted(import_all(found, Benchmark(dataset), reading, store, call), len(found), options.quiet)
    for one in chain(refused, made):
        results.append(one)
        if isinstance(one, Refused):
            print(f"harness import: {one.reason}", file=sys.stderr)
        elif not options.quiet and not options.json:
            print("\n".join(_lines(one, options.verbose)))
    if options.json:
        print(json.dumps([dataclasses.asdict(one) for one in sorted(results, key=lambda one: one.label)], indent=1))
    return 1 if any(isinstance(one, Refused) or one.failed for one in results) else 0


def _counted(results: Iterator[ImportReport | Refused], total: int, quiet: bool) -> Iterator[ImportReport | Refused]:
    """The results as they come, with a bar on a terminal."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=quiet or not console.is_terminal) as bar:
        yield from bar.track(results, total=total, description="trackers")


def _lines(report: ImportReport, every: bool) -> Iterator[str]:
    """What to tell of one tracker."""
    counts = [f"{report.made} results stored"] if report.made or not report.found else []
    counts += [f"{report.found} there before"] if report.found else []
    counts += [f"{report.failed} failed"] if report.failed else []
    where = " and ".join(f"{run.dataset}/{run.protocol}" for run in report.runs)
    yield f"{report.label} ({report.format}) in {where}: {', '.join(counts)}"
    yield from (f"  {one_line(line)}" for line in report.decisions)
    shown = list(report.remarks.items())[: None if every else _SHOWN]
    yield from (f"  {trial}: {one_line('; '.join(notes))}" for trial, notes in shown)
    if len(shown) < len(report.remarks):
        yield f"  and {len(report.remarks) - len(shown)} more with remarks (--verbose lists them)"
