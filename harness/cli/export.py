"""harness export: stored results in other toolkits' formats."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from harness import settings
from harness.catalog import PROTOCOLS, TRACKERS
from harness.cli.names import add_names, joined
from harness.cli.stored import stored_runs
from harness.core.errors import UsageError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    from harness.interop.registered import FORMATS

    parser.add_argument("--to", required=True, choices=list(FORMATS), help="whose layout")
    parser.add_argument("--dataset", required=True, metavar="NAME[:SPLIT]", help="what they are results on")
    add_names(parser, "--tracker", lambda: TRACKERS, required=True, metavar="LABEL", help="may be repeated")
    parser.add_argument("--protocol", choices=list(PROTOCOLS), help="of these only (default: all that is stored)")
    parser.add_argument("--allow-partial", action="store_true", help="leave failed trials out")
    parser.add_argument("--out", required=True, type=Path, metavar="DIR|FILE.zip", help="a new folder or zip")


def execute(options: argparse.Namespace) -> int:
    from harness.interop.exporting import export_results
    from harness.interop.registered import FORMATS
    from harness.store.results import ResultStore

    store = ResultStore(settings.folder("results", options.results))
    runs = stored_runs(store, [options.dataset], joined(options.tracker))
    chosen = [run for run in runs if options.protocol in (None, run.protocol)]
    if not chosen:
        there = ", ".join(sorted({run.protocol for run in runs}))
        raise UsageError(f"--protocol {options.protocol}: what is stored is {there}")
    count = export_results(store, chosen, FORMATS[options.to], options.out, options.allow_partial)
    if options.json:
        print(json.dumps({"out": str(options.out), "files": count}))
    elif not options.quiet:
        print(f"{count} files in {options.out}")
    return 0
