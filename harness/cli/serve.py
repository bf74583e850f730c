"""harness serve: a tracker as a TraX server on standard input and output."""

from __future__ import annotations

import argparse
import os
import sys

from harness.catalog import TRACKERS
from harness.cli.tracker import add_tracker, tracker_choices


def add_arguments(parser: argparse.ArgumentParser) -> None:
    tracker = parser.add_argument(
        "--tracker", metavar="NAME", required=True, help="a tracker's name, package.module:Class or ./file.py:Class"
    )
    tracker.completer = lambda **_: list(TRACKERS)  # type: ignore[attr-defined]
    add_tracker(parser)


def execute(options: argparse.Namespace) -> int:
    from harness.interop.trax.server import serve

    (choice,) = tracker_choices(options, [options.tracker])
    sys.stdout.flush()
    with os.fdopen(os.dup(1), "wb") as answers:  # the protocol's alone from here: what a tracker prints is no message
        os.dup2(2, 1)
        chosen = choice.build()
        serve(chosen.tracker, chosen.label, sys.stdin.buffer, answers)
    return 0
