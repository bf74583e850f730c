"""The compiled loop behind `harness.core.numerals`: from bytes to the nearest float64.

A number of at most 19 digits is a whole number, times or over a power of ten. Where both are floats, one
correctly rounded operation gives the nearest (W. D. Clinger: How to read floating point numbers accurately,
PLDI 1990). Else a quotient of twice the precision does, unless it lies so near to halfway between two floats
that it cannot tell. What remains is marked, for Python to read.

Machine code is made when this file is first imported, and kept on disk. It holds no interpreter's lock.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

__all__ = ["scan"]

Bytes = NDArray[np.uint8]
F = TypeVar("F", bound=Callable[..., Any])

_PLUS, _MINUS, _POINT, _ZERO, _A, _E, _N = map(np.uint8, b"+-.0aen")
_SMALL = np.uint8(ord("a") - ord("A"))  # the bit that makes a letter small
_NINE, _TEN, _EXACT = map(np.uint64, (9, 10, 2**53))
_POWERS = np.array([float(10**n) for n in range(23)])  # of ten: all that are floats
_MOST_DIGITS = 19  # any such whole number is below 2 ** 64
_HALVES = 2.0**27 + 1  # splits a float into two of half as many bits (Veltkamp)
_DOUBT = 1 + 2.0**-40  # more than `_quotient` can err in what it rounds away, relatively

_SIGNATURE = "int64(Array(uint8, 1, 'C', readonly=True), int64, float64[::1], boolean[::1])"

_WORD, _BLANK, _COMMA, _FEED, _RETURN, _CONTROL = range(6)
_KINDS = np.full(256, _WORD)
_KINDS[: ord(" ")] = _CONTROL
_KINDS[list(b" \t,\n\r")] = _BLANK, _BLANK, _COMMA, _FEED, _RETURN


def _part(function: F) -> F:
    """A function compiled as part of those that call it."""
    machine: F = numba.njit(function)
    return machine


def _whole(function: F) -> F:
    """A function compiled now, or loaded from where numba keeps it."""
    machine: Any
    try:
        machine = numba.njit(_SIGNATURE, nogil=True, cache=True)(function)
    except (RuntimeError, OSError):  # no folder can be written: compiled in every process anew
        machine = numba.njit(_SIGNATURE, nogil=True)(function)
    return cast(F, machine)


@_part
def _quotient(whole: np.uint64, power: float) -> tuple[float, bool]:
    """`whole` over `power`, to the nearest float, and whether that is sure."""
    high = np.float64(whole)
    low = np.float64(np.int64(whole - np.uint64(high)))
    first = high / power
    # T. J. Dekker's product of two floats (1971), and with it the exact remainder.
    product = first * power
    a, b = _HALVES * first, _HALVES * power
    a, b = a - (a - first), b - (b - power)
    c, d = first - a, power - b
    error = ((a * b - product) + a * d + c * b) + c * d
    second = (((high - product) - error) + low) / power
    nearest = first + second
    rest = second - (nearest - first)
    return nearest, nearest + rest * _DOUBT == nearest


@_part
def _scaled(whole: np.uint64, exponent: int) -> tuple[float, bool]:
    """``whole * 10**exponent`` to the nearest float, and whether that is sure."""
    if whole == 0 or exponent == 0:
        return np.float64(whole), True
    if whole <= _EXACT and 0 < exponent < len(_POWERS):
        return np.float64(whole) * _POWERS[exponent], True
    if whole <= _EXACT and -len(_POWERS) < exponent < 0:
        return np.float64(whole) / _POWERS[-exponent], True
    if -len(_POWERS) < exponent < 0:
        return _quotient(whole, _POWERS[-exponent])
    return np.nan, False


@_part
def _digits(text: Bytes, at: int, whole: np.uint64) -> tuple[int, np.uint64]:
    """Where the digits from `at` on end, and `whole` continued by them (modulo 2 ** 64)."""
    while text[at] - _ZERO <= _NINE:
        whole = whole * _TEN + np.uint64(text[at] - _ZERO)
        at += 1
    return at, whole


@_part
def _exponent(text: Bytes, at: int) -> tuple[int, int]:
    """Where the exponent at `at` ends, and what it says; without a digit it ends where it begins, at its e."""
    sign = text[at + 1] == _PLUS or text[at + 1] == _MINUS
    begin = at + 1 + sign
    end, power = _digits(text, begin, np.uint64(0))
    if end == begin:
        return at, 0
    exponent = int(np.int64(power)) if end - begin < 5 else 9999
    return end, -exponent if text[at + 1] == _MINUS else exponent


@_part
def _number(text: Bytes, start: int) -> tuple[int, float, bool]:
    """Where the number at `start` ends, what it is, and whether that is sure; junk may end anywhere in its word."""
    begin = start + (text[start] == _PLUS or text[start] == _MINUS)
    end, whole = _digits(text, begin, np.uint64(0))
    digits, exponent = end - begin, 0
    if text[end] == _POINT:
        point = end + 1
        end, whole = _digits(text, point, whole)
        exponent = point - end
        digits -= exponent
    if digits == 0:
        nan = text[begin] | _SMALL == _N and text[begin + 1] | _SMALL == _A and text[begin + 2] | _SMALL == _N
        return (start + 3, np.nan, True) if nan and begin == start else (end, np.nan, False)
    if text[end] | _SMALL == _E:
        end, power = _exponent(text, end)
        exponent += power
    if digits > _MOST_DIGITS:  # the first may be zeros, which do not count
        while text[begin] == _ZERO or text[begin] == _POINT:
            digits -= text[begin] == _ZERO
            begin += 1
    value, sure = _scaled(whole, exponent)
    return end, -value if text[start] == _MINUS else value, sure and digits <= _MOST_DIGITS


@_whole
def scan(text: Bytes, columns: int, values: NDArray[np.float64], marked: NDArray[np.bool_]) -> int:
    """Write the numbers of lines of `columns` numbers each to `values`; how many lines, -1 for any other text.

    A value is `marked` where it is left to Python; then it is the place in `text` where its word begins. The
    text ends with a line feed, and each line feed has `columns` places in `values` and `marked`.
    """
    at = count = filled = 0
    bare, blank = True, False  # nothing yet on this line, or since its last comma; a line without numbers was
    while at < len(text):
        kind = _KINDS[text[at]]
        if kind == _WORD:
            if blank or filled == columns:
                return -1
            end, values[count], sure = _number(text, at)
            if not sure or _KINDS[text[end]] == _WORD:
                values[count], marked[count] = at, True
                while _KINDS[text[end]] == _WORD:
                    end += 1
            at, count, filled, bare = end, count + 1, filled + 1, False
            continue
        if kind == _CONTROL or (kind == _COMMA and bare) or (kind == _RETURN and _KINDS[text[at + 1]] != _FEED):
            return -1
        if kind == _FEED:
            if 0 < filled < columns:
                return -1
            blank, filled = filled == 0, 0
        bare = bare or kind in (_COMMA, _FEED)
        at += 1
    return count // columns
