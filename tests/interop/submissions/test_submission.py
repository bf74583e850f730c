"""Archives written, read again by others' code: zipfile and numpy."""

import io
import zipfile

import numpy as np
import pytest

from harness.core.regions import Regions, Special
from harness.interop.formats.format import Entry
from harness.interop.source import Source
from harness.interop.submissions.submission import SERVERS, faults, submit

BOXES = np.array([[10.0, 20, 5, 4], [11.0625, 20, 5, 4], [12, 20, 1 / 3, 0]])
SECONDS = np.array([0.5, 0.01, 0.02])


@pytest.fixture
def sequences(sequence):
    return {"A_1": sequence("A_1", 3), "A_2": sequence("A_2", 3)}


def entries(suffix="", boxes=BOXES, protocol="one_pass"):
    regions = Regions(boxes)
    if protocol != "one_pass":
        regions = Regions.collect([Special.INITIALISED, *regions[1:]])
    return [Entry(name, suffix, protocol, regions, name, seconds=SECONDS) for name in ("A_1", "A_2")]


def write(server, path, sequences, made):
    return submit(SERVERS[server], made, sequences, path, label="mine", dataset=SERVERS[server].datasets[0])


def read(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_got10k(tmp_path, sequences):
    path = tmp_path / "new/mine.zip"
    assert write("got10k", path, sequences, entries()) == ()
    files = read(path)
    assert sorted(files) == [f"{name}/{name}_{end}.txt" for name in ("A_1", "A_2") for end in ("001", "time")]
    toolkit = io.StringIO()
    np.savetxt(toolkit, BOXES, "%.3f", ",")  # how got10k's own toolkit records
    assert files["A_1/A_1_001.txt"] == toolkit.getvalue()
    assert files["A_1/A_1_time.txt"] == "0.50000000\n0.01000000\n0.02000000\n"


def test_trackingnet_gets_all_digits(tmp_path, sequences):
    path = tmp_path / "mine.zip"
    assert write("trackingnet", path, sequences, entries()) == ()
    files = read(path)
    assert sorted(files) == ["A_1.txt", "A_2.txt"]
    assert np.array_equal(np.loadtxt(files["A_1.txt"].splitlines(), delimiter=","), BOXES)


def test_vot(tmp_path, sequences):
    path = tmp_path / "mine.zip"
    made = [one for number in (1, 2, 3) for one in entries(f"_{number:03d}", protocol="supervised")]
    assert write("vot", path, sequences, made) == ()
    files = read(path)
    assert {name.split("/")[0] for name in files} == {"baseline", "manifest.yml"}
    assert files["baseline/A_2/A_2_003.txt"].startswith("1\n11.0625,20")
    assert files["baseline/A_2/A_2_003_time.value"].split() == ["0.5", "0.01", "0.02"]


def test_the_same_results_make_the_same_bytes(tmp_path, sequences):
    for name in ("one.zip", "two.zip"):
        write("got10k", tmp_path / name, sequences, entries())
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


@pytest.mark.parametrize("server", SERVERS)
def test_what_the_server_would_not_take_is_not_written(tmp_path, sequences, server):
    path = tmp_path / "mine.zip"
    path.write_bytes(b"before")
    assert write(server, path, sequences, entries()[:1] if server != "vot" else [])
    assert [file.name for file in tmp_path.iterdir()] == ["mine.zip"]
    assert path.read_bytes() == b"before"


def test_a_fault_names_the_file_within_the_archive(tmp_path, sequences):
    boxes = BOXES.copy()
    boxes[1] = np.inf
    assert write("got10k", tmp_path / "mine.zip", sequences, entries(boxes=boxes)) == (
        "A_1/A_1_001.txt: line 2 holds nan or inf",
        "A_2/A_2_001.txt: line 2 holds nan or inf",
    )


def test_sequences_that_are_not_at_hand_are_said_once(tmp_path, sequences):
    path = tmp_path / "mine.zip"
    write("trackingnet", path, sequences, entries())
    assert faults(SERVERS["trackingnet"], Source(path), dict.fromkeys(sequences)) == (
        "2 sequences are not at hand to count their rows, the first A_1",
    )
