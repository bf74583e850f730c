"""MATLAB's files: what scipy writes and reads is read alike; what lies about itself is refused, whatever it says."""

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
import scipy.io
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.interop.formats.mat_file import LARGEST, read_variable, write_variable

CELLS = np.empty((1, 2), object)
CELLS[0] = [{"type": "rect", "res": np.arange(8.0).reshape(2, 4), "len": 2, "ok": True}, np.empty((0, 0))]


def saved(value, **options):
    file = io.BytesIO()
    scipy.io.savemat(file, {"before": 1, "results": value}, **options)
    return file.getvalue()


def alike(ours, theirs):
    """Whether a value is scipy's, which has texts, cells and structs as arrays."""
    if theirs.dtype.names:
        structs = ours if isinstance(ours, list) else [ours]
        return len(structs) == theirs.size and all(
            alike(mine[name], other[name])
            for mine, other in zip(structs, theirs.ravel("F"), strict=True)
            for name in theirs.dtype.names
        )
    if theirs.dtype == object:
        return len(ours) == theirs.size and all(map(alike, ours, theirs.ravel("F")))
    return ours == "".join(theirs) if theirs.dtype.kind == "U" else np.array_equal(ours, theirs)


@pytest.mark.parametrize("packed", [False, True])
def test_cells_structs_texts_and_numbers(packed):
    full, empty = read_variable(saved(CELLS, do_compression=packed), "results")
    assert (full["type"], full["len"].tolist(), full["ok"].tolist()) == ("rect", [[2]], [[1]])
    assert full["res"].tolist() == [[0, 1, 2, 3], [4, 5, 6, 7]]
    assert empty.size == 0


@given(
    st.sampled_from(["f8", "f4", "i4", "u2", "i1", "u8", "c16"]),
    st.lists(st.integers(0, 4), min_size=2, max_size=4),
    st.booleans(),
)
@settings(max_examples=40, deadline=None)
def test_numbers_of_all_types_and_shapes(kind, shape, packed):
    numbers = np.arange(np.prod(shape)).reshape(shape).astype(kind)
    back = read_variable(saved(numbers, do_compression=packed), "results")
    assert back.shape == numbers.shape
    assert np.array_equal(back, numbers)


@pytest.mark.parametrize("kind", ["cell", "cellnest", "double", "matrix", "complex", "string", "struct", "structarr"])
def test_files_that_matlab_itself_wrote(kind):
    folder = Path(scipy.io.__file__).parent / "matlab/tests/data"
    files = [file for version in "67" for file in sorted(folder.glob(f"test{kind}_{version}.*.mat"))]
    if not files:
        pytest.skip("scipy came without its test data")
    for file in files:  # of MATLAB 6 and 7, of either byte order
        name = f"test{kind}"
        assert alike(read_variable(file.read_bytes(), name), scipy.io.loadmat(file)[name]), file


def test_the_same_value_gives_the_same_bytes_and_scipy_reads_them():
    data = write_variable("results", CELLS)
    assert data == write_variable("results", CELLS)
    assert b"Created" not in data  # the time of day
    cell = scipy.io.loadmat(io.BytesIO(data))["results"][0, 0]
    assert cell["type"].item() == "rect"


def element(kind, content):
    return struct.pack("<II", kind, len(content)) + content + bytes(-len(content) % 8)


def array(class_, dimensions, *held):
    head = element(6, struct.pack("<II", class_, 0)) + element(5, struct.pack(f"<{len(dimensions)}i", *dimensions))
    return element(14, head + element(1, b"results") + b"".join(held))


def file(variable):
    return bytes(124) + b"\x00\x01IM" + variable


def packed(variable):
    content = zlib.compress(variable)
    return struct.pack("<II", 15, len(content)) + content


def nested(depth):
    return array(6, (1, 1), element(9, bytes(8))) if not depth else array(1, (1, 1), nested(depth - 1))


FIELDS = element(5, struct.pack("<i", 8)) + element(1, b"a\0\0\0\0\0\0\0")
LIES = {
    "numbers": array(6, (2**30, 2**30), element(9, bytes(8))),
    "characters": array(4, (2**30, 2**30)),
    "cells": array(1, (2**30, 2**30)),
    "structs": array(2, (2**30, 2**30), FIELDS),
    "no width of names": array(2, (1, 1), element(5, bytes(4)), element(1, b"a")),
    "a negative dimension": array(6, (-1, 4), element(9, bytes(8))),
    "one dimension": array(6, (1,), element(9, bytes(8))),
    "half a number": array(6, (1, 1), element(9, bytes(4))),
    "numbers of no type": array(6, (1, 1), element(99, bytes(8))),
    "a function": array(16, (1, 1), element(9, bytes(8))),
    "an object": array(3, (1, 1), element(9, bytes(8))),
    "an element longer than the file": struct.pack("<II", 14, 2**32 - 1) + bytes(64),
    "no array in a cell": array(1, (1, 1), element(9, bytes(8))),
    "no zlib": struct.pack("<II", 15, 8) + b"no  zlib",
    "zeros without end": packed(struct.pack("<II", 14, LARGEST + 8) + bytes(LARGEST + 8)),
    "cells in cells": nested(50),
}


@pytest.mark.parametrize("lie", LIES)
@pytest.mark.parametrize("wrap", [bytes, packed], ids=["plain", "packed"])
def test_lies_are_refused(lie, wrap):
    with pytest.raises(ValueError, match="MATLAB"):
        read_variable(file(wrap(LIES[lie])), "results")


def test_as_deep_as_results_are_is_read():
    assert read_variable(file(nested(3)), "results")[0][0][0].tolist() == [[0]]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "no MATLAB file"),
        (b"\x89HDF\r\n\x1a\n" + bytes(600), "no MATLAB file"),
        (bytes(124) + b"\x00\x02IM" + bytes(400), "version 7.3, which is not read; save it with -v7"),
        (bytes(124) + b"\x07\x00IM", "version 0x7, which is not known"),
        (saved(1)[:-9], "cut short"),
        (file(b""), "without the variable 'results'"),
    ],
)
def test_other_files_are_named(data, says):
    with pytest.raises(ValueError, match=says):
        read_variable(data, "results")


WHOLE = saved(CELLS)


@given(st.lists(st.tuples(st.integers(124, len(WHOLE) - 4), st.binary(min_size=1, max_size=4)), min_size=1, max_size=4))
@settings(max_examples=300, deadline=None)
def test_damage_is_read_or_refused_in_one_line(changes):
    data = bytearray(WHOLE)
    for place, content in changes:
        data[place : place + len(content)] = content
    try:
        read_variable(bytes(data), "results")
    except ValueError as error:
        assert "\n" not in str(error)
