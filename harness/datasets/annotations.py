"""Boxes and flags in numeric text: fast, whatever separates the numbers, and strict about everything else.

Benchmarks and toolkits part numbers by commas, tabs, spaces or a mixture, end lines with LF or CRLF, and
forget the last newline. All that is read; a row too short, a word or an empty line in the middle is not.
"""

from __future__ import annotations

import codecs
import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from harness.core.errors import BadAnnotation, MissingData

__all__ = ["parse_boxes", "parse_flags", "read_boxes"]

Float = NDArray[np.float64]

_EMPTY_FIELD = re.compile(r"^[ \t]*,|,[ \t]*,", re.MULTILINE)


def read_boxes(path: Path) -> Float:
    """The boxes ``(N, 4)`` of a text file as written: xywh in the file's own origin; NaN is allowed.

    Raises MissingData where there is no such file, BadAnnotation (file, line, value) for one that holds
    anything but rows of four numbers.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise MissingData(f"{path}: {error.strerror or error}") from None
    return parse_boxes(data, str(path))


def parse_boxes(data: bytes, source: str) -> Float:
    r"""What `read_boxes` does, for bytes at hand; `source` names them in errors.

    >>> parse_boxes(b"1,2,3,4\r\n5\t6 7, nan", "some.txt")
    array([[ 1.,  2.,  3.,  4.],
           [ 5.,  6.,  7., nan]])
    """
    text = data.removeprefix(codecs.BOM_UTF8).decode("latin-1").rstrip()  # what is not ASCII is no number either
    if not text or _EMPTY_FIELD.search(text):
        raise _complaint(text, source)
    lines = text.replace(",", " ").splitlines()
    try:
        boxes = np.loadtxt(lines, np.float64, comments=None, ndmin=2)
    except ValueError:
        raise _complaint(text, source) from None
    if boxes.shape != (len(lines), 4) or np.isinf(boxes).any():  # an empty line is skipped, hence the count
        raise _complaint(text, source)
    return boxes


def parse_flags(data: bytes, source: str, count: int) -> Float:
    r"""One number a frame ``(count,)``, a line each or all in one line; `source` names the bytes in errors.

    Raises BadAnnotation for anything but `count` numbers.

    >>> parse_flags(b"0,1,0", "some.txt", 3), parse_flags(b"0\n1\n0\n", "some.txt", 3)
    (array([0., 1., 0.]), array([0., 1., 0.]))
    """
    words = data.removeprefix(codecs.BOM_UTF8).decode("latin-1").replace(",", " ").split()
    for word in words:
        if not _is_number(word):
            raise BadAnnotation(f"{source}: expected one number a frame, found {word[:60]!r}")
    if len(words) != count:
        raise BadAnnotation(f"{source}: expected {count} flags, one a frame, found {len(words)}; copy it again")
    return np.array(words, np.float64)


def _complaint(text: str, source: str) -> BadAnnotation:
    """What is wrong with the first line that is wrong."""
    if not text:
        return BadAnnotation(f"{source}: expected rows of 4 numbers, found an empty file")
    for number, line in enumerate(text.splitlines(), 1):
        words = line.replace(",", " ").split()
        if len(words) != 4 or _EMPTY_FIELD.search(line):
            return BadAnnotation(f"{source}:{number}: expected 4 numbers x,y,w,h, found {line[:60]!r}")
        for word in words:
            if not _is_number(word):
                return BadAnnotation(f"{source}:{number}: expected a number, found {word[:60]!r}")
    return BadAnnotation(f"{source}: expected rows of 4 numbers")


def _is_number(word: str) -> bool:
    try:
        return "_" not in word and abs(float(word)) != float("inf")
    except ValueError:
        return False
