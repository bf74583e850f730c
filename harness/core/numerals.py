"""Numbers in text, as benchmarks, toolkits and our own store write them: each read as the nearest float64.

Two ways to read the same. numpy's is ready at once. The compiled one is several times as fast and does not
hold the interpreter's lock, so that threads read side by side, but half a second passes before it is loaded;
`read_rows` turns to it when enough has been read. What it does not know, numpy looks at: which of the two
was at work never shows in a result.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

__all__ = ["EMPTY_FIELD", "read_rows"]

Float = NDArray[np.float64]

EMPTY_FIELD = re.compile(r"^[ \t]*,|,[ \t]*,", re.MULTILINE)
_WORD = re.compile(rb"[^, \t\r\n]+")
_PAYS_OFF = 2**22  # bytes: what numpy reads in about the time that loading takes


def read_rows(data: bytes, columns: int) -> Float | None:
    r"""The numbers ``(N, columns)`` of N lines, None where `data` is anything but such lines, N being at least 1.

    Commas, tabs, spaces or a mixture part the numbers, and a comma may end a line; LF or CRLF ends lines, and
    may be missing after the last, or be followed by empty ones. ``nan`` and ``inf`` are numbers, in any case.
    May be called by many threads at once.

    >>> read_rows(b"1,2.5\r\n3e2\tNaN", 2)
    array([[  1. ,   2.5],
           [300. ,   nan]])
    >>> read_rows(b"1,2\n3\n", 2), read_rows(b"1,two", 2)
    (None, None)
    """
    rows = _by_machine_code(data, columns) if _so_far.worth_loading(len(data)) else None
    return _by_numpy(data, columns) if rows is None else rows


class _SoFar:
    """What this process has read, in bytes."""

    def __init__(self) -> None:
        self._total = 0

    def worth_loading(self, more: int) -> bool:
        """Whether, with `more`, so much was read that loading the compiled loop pays off."""
        self._total += more
        return self._total >= _PAYS_OFF


_so_far = _SoFar()


def _by_numpy(data: bytes, columns: int) -> Float | None:
    text = data.decode("latin-1").rstrip()  # what is not ASCII is no number either
    lines = text.replace(",", " ").splitlines()
    if not lines or not lines[0].strip() or EMPTY_FIELD.search(text):
        return None
    try:
        rows = np.loadtxt(lines, np.float64, comments=None, ndmin=2)
    except ValueError:
        return None
    return rows if rows.shape == (len(lines), columns) else None  # an empty line is skipped, hence the count


def _by_machine_code(data: bytes, columns: int) -> Float | None:
    """The same, but None also for some of what `_by_numpy` reads: exotic spaces and line ends."""
    from harness.core.numeral_kernels import scan  # noqa: PLC0415  half a second

    data = data if data.endswith(b"\n") else data + b"\n"
    text = np.frombuffer(data, np.uint8)
    room = np.count_nonzero(text == ord("\n")) * columns
    values, marked = np.empty(room), np.zeros(room, bool)
    lines = scan(text, columns, values, marked)
    if lines < 1:
        return None
    for place in np.flatnonzero(marked):
        word = next(_WORD.finditer(data, int(values[place])))[0]
        try:
            values[place] = float(word.replace(b"_", b"?"))  # to Python, 1_000 is a number
        except ValueError:
            return None
    return values[: lines * columns].reshape(lines, columns)
