"""MATLAB's files, version 5, read without trust: a damaged one brings scipy's reader, which is compiled, to crash.

A variable is a tree of elements, each with its type and size; an array says its class and dimensions before its data.
What is declared larger than it is, packed without end or of a kind that holds no plain data is refused.
MathWorks: MAT-File Format, version 5.
"""

from __future__ import annotations

import io
import math
import struct
import zlib
from collections.abc import Iterator
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Value", "read_variable", "write_variable"]

Value: TypeAlias = "NDArray[Any] | str | list[Value] | dict[str, Value]"

LARGEST = 2**24  # bytes of a variable, unpacked; as Python's objects, it may take thirty times as much
_HEADER = 128
_DEEPEST = 8
_MATRIX, _PACKED = 14, 15  # types of elements
_NUMBERS = {1: "i1", 2: "u1", 3: "i2", 4: "u2", 5: "i4", 6: "u4", 7: "f4", 9: "f8", 12: "i8", 13: "u8"}
_TEXTS = {1: "latin-1", 2: "latin-1", 4: "utf-16", 16: "utf-8", 17: "utf-16", 18: "utf-32"}
_CELL, _STRUCT, _CHARACTERS = 1, 2, 4  # classes of arrays; those of numbers are 6 to 15
_COMPLEX = 0x800


def read_variable(data: bytes, name: str) -> Value:
    """A variable's value: arrays of numbers, texts, cells and arrays of structs as lists, a single struct as a dict.

    Raises ValueError for a file that is damaged, of another version or without the variable.
    """
    if len(data) < _HEADER or data[126:128] not in (b"IM", b"MI"):
        raise ValueError(f"no MATLAB file of version 5 ({len(data)} bytes)")
    order = "<" if data[126:128] == b"IM" else ">"
    (version,) = struct.unpack_from(f"{order}H", data, 124)
    if version != 0x100:
        what = "7.3, which is not read; save it with -v7" if version == 0x200 else f"{version:#x}, which is not known"
        raise ValueError(f"a MATLAB file of version {what}")
    try:
        for variable in _variables(data, order):
            array = _Array(variable, order)
            if array.name == name:
                return array.value(1)
    except (struct.error, zlib.error) as error:
        raise ValueError(f"a damaged MATLAB file ({error})") from None
    raise ValueError(f"a MATLAB file without the variable {name!r}")


def write_variable(name: str, value: object) -> bytes:
    """A file with one variable; the same bytes for the same value."""
    from scipy.io import savemat  # noqa: PLC0415  a fifth of a second

    file = io.BytesIO()
    savemat(file, {name: value})
    content = file.getvalue()
    return b"MATLAB 5.0 MAT-file".ljust(116) + content[116:]  # scipy writes the time there


def _variables(data: bytes, order: str) -> Iterator[bytes]:
    """The content of each variable, unpacked."""
    elements = _Elements(data[_HEADER:], order)
    while not elements.ended:
        kind, content = elements.next()
        if kind == _PACKED:
            inflate = zlib.decompressobj()
            kind, content = _Elements(inflate.decompress(content, LARGEST), order).next()
        if kind != _MATRIX or len(content) > LARGEST:
            raise ValueError(f"a damaged MATLAB file (an element of type {kind}, {len(content)} bytes, for a variable)")
        yield content


class _Elements:
    """The elements in a row of bytes."""

    def __init__(self, content: bytes, order: str) -> None:
        self._content, self._order, self._place = content, order, 0

    @property
    def ended(self) -> bool:
        return self._place >= len(self._content)

    def next(self) -> tuple[int, bytes]:
        """The next element's type and content; one of up to four bytes may lie in the second half of its own tag."""
        (kind,) = struct.unpack_from(f"{self._order}I", self._content, self._place)
        if small := kind >> 16:
            kind, size, start, end = kind & 0xFFFF, small, self._place + 4, self._place + 8
        else:
            (size,) = struct.unpack_from(f"{self._order}I", self._content, self._place + 4)
            start = self._place + 8
            end = start + (size if kind == _PACKED else -(-size // 8) * 8)
        content = self._content[start : start + size]
        if len(content) < size or small > 4:
            raise ValueError(f"a MATLAB file cut short, or longer than {LARGEST} bytes when unpacked")
        self._place = end
        return kind, content

    def integers(self) -> tuple[int, ...]:
        _, content = self.next()
        return struct.unpack(f"{self._order}{len(content) // 4}i", content)


class _Array:
    """An array: its class, dimensions and name; and what it holds."""

    def __init__(self, content: bytes, order: str) -> None:
        self._order, self._elements = order, _Elements(content, order)
        flags = self._elements.integers()
        self._dimensions = self._elements.integers()
        if len(flags) != 2 or not 2 <= len(self._dimensions) <= 32 or min(self._dimensions) < 0:
            raise ValueError("a damaged MATLAB file (an array's dimensions)")
        self._class, self._complex = flags[0] & 0xFF, bool(flags[0] & _COMPLEX)
        self.name = self._elements.next()[1].decode("latin-1")

    def value(self, depth: int) -> Value:
        """Raises ValueError where what is declared and what is there do not agree."""
        count = math.prod(self._dimensions)
        if depth > _DEEPEST:
            raise ValueError(f"a MATLAB file with more than {_DEEPEST} arrays in one another")
        if self._class == _CELL:
            return [self._inner(depth) for _ in range(count)]
        if self._class == _STRUCT:
            fields = self._fields()
            structs: list[Value] = [{field: self._inner(depth) for field in fields} for _ in range(count)]
            return structs[0] if count == 1 else structs
        if self._class == _CHARACTERS:
            kind, content = self._elements.next()
            codec = _TEXTS.get(kind, "latin-1")
            wide = "" if codec in ("latin-1", "utf-8") else "-le" if self._order == "<" else "-be"
            return content.decode(codec + wide, "replace")
        if 6 <= self._class <= 15:
            parts = [self._numbers(count) for _ in range(1 + self._complex)]
            return (parts[0] + 1j * parts[1] if self._complex else parts[0]).reshape(self._dimensions, order="F")
        raise ValueError(f"a MATLAB file with an array of class {self._class}; expected numbers, text, cells, structs")

    def _inner(self, depth: int) -> Value:
        kind, content = self._elements.next()
        if kind != _MATRIX:
            raise ValueError(f"a damaged MATLAB file (an element of type {kind} where an array begins)")
        return _Array(content, self._order).value(depth + 1) if content else _NOTHING

    def _fields(self) -> list[str]:
        (width, *_), (_, names) = self._elements.integers() or (0,), self._elements.next()
        if width < 1 or not names:
            raise ValueError("a damaged MATLAB file (the names of fields)")
        parts = (names[place : place + width] for place in range(0, len(names), width))
        return [part.partition(b"\0")[0].decode("latin-1") for part in parts]

    def _numbers(self, count: int) -> NDArray[Any]:
        kind, content = self._elements.next()
        if kind not in _NUMBERS:
            raise ValueError(f"a damaged MATLAB file (numbers of type {kind})")
        form = np.dtype(self._order + _NUMBERS[kind])
        if len(content) != count * form.itemsize:
            raise ValueError(f"a damaged MATLAB file ({count} numbers declared, {len(content)} bytes there)")
        return np.frombuffer(content, form)


_NOTHING = np.empty((0, 0))  # what an array without content is
