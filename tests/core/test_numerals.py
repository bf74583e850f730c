"""Numbers in text: to the bit what Python's float reads, whichever of the two readers was at work."""

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from harness.core import numeral_kernels, numerals
from harness.core.numerals import plain_decimals, read_rows

READERS = {"numpy": numerals._by_numpy, "compiled": numerals._by_machine_code}
both = pytest.mark.parametrize("read", READERS.values(), ids=READERS)

FLOATS = st.floats(allow_nan=False) | st.floats(-1e4, 1e4)
PRINTED = st.sampled_from([repr, "{:.3f}".format, "{:.16f}".format, "{:.18e}".format, "{:g}".format, "{:.25g}".format])


def same(first, second):
    return first.shape == second.shape and first.tobytes() == second.tobytes()


def halfway(low: float) -> Decimal:
    """The point between a float and the next: the hardest to tell the nearest of."""
    return (Decimal(low) + Decimal(np.nextafter(low, np.inf).item())) / 2


WORDS = (
    st.builds(lambda value, printed: printed(value), FLOATS, PRINTED)
    | st.builds(lambda low: f"{halfway(low):.18e}", st.floats(-1e4, 1e4))
    | st.builds(lambda low: f"{halfway(low):f}", st.integers(2**52, 2**53).map(float))
    | st.builds(lambda whole, power: f"{whole}e{power}", st.integers(0, 10**20), st.integers(-30, 30))
    | st.from_regex(r"\A[+-]?([0-9]{1,25}(\.[0-9]{0,25})?|\.[0-9]{1,25})([eE][+-]?[0-9]{1,7})?\Z")
    | st.sampled_from(["nan", "NaN", "+NAN", "inf", "-Infinity", "1e400", "5e-324", "1e-400", "-0", "0e99999"])
)


@both
@given(words=st.lists(WORDS, min_size=1, max_size=20))
@example(words=["18446744073709551615", "9007199254740993", "9007199254740993.0", "9007199254740992.5"])
@example(words=["0." + "0" * 21 + "12345678901234567890"[:n] for n in (1, 19, 20)])
def test_every_number_is_the_nearest_float(read, words):
    assert same(read("\n".join(words).encode(), 1), np.array([[float(word)] for word in words]))


@both
@given(
    st.lists(st.lists(FLOATS.map(repr), min_size=3, max_size=3), min_size=1, max_size=5),
    st.sampled_from([",", "\t", " ", ", ", " ,\t", "   "]),
    st.sampled_from(["\n", "\r\n", ",\n", " \n"]),
    st.sampled_from(["", "\n", "\r\n", " \n\n \t"]),
)
def test_any_separator_line_end_and_last_line_read_the_same(read, rows, separator, end, last):
    text = end.join(separator.join(row) for row in rows) + last
    assert same(read(text.encode(), 3), np.array(rows, np.float64))


NO_LINES = ["", "\n", " \r\n", "1", "1,2\n3", "1,2,3", "1,2\n\n3,4", "\n1,2", "1,,2", ",1,2", "1,2,,", "1,2\n,"]
NO_NUMBERS = ["x", "1_0", "0x2", "2e", "-", ".", "1.2.3", "na", "nann", "2\0", "\0", "\uff12", "m1", "# 1"]


@both
@pytest.mark.parametrize("text", [*NO_LINES, *(f"1,{word}" for word in NO_NUMBERS)])
def test_anything_else_is_none(read, text):
    assert read(text.encode(), 2) is None


CHARACTERS = b"0123456789.+-eEnaNif_,, \t\r\n\n\n\x0b\x1c\x85#m"
NUMERIC = st.lists(st.sampled_from(CHARACTERS), max_size=40).map(bytes)


@given(NUMERIC | st.binary(max_size=40), st.integers(1, 3))
@example(b"1\r2\r3", 1)
@example(b"1\x0b2", 1)
@example(b"1\x0c", 1)
def test_what_the_compiled_one_reads_numpy_reads_alike(data, columns):
    by_numpy, compiled = (read(data, columns) for read in READERS.values())
    assert compiled is None or same(compiled, by_numpy)


