"""What `run` and `check` are both asked: which tracker on which sequences, and how it is driven."""

from __future__ import annotations

import argparse
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from harness.catalog import DATASETS, PROTOCOLS, TRACKERS
from harness.cli.names import add_names, joined
from harness.core.errors import UsageError

if TYPE_CHECKING:
    from harness.execution.choice import TrackerChoice
    from harness.execution.plan import RunRequest

__all__ = ["add_request", "parse_request"]


def add_request(parser: argparse.ArgumentParser, required: bool) -> None:
    """The options of a request; `required` says whether tracker and dataset must be among them."""
    add_names(
        parser,
        "--tracker",
        lambda: TRACKERS,
        metavar="NAME",
        required=required,
        help="a tracker's name, several joined by commas, package.module:Class or ./file.py:Class; may be repeated",
    )
    add_names(parser, "--dataset", lambda: DATASETS, metavar="NAME[:SPLIT]", required=required, help="may be repeated")
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


def parse_request(options: argparse.Namespace) -> RunRequest:
    """The request. Raises UsageError."""
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
