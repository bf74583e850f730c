"""Lists of names on a command line: repeated, or joined by commas; completed from the catalogs."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from typing import Any

__all__ = ["add_names", "joined"]


def add_names(
    parser: argparse.ArgumentParser | argparse._ArgumentGroup,
    option: str,
    known: Callable[[], Iterable[str]] | None = None,
    **words: Any,
) -> None:
    """An option that may be repeated, each time with one name or several joined by commas."""
    action = parser.add_argument(option, action="append", default=[], **words)
    if known is not None:
        action.completer = lambda **_: list(known())  # type: ignore[attr-defined]


def joined(values: list[str]) -> tuple[str, ...]:
    """The names of such an option; what holds a slash is a path, what begins with trax: a command: never split.

    >>> joined(["kcf,static", "./my.py:Mine"])
    ('kcf', 'static', './my.py:Mine')
    """
    rows = ([value] if "/" in value or value.startswith("trax:") else value.split(",") for value in values)
    return tuple(name for row in rows for name in row if name)
