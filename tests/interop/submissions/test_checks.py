import pytest

from harness.interop.submissions.checks import number_faults, outermost

GOOD = "1,2,3,4\n5,6,7,8\n9,10,11,12\n"


@pytest.mark.parametrize(
    "text",
    [GOOD, GOOD.rstrip("\n"), GOOD.replace("\n", "\r\n"), GOOD.replace(",", ", "), "1,2,3,4\n-1.5,2e1,0,0\n1,1,1,.5\n"],
)
def test_what_servers_read_is_no_fault(zipped, text):
    assert list(number_faults(zipped({"a.txt": text}), "a.txt", 4, 3)) == []


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("1,2,3,4\n", ["a.txt: expected 3 rows, one a frame, found 1"]),
        ("", ["a.txt: expected 3 rows, one a frame, found 0"]),
        (GOOD + GOOD, ["a.txt: expected 3 rows, one a frame, found 6"]),
        (GOOD + "\n", ["a.txt: line 4 does not hold 4 numbers", "a.txt: expected 3 rows, one a frame, found 4"]),
        (
            GOOD.replace(",", "\t"),
            ["a.txt: line 1 parts its numbers by something else than commas, and so do 2 more"],
        ),
        (GOOD.replace("5,6,7,8", "5 6 7 8"), ["a.txt: line 2 parts its numbers by something else than commas"]),
        (GOOD.replace("5,6,7,8", "5,6,7"), ["a.txt: line 2 does not hold 4 numbers"]),
        (GOOD.replace("5,6,7,8", "5,6,7,x"), ["a.txt: line 2 holds what is no number"]),
        (GOOD.replace("5,6,7,8", "5,6,7,1_0"), ["a.txt: line 2 holds what is no number"]),
        (GOOD.replace("5,6,7,8", "nan,nan,nan,nan"), ["a.txt: line 2 holds nan or inf"]),
        (GOOD.replace("5,6,7,8", "5,6,inf,8"), ["a.txt: line 2 holds nan or inf"]),
        (GOOD.replace("11,12", "11,-12"), ["a.txt: line 3 has a negative width or height"]),
        (
            "a,2,3,4\n1;2;3;4\n1,2,-3,4\n1,2,nan,4\n",
            [
                "a.txt: line 2 parts its numbers by something else than commas",
                "a.txt: line 1 holds what is no number",
                "a.txt: line 4 holds nan or inf",
                "a.txt: expected 3 rows, one a frame, found 4",
                "a.txt: line 3 has a negative width or height",
            ],
        ),
    ],
)
def test_every_fault_of_a_file_is_said_with_its_line(zipped, text, faults):
    assert list(number_faults(zipped({"a.txt": text}), "a.txt", 4, 3)) == faults


def test_rows_are_not_counted_where_nobody_knows_how_many_there_are(zipped):
    assert list(number_faults(zipped({"a.txt": GOOD}), "a.txt", 4, None)) == []


@pytest.mark.parametrize(("text", "lines"), [("0.1\n0.2\n0\n", "3"), ("-1\n0.2\n0\n", "1")])
def test_seconds_are_above_zero(zipped, text, lines):
    (fault,) = number_faults(zipped({"t.txt": text}), "t.txt", 1, 3, positive=True)
    assert fault.startswith(f"t.txt: line {lines} is not above zero")


def test_a_damaged_member_is_a_fault_of_its_own(zipped):
    source = zipped({"a.txt": GOOD * 50})
    content = bytearray(source.path.read_bytes())
    content[60] ^= 1
    source.path.write_bytes(content)
    (fault,) = number_faults(type(source)(source.path), "a.txt", 4, 3)
    assert "a.txt: cannot be unpacked" in fault


@pytest.mark.parametrize(
    ("files", "folder"),
    [(["t/a/x", "t/b/y"], "t/"), (["a/x"], ""), (["a/x", "b/x"], ""), (["t/a/x", "readme"], ""), (["x"], "")],
)
def test_a_folder_around_all(zipped, files, folder):
    assert outermost(zipped(dict.fromkeys(files, "")), {"a", "b"}) == folder
