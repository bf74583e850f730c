"""harness data: the benchmarks' copies on this machine."""

from __future__ import annotations

import argparse

from harness.cli import data_check, data_make, data_where

_PARTS = {
    "check": (data_check, "verify a copy: nothing missing, all truth readable, every image whole"),
    "make": (data_make, "sequences with exact truth, written in a benchmark's own layout"),
    "where": (data_where, "where each benchmark is looked for, what is there, and where it can be had"),
}


def add_arguments(parser: argparse.ArgumentParser) -> list[argparse.ArgumentParser]:
    """Gives back the parsers of the parts, which take what all commands take too."""
    parts = parser.add_subparsers(dest="part", metavar="PART", required=True)
    parsers = []
    for name, (module, summary) in _PARTS.items():
        # What is not given must not hide what was given before the part: harness data --json check
        part = parts.add_parser(
            name, help=summary, description=summary, allow_abbrev=False, argument_default=argparse.SUPPRESS
        )
        module.add_arguments(part)
        part.set_defaults(execute_part=module.execute)
        parsers.append(part)
    return parsers


def execute(options: argparse.Namespace) -> int:
    return int(options.execute_part(options))
