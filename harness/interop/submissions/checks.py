"""What the checks of archives share: files of numbers, held to what servers read, and the folder around all of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

import numpy as np
from numpy.typing import NDArray

from harness.core.errors import BadResults
from harness.core.numerals import plain_decimals
from harness.interop.source import Source

__all__ = ["number_faults", "outermost"]

_SEPARATORS = re.compile(r"[,;\s]+")
_WHAT = {
    "parted": "parts its numbers by something else than commas",
    "counted": "does not hold {columns} numbers",
    "worded": "holds what is no number",
    "infinite": "holds nan or inf",
}


def outermost(source: Source, known: Collection[str]) -> str:
    """The one folder around all files, with its slash, where it is none of the `known`; else nothing."""
    folders = {file.partition("/")[0] for file in source.files if "/" in file}
    outer = folders.pop() if len(folders) == 1 else ""
    return f"{outer}/" if outer and outer not in known and all("/" in file for file in source.files) else ""


def number_faults(
    source: Source, file: str, columns: int, frames: int | None, *, positive: bool = False
) -> Iterator[str]:
    """What is wrong with a file of `columns` numbers a line, a line a frame (where they are known), in a line each.

    Numbers are parted by single commas and finite. With `positive` they are above zero; else they are boxes, and the
    last two (width and height) not below it.
    """
    try:
        data = source.read(file)
    except BadResults as error:
        yield str(error)
        return
    rows = plain_decimals(data, columns) if data else np.empty((0, columns))
    if rows is None:
        lines = data.decode("latin-1").splitlines()
        read = [_read(line, columns) for line in lines]
        for kind, what in _WHAT.items():
            wrong = np.flatnonzero([one == kind for one in read])
            yield from _told(file, wrong, what.format(columns=columns))
        rows = np.array([np.ones(columns) if isinstance(one, str) else one for one in read])
    if frames is not None and len(rows) != frames:
        yield f"{file}: expected {frames} rows, one a frame, found {len(rows)}"
    bad, what = (rows <= 0, "is not above zero") if positive else (rows[:, 2:] < 0, "has a negative width or height")
    yield from _told(file, np.flatnonzero(bad.any(1)), what)


def _read(line: str, columns: int) -> list[float] | str:
    """A line's numbers, or what is wrong with it."""
    words = line.split(",")
    if len(words) != columns:
        return "parted" if len(_SEPARATORS.split(line.strip())) == columns else "counted"
    try:
        numbers = [float(word.replace("_", "?")) for word in words]  # to Python, 1_000 is a number
    except ValueError:
        return "worded"
    return numbers if np.isfinite(numbers).all() else "infinite"


def _told(file: str, rows: NDArray[np.intp], what: str) -> Iterator[str]:
    if rows.size == 1:
        yield f"{file}: line {rows[0] + 1} {what}"
    elif rows.size:
        yield f"{file}: line {rows[0] + 1} {what}, and so do {rows.size - 1} more"
