"""Numbers in text, as benchmarks, toolkits and our own store write them: each read as the nearest float64.

Three ways to read the same. numpy's own knows most and is slowest. Plain decimals, which is what nearly all
files hold, are read column by column of their digits, by whole arrays. The compiled way is fastest and does
not hold the interpreter's lock, so that threads read side by side, but the better part of a second passes
before it is loaded; `read_rows` turns to it when enough has been read. What one does not know, numpy looks
at: which of them was at work never shows in a result.
"""

from __future__ import annotations

import math
import re

import numpy as np
from numpy.typing import NDArray

__all__ = ["EMPTY_FIELD", "expect", "plain_decimals", "read_rows"]

Float = NDArray[np.float64]

EMPTY_FIELD = re.compile(r"^[ \t]*,|,[ \t]*,", re.MULTILINE)
_WORD = re.compile(rb"[^, \t\r\n]+")
_PAYS_OFF = 0.625  # seconds of numpy's reading, after which as much again may come: loading takes about as long
_ALL = 1.5  # and where it is known that this is all: the compiled loop takes a part of it, too
_PLAIN, _OTHER = 2**26, 2**24  # bytes that numpy reads in a second: of plain decimals, and of others


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
    if _so_far.pays_off(len(data)) and (rows := _by_machine_code(data, columns)) is not None:
        return rows
    rows = plain_decimals(data.replace(b"\t", b","), columns)
    _so_far.seconds += len(data) / (_OTHER if rows is None else _PLAIN)
    return _by_numpy(data, columns) if rows is None else rows


def expect(size: int) -> None:
    """Be told how many bytes this process, or each copy that it will make of itself, is going to read in all.

    The compiled loop is loaded now where they pay for it; else later than without this, if they are slow to read.
    """
    if size / _PLAIN < _ALL:
        _so_far.seconds = _PAYS_OFF - _ALL
        return
    import harness.core.numeral_kernels  # noqa: F401, PLC0415

    _so_far.seconds = math.inf


class _SoFar:
    """About how many seconds numpy has read in this process: with many digits it takes longer."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def pays_off(self, more: int) -> bool:
        """Whether it would be so long, with `more` bytes, that the compiled loop should be loaded."""
        return self.seconds + more / _PLAIN >= _PAYS_OFF


_so_far = _SoFar()


def plain_decimals(data: bytes, columns: int) -> Float | None:
    r"""The numbers ``(N, columns)`` of lines of digits, points, minus signs and commas; None for anything else.

    A number is its digits as an integer, divided by a power of ten: both are exact up to 15 digits, so that the
    quotient is the nearest float64 (Clinger, How to read floating point numbers accurately, 1990).

    >>> plain_decimals(b"1,-2.50\n3,.5\n", 2)
    array([[ 1. , -2.5],
           [ 3. ,  0.5]])
    """
    text = np.frombuffer(data if data.endswith(b"\n") else data + b"\n", np.uint8)
    digits = text - ord("0")  # of other characters, 10 or more
    ends = np.flatnonzero((text == ord(",")) | (text == ord("\n")))
    points = np.flatnonzero(text == ord("."))
    starts = np.concatenate([[0], ends[:-1] + 1])
    negative = text[starts] == ord("-")
    known = np.count_nonzero(digits < 10) + len(ends) + len(points) + np.count_nonzero(negative)
    if known != len(text) or len(ends) % columns:
        return None
    last = np.arange(1, len(ends) + 1) % columns == 0
    places = np.full(len(ends), -1)  # digits behind the point
    owners = np.searchsorted(ends, points)
    places[owners] = ends[owners] - 1 - points
    width = ends - starts - negative
    count = width - (places >= 0)
    in_order = np.array_equal(text[ends] == ord("\n"), last) and (np.diff(owners) > 0).all()
    if not in_order or count.min() < 1 or count.max() > _EXACT_DIGITS:
        return None
    value = np.zeros(len(ends))
    for back in range(width.max()):
        digit = digits[np.maximum(ends - 1 - back, 0)]
        power = _POWERS[back - ((places >= 0) & (back > places))] if len(points) else _POWERS[back]
        value += np.where((digit < 10) & (back < width), digit * power, 0)
    value /= _POWERS[np.maximum(places, 0)]
    return np.where(negative, -value, value).reshape(-1, columns)


_EXACT_DIGITS = 15
_POWERS = np.array([float(f"1e{power}") for power in range(_EXACT_DIGITS + 2)])


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
