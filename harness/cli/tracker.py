"""What every command that builds a tracker asks about it, and the tracker as it was asked for."""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from harness import settings
from harness.cli.names import add_names
from harness.core.errors import UsageError

if TYPE_CHECKING:
    from harness.execution.choice import TrackerChoice

__all__ = ["add_tracker", "tracker_choices"]


def add_tracker(parser: argparse.ArgumentParser | argparse._ArgumentGroup) -> None:
    """Its settings, weights and precision."""
    add_names(parser, "--set", metavar="KEY=VALUE", help="a setting; NAME.KEY=VALUE with several trackers")
    weights = parser.add_mutually_exclusive_group()
    weights.add_argument("--weights", metavar="PATH", help="a network's weights (default: NAME.* in weights/)")
    weights.add_argument("--random-weights", type=int, metavar="SEED", help="a network as initialised; no real scores")
    precision = ["float32", "tf32", "bf16", "fp16"]
    parser.add_argument("--precision", choices=precision, default="float32", help="of networks (default: %(default)s)")


def tracker_choices(
    options: argparse.Namespace, names: Sequence[str], label: str | None = None, device: str = "auto"
) -> tuple[TrackerChoice, ...]:
    """The trackers of these names, each with the settings that are its own. Raises UsageError."""
    from harness.core.tracker import Compute
    from harness.execution.choice import TrackerChoice

    for flag, of_one in (("--label", label), ("--weights", options.weights)):
        if of_one and len(names) > 1:
            raise UsageError(f"{flag} is of one tracker; run several trackers one by one")
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
    compute = Compute(
        device=device,
        precision=options.precision,
        weights=options.weights,
        random_weights=options.random_weights,
        folder=str(settings.folder("weights")),
    )
    return tuple(TrackerChoice(name, settings_of[name], label, compute) for name in names)
