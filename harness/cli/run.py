"""harness run: trackers over datasets, trajectories on disk."""

from __future__ import annotations

import argparse
import dataclasses
import json
from typing import TYPE_CHECKING

from harness import settings
from harness.cli.request import add_request, parse_request

if TYPE_CHECKING:
    from harness.execution.request import RunRequest
    from harness.store.results import ResultStore


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_request(parser, required=True)
    parser.add_argument("--dry-run", action="store_true", help="say what would be run")


def execute(options: argparse.Namespace) -> int:
    from harness.cli.progress import listener
    from harness.execution.run import run
    from harness.store.results import ResultStore

    request, store = parse_request(options), ResultStore(settings.folder("results", options.results))
    if options.dry_run:
        return _dry_run(request, store, options.json)
    with listener(quiet=options.quiet, verbose=options.verbose) as told:
        summaries = run(request, store, told)
    if options.json:
        print(json.dumps([dataclasses.asdict(summary) for summary in summaries], indent=1))
    return 1 if any(summary.failed for summary in summaries) else 0


def _dry_run(request: RunRequest, store: ResultStore, as_json: bool) -> int:
    from harness.execution.plan import plan

    rows = [
        {**dataclasses.asdict(job.run), "trials": len(job.items), "frames": job.frames, "found": dict(job.states)}
        for job in plan(request, store)
    ]
    if as_json:
        print(json.dumps(rows, indent=1))
        return 0
    for row in rows:
        found = ", ".join(f"{count} {state}" for state, count in row["found"].items())
        print(f"{row['label']} on {row['dataset']}: {row['trials']} trials, {row['frames']} frames to run ({found})")
    return 0
