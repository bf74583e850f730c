"""harness data, as a user meets it."""

import json
import shutil
import subprocess
import sys

import pytest

from harness.cli.main import main


@pytest.fixture
def whole(otb_copy, monkeypatch):
    """`otb_copy` where the command looks for it without being told."""
    (otb_copy.parent / "data").mkdir()
    monkeypatch.delenv("HARNESS_DATA", raising=False)
    return otb_copy.rename(otb_copy.parent / "data" / "otb100")


def test_a_flawless_copy(harness):
    done = harness("data", "check", "--dataset", "synthetic", "--quick", code=0)
    assert done.stdout == "synthetic: 12 of 12 sequences, 1,180 frames, nothing wrong\n"
    assert done.stderr == ""


def test_a_line_a_finding_and_a_summary(harness, whole):
    (whole / "Deer/img/0040.jpg").write_bytes(b"")
    first, second, last = harness("data", "check", "--dataset", "otb100", code=1).stdout.splitlines()
    assert first.startswith("otb100: 96 of 100 sequences missing: Basketball, ")
    assert second.startswith("otb100: Deer: data/otb100/Deer/img/0040.jpg: not an image")
    assert last == "otb100: 4 of 100 sequences, 325 frames, 2 things wrong"
    quick = harness("data", "check", "--dataset", "otb100", "--quick", code=1).stdout
    assert quick.splitlines() == [first, "otb100: 4 of 100 sequences, 325 frames, 1 thing wrong"]
    assert harness("data", "check", "--dataset", "otb100", "--quick", "-q", code=1).stdout == first + "\n"


def test_annotations_only_is_said(harness, whole):
    for folder in whole.iterdir():
        shutil.rmtree(folder / "img")
    assert "\notb100: annotations only, no images\n" in harness("data", "check", "--dataset", "otb100", code=1).stdout


def test_a_dataset_that_is_not_there_stops_no_other(harness, whole):
    lines = harness("data", "check", "--dataset", "otb50,synthetic", "--quick", code=1).stdout.splitlines()
    assert lines[0].startswith("otb50: data/otb50: no such folder. Give --root DIR")
    assert lines[1].startswith("synthetic: 12 of 12 sequences")


@pytest.mark.parametrize("words", [["data", "--json", "check"], ["data", "check", "--json"]])
def test_check_json_is_one_document(harness, whole, words):
    done = harness(*words, "--dataset", "otb100", "--dataset", "otb50", "--quick", code=1)
    found, absent = json.loads(done.stdout)
    assert {key: found[key] for key in ("dataset", "root", "available", "expected", "frames", "wrong")} == {
        **{"dataset": "otb100", "root": "data/otb100", "available": 4},
        **{"expected": 100, "frames": 325, "wrong": 1},
    }
    (finding,) = found["findings"]
    assert (finding["sequence"], finding["wrong"]) == (None, True)
    assert (absent["dataset"], absent["root"], absent["wrong"]) == ("otb50", None, 1)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["check", "--dataset", "synthetic,otb10"], "unknown dataset 'otb10'; did you mean 'otb100'"),
        (["check", "--dataset", "otb100:test"], "otb100 has no splits"),
        (["where", "--dataset", "otb10"], "unknown dataset 'otb10'"),
        (["where", "--dataset", "otb100:test"], "otb100 has no splits"),
        (["check", "--dataset", ""], "argument --dataset: expected a name, found ''"),
        (["check"], "the following arguments are required: --dataset"),
        (["chek"], "invalid choice: 'chek'"),
        ([], "the following arguments are required: PART"),
    ],
)
def test_wrong_usage_is_code_2(capsys, words, message):
    try:
        code = main(["data", *words])
    except SystemExit as left:  # argparse's own complaints
        code = left.code
    assert code == 2
    shown = capsys.readouterr()
    assert message in shown.err
    assert shown.out == ""


def test_a_reader_that_goes_away_leaves_no_traceback(whole, tmp_path):
    command = [sys.executable, "-m", "harness", "data", "check", "--dataset", "otb100"]
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() == 1


