"""harness run: trackers over datasets, trajectories on disk."""

from __future__ import annotations

import argparse
import dataclasses
import json
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from harness import settings
from harness.catalog import DATASETS, PROTOCOLS, TRACKERS
from harness.cli.names import add_names, joined
from harness.core.errors import UsageError

if TYPE_CHECKING:
    from harness.execution.choice import TrackerChoice
    from harness.execution.plan import RunRequest
    from harness.store.results import ResultStore


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_names(
        parser,
        "--tracker",
        lambda: TRACKERS,
        metavar="NAME",
        required=True,
        help="a tracker's name, several joined by commas, package.module:Class or ./file.py:Class; may be repeated",
    )
    add_names(parser, "--dataset", lambda: DATASETS, metavar="NAME[:SPLIT]", required=True, help="may be repeated")
    parser.add_argument("--protocol", choices=list(PROTOCOLS), default="one_pass", help="default: %(default)s")

    which = parser.add_argument_group("which sequences")
    add_names(which, "--sequences", metavar="A,B", help="only these")
    which.add_argument("--subset", type=int, metavar="N", help="only N, spread evenly")
    which.add_argument("--allow-partial", action="store_true", help="run what an incomplete copy has")

    what = parser.add_argument_group("the tracker")
    add_names(what, "--set", metavar="KEY=VALUE", help="a setting; NAME.KEY=VALUE with several trackers")
    what.add_argument("--label", help="the name its results get (default: its own, plus a hash of changed settings)")
    what.add_argument("--init-box", choices=["minmax", "area"], default="minmax", help="box made of a polygon or mask")
    what.add_argument("--seed", type=int, default=0, metavar="S", help="default: %(default)s")

    how = parser.add_argument_group("how")
    how.add_argument("--width", type=int, default=1, metavar="W", help="trials in flight (default: %(default)s)")
    how.add_argument("--fresh", action="store_true", help="run again what is done")
    how.add_argument("--reuse", choices=["stale"], help="keep results of an older source, weights or truth")
    how.add_argument("--dry-run", action="store_true", help="say what would be run")


def execute(options: argparse.Namespace) -> int:
    from harness.cli.progress import listener
    from harness.execution.run import run
    from harness.store.results import ResultStore

    request, store = _request(options), ResultStore(settings.folder("results", options.results))
    if options.dry_run:
        return _dry_run(request, store, options.json)
    with listener(quiet=options.quiet, verbose=options.verbose) as told:
        summaries = run(request, store, told)
    if options.json:
        print(json.dumps([dataclasses.asdict(summary) for summary in summaries], indent=1))
    return 1 if any(summary.failed for summary in summaries) else 0


def _request(options: argparse.Namespace) -> RunRequest:
    from harness.execution.plan import RunRequest

    return RunRequest(
        trackers=_trackers(options),
        datasets=joined(options.dataset),
        root=None if options.root is None else Path(options.root),
        protocol=options.protocol,
        sequences=joined(options.sequences),
        subset=options.subset,
        allow_partial=options.allow_partial,
        width=options.width,
        seed=options.seed,
        init_box=options.init_box,
        fresh=options.fresh,
        reuse_stale=options.reuse == "stale",
    )


def _trackers(options: argparse.Namespace) -> tuple[TrackerChoice, ...]:
    """The trackers asked for, each with the settings that are its own."""
    from harness.execution.choice import TrackerChoice

    names = joined(options.tracker)
    if options.label and len(names) > 1:
        raise UsageError("--label names one tracker's results; run several trackers one by one")
    settings_of: dict[str, dict[str, str]] = defaultdict(dict)
    for text in options.set:
        key, equals, value = text.partition("=")
        owner, dot, name = key.rpartition(".")
        if not equals or not key:
            raise UsageError(f"--set {text!r}: expected KEY=VALUE")
        if not dot and len(names) > 1:
            raise UsageError(f"--set {text!r}: with several trackers write NAME.{text}")
        if dot and owner not in names:
            raise UsageError(f"--set {text!r}: no tracker {owner!r} among {', '.join(names)}")
        settings_of[owner or names[0]][name] = value
    return tuple(TrackerChoice(name, settings_of[name], options.label) for name in names)


def _dry_run(request: RunRequest, store: ResultStore, as_json: bool) -> int:
    from harness.execution.plan import plan

    rows = [
        {**dataclasses.asdict(job.run), "trials": len(job.assignments), "frames": job.frames, "found": dict(job.states)}
        for job in plan(request, store)
    ]
    if as_json:
        print(json.dumps(rows, indent=1))
        return 0
    for row in rows:
        found = ", ".join(f"{count} {state}" for state, count in row["found"].items())
        print(f"{row['label']} on {row['dataset']}: {row['trials']} trials, {row['frames']} frames to run ({found})")
    return 0
