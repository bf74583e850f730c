"""What `run` and `check` are both asked: which tracker on which sequences, and how it is driven."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from harness.catalog import DATASETS, PROTOCOLS, TRACKERS
from harness.cli.names import add_names, joined
from harness.cli.tracker import add_tracker, tracker_choices

if TYPE_CHECKING:
    from harness.execution.request import RunRequest

__all__ = ["add_request", "parse_request"]


def add_request(parser: argparse.ArgumentParser, required: bool) -> None:
    """The options of a request; `required` says whether tracker and dataset must be among them."""
    add_names(
        parser,
        "--tracker",
        lambda: TRACKERS,
        metavar="NAME",
        required=required,
        help="a tracker's name, package.module:Class, ./file.py:Class or trax:COMMAND; may be repeated",
    )
    add_names(parser, "--dataset", lambda: DATASETS, metavar="NAME[:SPLIT]", required=required, help="may be repeated")
    parser.add_argument(
        "--protocol",
        metavar="NAME[@KEY=VALUE+...]",
        help=f"how to drive it, as realtime@fps=30: {', '.join(PROTOCOLS)} (default: each dataset's own way)",
    )

    which = parser.add_argument_group("which sequences")
    add_names(which, "--sequences", metavar="A,B", help="only these")
    which.add_argument("--subset", type=int, metavar="N", help="only N, spread evenly")
    which.add_argument("--allow-partial", action="store_true", help="run what an incomplete copy has")

    what = parser.add_argument_group("the tracker")
    add_tracker(what)
    what.add_argument("--label", help="the name its results get (default: its own, plus a hash of changed settings)")
    what.add_argument("--init-box", choices=["minmax", "area"], default="minmax", help="box made of a polygon or mask")
    what.add_argument("--seed", type=int, default=0, metavar="S", help="default: %(default)s")

    how = parser.add_argument_group("how")
    how.add_argument("--width", type=_width, default=1, metavar="W", help="trials in flight, or auto (default: 1)")
    how.add_argument("--repetitions", type=int, metavar="R", help="runs of a sequence (default: the protocol's)")
    how.add_argument("--fresh", action="store_true", help="run again what is done")
    how.add_argument("--reuse", choices=["stale"], help="keep results of an older source, weights or truth")

    who = parser.add_argument_group("who")
    who.add_argument("--workers", type=int, default=1, metavar="N", help="processes; 0: this one (default: 1)")
    add_names(who, "--devices", metavar="A,B", help="such as cuda:0,cuda:1; workers sit on these")
    who.add_argument("--per-device", type=int, default=1, metavar="K", help="workers on each (default: 1)")
    who.add_argument("--cluster", metavar="ADDRESS", help="a Dask scheduler's, tcp://HOST:PORT; or slurm")
    who.add_argument(
        "--frame-timeout",
        type=float,
        default=600,
        metavar="S",
        help="seconds a frame may take, a tenth of a first one's; a worker that takes longer is ended (default: 600)",
    )


def _width(text: str) -> int | str:
    try:
        return text if text == "auto" else int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected a whole number or auto, found {text!r}") from None


def parse_request(options: argparse.Namespace) -> RunRequest:
    """The request. Raises UsageError."""
    from harness.execution.request import RunRequest, Workforce

    return RunRequest(
        trackers=tracker_choices(options, joined(options.tracker), options.label),
        datasets=joined(options.dataset),
        root=None if options.root is None else Path(options.root),
        protocol=options.protocol,
        repetitions=options.repetitions,
        sequences=joined(options.sequences),
        subset=options.subset,
        allow_partial=options.allow_partial,
        width=options.width,
        seed=options.seed,
        init_box=options.init_box,
        fresh=options.fresh,
        reuse_stale=options.reuse == "stale",
        workforce=Workforce(
            workers=options.workers,
            devices=joined(options.devices),
            per_device=options.per_device,
            cluster=options.cluster,
            frame_timeout=options.frame_timeout,
        ),
    )
