"""The parser of the command line, whose complaints are one line, as all of the harness's are."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import NoReturn

__all__ = ["Parser"]


class Parser(argparse.ArgumentParser):
    """Subcommands get parsers of this class too."""

    def parse_known_args(  # type: ignore[override]  # which promises another namespace's type back
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """As argparse's, but nothing is left over: the subcommand says what it does not know, and where to read."""
        options, unknown = super().parse_known_args(args, namespace)
        if unknown:
            self.error(f"unrecognized arguments: {' '.join(unknown)}")
        return options, unknown

    def error(self, message: str) -> NoReturn:
        """Ends with exit code 2; the usage, a screen of it, is for those who ask."""
        self.exit(2, f"{self.prog}: {message} ('{self.prog} --help' explains)\n")
