"""harness run: trackers over datasets, trajectories on disk."""

from __future__ import annotations

import argparse
import dataclasses
import json
from typing import TYPE_CHECKING, Any

from harness import settings
from harness.cli.duration import duration
from harness.cli.request import add_request, parse_request

if TYPE_CHECKING:
    from harness.execution.plan import Job
    from harness.execution.request import RunRequest
    from harness.store.results import ResultStore


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_request(parser, required=True)
    parser.add_argument("--dry-run", action="store_true", help="say what would be run, how long it takes, and why")


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
    """The plan; trackers are built in this process, whoever would do the work."""
    from harness.execution.forecast import expected_seconds, recorded_under
    from harness.execution.plan import plan

    rows = []
    for job in plan(request, store):
        recorded = recorded_under(job.run.label, store) if job.items else []
        rows.append(_row(job, expected_seconds([item.frames for item in job.items], recorded)))
    if as_json:
        print(json.dumps(rows, indent=1))
    else:
        print("\n".join(line for row in rows for line in _lines(row)))
    return 0


def _row(job: Job, seconds: float | None) -> dict[str, Any]:
    return {
        **dataclasses.asdict(job.run),
        "trials": len(job.items),
        "perhaps": len(job.further),
        "frames": job.frames,
        "seconds": seconds,
        "found": dict(job.states),
        "stale": dict(job.stale),
        "broken": {name: str(error) for name, error in job.broken},
    }


def _lines(row: dict[str, Any]) -> list[str]:
    perhaps, time = "", ""
    if row["perhaps"]:
        perhaps = f" and perhaps {row['perhaps']} more"
    if row["trials"]:
        known = row["seconds"] is not None
        time = f", {duration(row['seconds'])} in the tracker, as recorded" if known else ", for how long is unknown"
    return [
        f"{row['label']} on {row['dataset']}: {row['trials']} trials{perhaps}, {row['frames']} frames to run{time}",
        *(f"  {count} {state}" for state, count in row["found"].items() if state != "stale"),
        *(f"  {count} stale: {reason}" for reason, count in row["stale"].items()),
        *(f"  {name} cannot be opened: {reason}" for name, reason in row["broken"].items()),
    ]
