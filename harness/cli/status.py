"""harness status: what is running, how far it is and what failed, from any terminal that sees the store."""

from __future__ import annotations

import argparse
import dataclasses
import json
import math
from typing import TYPE_CHECKING, Any

from harness import settings
from harness.cli.duration import duration

if TYPE_CHECKING:
    from harness.core.record import RunKey
    from harness.store.progress import Progress

_SILENT = 120.0  # seconds without a note, after which a session on another machine is doubted


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "A run writes notes into its results' folder while it works; this reads them."


def execute(options: argparse.Namespace) -> int:
    from harness.store.journal import Session
    from harness.store.progress import progress
    from harness.store.results import ResultStore

    store = ResultStore(settings.folder("results", options.results))
    found = [
        (run, one)
        for run in store.runs()
        for session in Session.all(store.folder(run))
        if (one := progress(session)) is not None
    ]
    if options.json:
        print(json.dumps([_row(run, one) for run, one in found], indent=1))
    elif not found:
        print(f"nothing is running in {store.root}")
    else:
        print("\n".join(line for run, one in found for line in _lines(run, one)))
    return 0


def _row(run: RunKey, one: Progress) -> dict[str, Any]:
    left = None if math.isinf(one.left) else one.left
    return {**dataclasses.asdict(run), **dataclasses.asdict(one), "left": left}


def _lines(run: RunKey, one: Progress) -> list[str]:
    plan = one.plan
    state = "stopping" if one.stopping else "running"
    if one.alive is False:
        state = "died; run it again, and what is finished is kept"
    elif one.alive is None and one.silent > _SILENT:
        state = f"silent for {one.silent:.0f} s"
    lines = [
        f"{run.label} on {run.dataset} ({run.protocol}): {state}, as process {plan.pid} on {plan.host}",
        f"  {one.made + len(one.failed)} of {plan.trials} trials, {one.frames} of {plan.frames} frames"
        + (f", {plan.found} trials done before" if plan.found else ""),
    ]
    if one.alive is not False and one.rate:
        lines.append(f"  {one.rate:.1f} frames/s, {duration(one.left)} left")
    for worker in one.workers:
        more = f" and {len(worker.flying) - 5} more" if len(worker.flying) > 5 else ""
        lines.append(f"  {worker.worker} on {worker.device}: {', '.join(worker.flying[:5])}{more}")
    return lines + [f"  {trial} failed: {reason}" for trial, reason in one.failed]