def test_threads_read_side_by_side():
    rows = np.random.default_rng(0).normal(0, 500, (2000, 4))
    texts = ["\n".join(",".join(map(repr, row)) for row in (rows + n).tolist()).encode() for n in range(8)]
    with ThreadPoolExecutor(4) as pool:
        read = list(pool.map(lambda text: numerals._by_machine_code(text, 4), texts))
    assert all(same(found, rows + n) for n, found in enumerate(read))


LITTLE_THEN_MUCH = """
import sys
from harness.core.numerals import read_rows
assert read_rows(b"1,2", 2).tolist() == [[1, 2]]
assert "numba" not in sys.modules
much = read_rows(b"1,2\\n" * 11 * 2**20, 2)
assert (much == [1, 2]).all() and len(much) == 11 * 2**20
assert "numba" in sys.modules
"""


def test_numba_is_loaded_for_much_text_only():
    subprocess.run([sys.executable, "-c", LITTLE_THEN_MUCH], check=True)


@pytest.mark.parametrize(("line", "left"), [(b"1.5\n", 36), (b"1.2345678901234567\n", 24)])
def test_what_takes_numpy_long_counts_for_more(monkeypatch, line, left):
    """4 MiB leave so many MiB of plain decimals until the compiled reader pays off; where all is known, 56 more."""
    for told in (0, 56):
        monkeypatch.setattr(numerals, "_so_far", numerals._SoFar())
        if told:
            numerals.expect(80 << 20)
        read_rows(line * (2**22 // len(line)), 1)
        assert [numerals._so_far.pays_off(left + told + more << 20) for more in (-1, 1)] == [False, True]


def test_exotic_spaces_and_line_ends_are_read_however_much_was_read(monkeypatch):
    monkeypatch.setattr(numerals, "_PAYS_OFF", 0)
    assert read_rows(b"1\r2\x0b3\x0c", 1).tolist() == [[1], [2], [3]]


ALONE = """
import numpy as np
from numeral_kernels import scan
values, marked = np.empty(1), np.zeros(1, bool)
print(scan(np.frombuffer(b"7\\n", np.uint8), 1, values, marked), values)
"""


def test_an_installation_that_cannot_be_written_works(tmp_path):
    shutil.copy(numeral_kernels.__file__, tmp_path)
    (tmp_path / "__pycache__").touch()  # no folder: where not even root could write
    nowhere = {**os.environ, "HOME": os.devnull, "XDG_CACHE_HOME": os.devnull}
    command = [sys.executable, "-c", ALONE]
    done = subprocess.run(command, cwd=tmp_path, env=nowhere, capture_output=True, text=True, check=True)
    assert done.stdout == "1 [7.]\n"


PLAIN = st.from_regex(r"-?([0-9]{1,9}\.?[0-9]{0,6}|\.[0-9]{1,15})", fullmatch=True)


@given(st.lists(st.tuples(PLAIN, PLAIN, PLAIN), min_size=1, max_size=8), st.booleans())
def test_plain_decimals_are_the_nearest_floats(rows, ended):
    text = "\n".join(map(",".join, rows)) + "\n" * ended
    found = plain_decimals(text.encode(), 3)
    expected = np.array([[float(word) for word in row] for row in rows])
    np.testing.assert_array_equal(found.view(np.int64), expected.view(np.int64))


ODD = r"|\n|1,2\n\n|,1|1,,2|1,2,|-,1|.,1|1..2,3|1.2.,3|1-2,3|--1,3|1 2|1e2,3|nan,1|+1,2|1,2\r\n|1,2\n3\n4,5,6|1\n2"
ODD += "|1234567890123456,1"


@pytest.mark.parametrize("text", ODD.encode().decode("unicode_escape").split("|"))
def test_what_is_not_plain_is_left_to_others(text):
    assert plain_decimals(text.encode(), 2) is None
