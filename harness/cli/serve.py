"""harness serve: a tracker as a TraX server on standard input and output."""

from __future__ import annotations

import argparse
import os
import sys

from harness import settings
from harness.catalog import TRACKERS
from harness.cli.names import add_names
from harness.core.errors import UsageError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    tracker = parser.add_argument(
        "--tracker", metavar="NAME", required=True, help="a tracker's name, package.module:Class or ./file.py:Class"
    )
    tracker.completer = lambda **_: list(TRACKERS)  # type: ignore[attr-defined]
    add_names(parser, "--set", metavar="KEY=VALUE", help="a setting")
    weights = parser.add_mutually_exclusive_group()
    weights.add_argument("--weights", metavar="PATH", help="a network's weights (default: NAME.* in weights/)")
    weights.add_argument("--random-weights", type=int, metavar="SEED", help="a network as initialised; no real scores")
    precision = ["float32", "tf32", "bf16", "fp16"]
    parser.add_argument("--precision", choices=precision, default="float32", help="default: %(default)s")


def execute(options: argparse.Namespace) -> int:
    from harness.core.tracker import Compute
    from harness.execution.choice import TrackerChoice
    from harness.interop.trax.server import serve

    overrides = {}
    for text in options.set:
        key, equals, overrides[key] = text.partition("=")
        if not equals:
            raise UsageError(f"--set {text!r}: expected KEY=VALUE")
    compute = Compute(
        precision=options.precision,
        weights=options.weights,
        random_weights=options.random_weights,
        folder=str(settings.folder("weights")),
    )
    sys.stdout.flush()
    with os.fdopen(os.dup(1), "wb") as answers:  # the protocol's alone from here: what a tracker prints is no message
        os.dup2(2, 1)
        chosen = TrackerChoice(options.tracker, overrides, None, compute).build()
        serve(chosen.tracker, chosen.label, sys.stdin.buffer, answers)
    return 0
