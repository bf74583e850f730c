"""Boxes and flags in numeric text: fast, whatever separates the numbers, and strict about everything else.

Benchmarks and toolkits part numbers by commas, tabs, spaces or a mixture, end lines with LF or CRLF, and
forget the last newline. All that is read; a row too short, a word or an empty line in the middle is not.
"""

from __future__ import annotations

import codecs
from collections.abc import Sequence, Sized
from itertools import compress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from harness.core.errors import BadAnnotation, MissingData
from harness.core.numerals import EMPTY_FIELD, read_rows

__all__ = ["one_a_frame", "parse_attributes", "parse_boxes", "parse_flags", "read_boxes"]

Float = NDArray[np.float64]


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
    data = data.removeprefix(codecs.BOM_UTF8)
    boxes = read_rows(data, 4)
    if boxes is None or np.isinf(boxes).any():
        raise _complaint(data.decode("latin-1").rstrip(), source)
    return boxes


def parse_flags(data: bytes, source: str, count: int) -> Float:
    r"""One number a frame ``(count,)``, a line each or all in one line; `source` names the bytes in errors.

    Raises BadAnnotation for anything but `count` numbers.

    >>> parse_flags(b"0,1,0", "some.txt", 3), parse_flags(b"0\n1\n0\n", "some.txt", 3)
    (array([0., 1., 0.]), array([0., 1., 0.]))
    """
    words = data.removeprefix(codecs.BOM_UTF8).decode("latin-1").replace(",", " ").split()
    values = dict.fromkeys(words, 0.0)  # flags are of few values
    for word in values:
        if not _is_number(word):
            raise BadAnnotation(f"{source}: expected a number, found {word[:60]!r}")
        values[word] = float(word)
    if len(words) != count:
        raise BadAnnotation(f"{source}: expected {count} flags, found {len(words)}; copy it again")
    return np.fromiter(map(values.__getitem__, words), np.float64, count)


def parse_attributes(data: bytes, source: str, labels: Sequence[str]) -> frozenset[str]:
    """The challenge labels of a sequence, from one flag for each of `labels`. Raises BadAnnotation.

    >>> sorted(parse_attributes(b"1,0,1", "some.txt", ["IV", "SV", "OCC"]))
    ['IV', 'OCC']
    """
    return frozenset(compress(labels, parse_flags(data, source, len(labels))))


def one_a_frame(boxes: Float, images: Sized | None, source: str, *, first_only: bool) -> Float:
    """Truth ``(len(images), 4)`` of a sequence; `images` is None in a copy of annotations alone.

    `first_only` allows for a single row, all that is published where a server scores the rest: the other
    frames get NaN.

    Raises BadAnnotation for more or fewer rows than images, and MissingData for a single row without images,
    since then nobody knows how many frames there are.

    >>> one_a_frame(np.array([[1.0, 2, 3, 4]]), range(2), "some.txt", first_only=True)
    array([[ 1.,  2.,  3.,  4.],
           [nan, nan, nan, nan]])
    """
    if first_only and len(boxes) == 1:
        if images is None:
            raise MissingData(f"{source}: the first box alone, and no images to say how long the sequence is; add them")
        return np.vstack([boxes, np.full((len(images) - 1, 4), np.nan)])
    if images is not None and len(boxes) != len(images):
        counts = f"{len(boxes)} rows and {len(images)} images"
        raise BadAnnotation(f"{source}: expected a row an image, found {counts}; copy the sequence again")
    return boxes


def _complaint(text: str, source: str) -> BadAnnotation:
    """What is wrong with the first line that is wrong."""
    if not text:
        return BadAnnotation(f"{source}: expected rows of 4 numbers, found an empty file")
    for number, line in enumerate(text.splitlines(), 1):
        words = line.replace(",", " ").split()
        if len(words) != 4 or EMPTY_FIELD.search(line):
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
