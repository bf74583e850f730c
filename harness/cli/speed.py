"""harness speed: a tracker's latency, measured apart from any run."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from math import isnan
from typing import TYPE_CHECKING, Any, TypeAlias

from harness import settings
from harness.catalog import DATASETS, TRACKERS, open_dataset, usual_protocol
from harness.cli.names import add_names, joined
from harness.cli.tracker import add_tracker, tracker_choices
from harness.core.errors import EvaluationError, HarnessError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    from numpy.typing import NDArray

    from harness.core.latency import Latency
    from harness.core.record import RunKey
    from harness.core.sequence import Dataset

    Float: TypeAlias = NDArray[np.float64]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_names(parser, "--tracker", lambda: TRACKERS, metavar="NAME", required=True, help="one, as for 'harness run'")
    add_names(parser, "--dataset", lambda: DATASETS, metavar="NAME[:SPLIT]", required=True, help="one")
    which = parser.add_argument_group("which frames")
    add_names(which, "--sequences", metavar="A,B", help="only these")
    which.add_argument("--subset", type=int, metavar="N", help="only N sequences, spread evenly")
    which.add_argument("--frames", type=int, metavar="N", help="of each sequence only the first N")

    what = parser.add_argument_group("the tracker")
    add_tracker(what)
    what.add_argument("--label", help="the name its results have (default: as for 'harness run')")
    what.add_argument("--device", default="auto", help="of networks, such as cuda:0 (default: the first GPU, if any)")
    what.add_argument("--init-box", choices=["minmax", "area"], default="minmax", help="box made of a polygon or mask")
    what.add_argument("--seed", type=int, default=0, metavar="S", help="default: %(default)s")


def execute(options: argparse.Namespace) -> int:
    from harness.core.latency import Latency
    from harness.core.record import RunKey
    from harness.execution.latency import conditions, latencies
    from harness.execution.machine import disturbances
    from harness.store.latency import latency_path, save_latency
    from harness.store.results import ResultStore

    (choice,) = tracker_choices(options, [_one("--tracker", options.tracker)], options.label, options.device)
    dataset = _dataset(options)
    chosen = choice.build()
    device = chosen.tracker.device
    if options.device not in ("auto", "cpu", device):
        raise UsageError(f"--device {options.device}: {chosen.name} computes on {device}")
    disturbed = disturbances(device)
    for line in disturbed:
        print(f"harness speed: not alone here, so the figures may be too slow: {line}", file=sys.stderr)
    store = ResultStore(settings.folder("results", options.results))
    run, under = RunKey(dataset.name, usual_protocol(dataset.name), chosen.label), conditions(chosen, disturbed)
    store.claim(run, under.identity)

    how = {"frames": options.frames, "seed": options.seed, "init_box": options.init_box}
    seconds, failed = _measured(latencies(chosen.tracker, dataset, **how), options.quiet)
    if not seconds:
        raise EvaluationError(f"nothing was measured: {chosen.label} failed on every sequence of {dataset.name}")
    latency, path = Latency(under, seconds), latency_path(store, run)
    told = not options.json and not options.quiet
    if told:
        print(_told(run, latency))  # also where it cannot be kept
    save_latency(store, run, latency)
    if options.json:
        print(json.dumps(_document(run, latency) | {"failed": failed, "file": str(path)}, indent=1))
    if told:
        print(f"kept in {path}")
    return 1 if failed else 0


def _dataset(options: argparse.Namespace) -> Dataset:
    dataset = open_dataset(_one("--dataset", options.dataset), options.root)
    if options.sequences:
        dataset = dataset.subset(joined(options.sequences))
    return dataset if options.subset is None else dataset.spread(options.subset)


def _one(option: str, values: list[str]) -> str:
    names = joined(values)
    if len(names) != 1:
        raise UsageError(f"{option} {','.join(names)}: latency is measured of one, with nothing else in the process")
    return names[0]


def _measured(
    outcomes: Iterable[tuple[str, Float | HarnessError]], quiet: bool
) -> tuple[dict[str, Float], dict[str, str]]:
    """The seconds of each sequence, and why others have none; each is told on the way."""
    seconds: dict[str, Float] = {}
    failed: dict[str, str] = {}
    for name, outcome in outcomes:
        if isinstance(outcome, HarnessError):
            failed[name] = str(outcome)
            print(f"harness speed: {name}: {outcome}", file=sys.stderr)
        else:
            seconds[name] = outcome
            if not quiet:
                print(f"{name}: {len(outcome)} frames in {outcome.sum():.2f} s", file=sys.stderr)
    return seconds, failed


def _document(run: RunKey, latency: Latency) -> dict[str, Any]:
    from harness.metrics.speed import speed

    figures = {name: None if isnan(value) else value for name, value in asdict(speed(latency.seconds)).items()}
    return {**asdict(run), **figures, "conditions": asdict(latency.conditions)}


def _told(run: RunKey, latency: Latency) -> str:
    from harness.metrics.speed import speed

    found, under = speed(latency.seconds), latency.conditions
    counted = f"{found.sequences} sequence{'s' * (found.sequences != 1)}, {found.frames} frames"
    return f"""\
{run.label} on {run.dataset}: {counted}; {under.hardware}, {under.precision}
  an update     {found.latency_p50:9.3f} ms (median), {found.latency_p95:.3f} ms (95th percentile)
  a first frame {found.start_p50:9.3f} ms (median)
  FPS           {found.fps:9.1f} updates over their seconds: the reports' FPS
                {found.fps_got10k:9.1f} as GOT-10k's toolkit: mean rate of all frames
                {found.fps_pytracking:9.1f} as pytracking: all frames over their seconds
                {found.fps_vot:9.1f} as VOT's toolkit: the same by sequence, then their mean"""