def test_every_part_has_help(harness):
    parts = ("check", "make", "where")
    whole = harness("data", "--help", code=0).stdout
    for part in parts:
        assert f"\n    {part} " in whole
        assert "--root DIR" in harness("data", part, "--help", code=0).stdout


def rows(harness, *words):
    return {row["dataset"]: row for row in json.loads(harness("data", "where", *words, "--json", code=0).stdout)}


def test_where_nothing_is_there(harness, monkeypatch):
    monkeypatch.delenv("HARNESS_DATA", raising=False)
    found = rows(harness)
    listed = json.loads(harness("list", "datasets", "--json", code=0).stdout)["datasets"]
    assert list(found) == listed
    for name in set(listed) - {"synthetic"}:
        row = found[name]
        assert (row["root"], row["chosen_by"], row["available"]) == (f"data/{name}", "default", 0)
        assert row["homepage"].startswith("http")
        assert row["problem"] == f"data/{name}: no such folder"
    assert found["synthetic"]["holds"] == "made here when first used"
    lines = harness("data", "where", code=0).stdout.splitlines()
    assert len(lines) == 1 + len(listed)
    assert len({line.index("data/") for line in lines[1:]}) == 1


def test_where_shows_what_each_copy_holds_and_who_chose_its_root(harness, whole, tmp_path, monkeypatch):
    (only,) = rows(harness, "--dataset", "otb100").values()
    found = (only["root"], only["chosen_by"], only["available"], only["expected"], only["holds"])
    assert found == ("data/otb100", "default", 4, 100, "images")

    shutil.make_archive(str(tmp_path / "other/otb100/copy"), "zip", whole)
    monkeypatch.setenv("HARNESS_DATA", str(tmp_path / "other"))
    row = rows(harness)["otb100"]
    assert (row["root"], row["chosen_by"]) == (str(tmp_path / "other/otb100"), "HARNESS_DATA")
    assert row["holds"] == "images in zips"
    monkeypatch.delenv("HARNESS_DATA")

    annotations = tmp_path / "anno_TB100"
    annotations.mkdir()
    shutil.copy(whole / "Deer/groundtruth_rect.txt", annotations / "Deer.txt")
    (tmp_path / "harness.ini").write_text(f"[data]\notb100 = {annotations}\n")
    row = rows(harness)["otb100"]
    assert (row["chosen_by"], row["available"], row["holds"]) == ("harness.ini", 1, "annotations only")
    row = rows(harness, "--dataset", "otb100", "--root", whole)["otb100"]
    assert (row["chosen_by"], row["holds"]) == ("argument", "images")


def test_where_shows_further_splits_that_are_there(harness, tmp_path):
    home = tmp_path / "data/got10k/val/GOT-10k_Val_000001"
    home.mkdir(parents=True)
    (home / "groundtruth.txt").write_text("1,2,3,4\n")
    for flag in ("absence", "cover", "cut_by_image"):
        (home / f"{flag}.label").write_text("0\n")
    (home / "meta_info.ini").write_text("resolution: (64, 48)\n")
    found = rows(harness, "--dataset", "got10k")
    assert [(name, row["available"]) for name, row in found.items()] == [("got10k", 0), ("got10k:val", 1)]
    assert found["got10k:val"]["holds"] == "annotations only"
    assert rows(harness, "--dataset", "got10k:val") == {"got10k:val": found["got10k:val"]}


def test_where_says_what_stands_in_the_way(harness, whole):
    (whole / "Bird2/groundtruth_rect.txt").write_text("1,2,3\n")
    _, row, problem = harness("data", "where", "--dataset", "otb100", code=0).stdout.splitlines()
    assert "4 of 100, the first cannot be opened  data/otb100" in row
    assert problem.startswith("  data/otb100/Bird2/groundtruth_rect.txt:1: expected 4 numbers")
    assert "Bird2" not in harness("data", "where", code=0).stdout  # only what was asked for is explained
    shutil.rmtree(whole)
    _, row, problem = harness("data", "where", "--dataset", "otb100", code=0).stdout.splitlines()
    assert row.split()[:3] == ["otb100", "nothing", "data/otb100"]
    assert problem == "  data/otb100: no such folder"
