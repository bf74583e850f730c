"""What the benchmarks themselves say: their lists of sequences, known errors, and where they can be had.

All of it is data in ``lists/``: rows of words parted by tabs, with comments on lines of their own.
"""

from __future__ import annotations

from functools import cache
from importlib import resources

from harness.core.errors import UsageError

__all__ = ["chosen_split", "errata", "homepage", "names", "rows"]


@cache
def rows(list_name: str) -> tuple[tuple[str, ...], ...]:
    """The rows of ``lists/<list_name>.txt``."""
    text = resources.files("harness.datasets.lists").joinpath(f"{list_name}.txt").read_text("utf-8")
    return tuple(tuple(line.split("\t")) for line in text.splitlines() if not line.startswith("#"))


def names(list_name: str) -> tuple[str, ...]:
    """The sequences of a list, in its order."""
    return tuple(row[0] for row in rows(list_name))


def errata(benchmark: str) -> dict[str, str]:
    """Known errors of a benchmark's own files, by sequence."""
    return {sequence: what for name, sequence, what in rows("errata") if name == benchmark}


def homepage(benchmark: str) -> str:
    """Where the official download is described."""
    return next(address for name, address in rows("homepages") if name == benchmark)


def chosen_split(benchmark: str, split: str | None, known: tuple[str, ...] = ()) -> str:
    """The split asked for, or the first of the known ones. Raises UsageError for one there is not.

    >>> chosen_split("lasot", None, ("test", "train"))
    'test'
    """
    if split is None:
        return known[0] if known else ""
    if split not in known:
        has = f"has {', '.join(known)}" if known else "has no splits"
        raise UsageError(f"{benchmark} {has}, found '{benchmark}:{split}'")
    return split
