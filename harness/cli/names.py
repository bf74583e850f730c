"""Lists of names on a command line: repeated, or joined by commas; completed from the catalogs."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from typing import Any

__all__ = ["add_names", "joined", "some_name"]


def add_names(
    parser: argparse.ArgumentParser | argparse._ArgumentGroup,
    option: str,
    known: Callable[[], Iterable[str]] | None = None,
    **words: Any,
) -> None:
    """An option that may be repeated, each time with one name or several joined by commas."""
    action = parser.add_argument(option, action="append", default=[], type=some_name, **words)
    if known is not None:
        action.completer = lambda **_: list(known())  # type: ignore[attr-defined]


def some_name(text: str) -> str:
    """An argument's text. Raises ArgumentTypeError where it names nothing: an unset variable of a script, mostly."""
    if not text.strip(", "):
        raise argparse.ArgumentTypeError(f"expected a name, found {text!r}")
    return text


def joined(values: list[str]) -> tuple[str, ...]:
    """The names of such an option; what holds a slash is a path, what begins with trax: a command: never split.

    >>> joined(["kcf,static", "./my.py:Mine"])
    ('kcf', 'static', './my.py:Mine')
    """
    rows = ([value] if "/" in value or value.startswith("trax:") else value.split(",") for value in values)
    return tuple(name for row in rows for name in row if name)
