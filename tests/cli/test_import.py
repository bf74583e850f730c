"""harness import and export, as a user meets them; what is imported is reported and checked like any run."""

import json
import shutil

import pytest


@pytest.fixture
def released(otb_copy, tmp_path):
    """The truth of a small OTB copy, off by a fraction, as a toolkit might leave a tracker's results."""
    folder = tmp_path / "released" / "SiamX"
    folder.mkdir(parents=True)
    for name in ("Deer", "Football1", "Skiing", "Bird2"):
        rows = (otb_copy / name / "groundtruth_rect.txt").read_text().splitlines()
        spelled = name[0].lower() + name[1:]
        (folder / f"{spelled}.txt").write_text(rows[0] + "\n" + "".join(f"{row[:-6]},14.25,14\n" for row in rows[1:]))
    return folder


@pytest.fixture
def load(harness, otb_copy):
    return lambda *words, code=0: harness("import", "--dataset", "otb100", "--root", otb_copy, *words, code=code)


def test_import_then_report_then_export(load, harness, otb_copy, released, tmp_path):
    done = load(released)
    assert done.stdout.splitlines()[0] == "SiamX (pysot) in otb100/one_pass: 4 results stored"
    assert "  boxes are xywh from 1: 4 of 4 first rows are the truth's" in done.stdout
    assert done.stderr == ""
    assert "4 there before" in load(released).stdout
    harness("run", "--tracker", "static", "--dataset", "otb100", "--root", otb_copy, "--allow-partial", code=0)
    harness("report", "--compare", "--formats", "csv,tex,md", "--out", "report", code=0)
    rows = (tmp_path / "report" / "scores.csv").read_text().splitlines()
    assert {row.split(",")[0] for row in rows[1:]} == {"SiamX", "static"}
    asked = ("--dataset", "otb100", "--tracker", "SiamX,static")
    harness("export", "--to", "pytracking", *asked, "--out", "out.zip", code=0)
    done = harness("export", "--to", "pysot", *asked, "--out", "out", code=0)
    assert done.stdout == "8 files in out\n"
    for file in released.iterdir():
        capital = file.name[0].upper() + file.name[1:]
        assert (tmp_path / "out" / "SiamX" / capital).read_bytes() == file.read_bytes()
    done = load("out.zip", "--results", "elsewhere", "--json")
    assert [(one["label"], one["format"], one["made"]) for one in json.loads(done.stdout)] == [
        ("SiamX", "pytracking", 4), ("static", "pytracking", 4)
    ]  # fmt: skip


def test_what_is_refused_is_one_line_and_stops_no_other(load, released, tmp_path):
    shutil.copytree(released, tmp_path / "released" / "Other")
    (tmp_path / "released" / "Other" / "basketbal.txt").write_text("1,2,3,4\n")
    done = load("released", code=1)
    (line,) = done.stderr.splitlines()
    assert line.startswith("harness import: released/Other: 1 names are no sequences of otb100: basketbal (nearest")
    assert "SiamX (pysot)" in done.stdout
    assert "left out, no sequences" in load("released", "--allow-extra").stdout


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["nothing"], 1, "nothing: No such file or directory"),
        (["released", "--tracker", "=cmd"], 2, "label '=cmd': expected printable text"),
        (["released", "released", "--from", "pysot"], 1, "two trackers would get the label 'SiamX'"),
        (["released", "--from", "vot"], 1, "no results in the layout of vot"),
        (["released", "--first", "0"], 0, ""),
    ],
)
def test_usage(load, released, words, code, said):
    done = load(*words, code=code)
    assert said in done.stderr
    assert len(set(done.stderr.splitlines())) == bool(said)


def test_export_of_what_is_not_stored(load, harness, released):
    load(released, "--tracker", "mine")
    for words, said in (
        (["--tracker", "yours"], "no results of tracker 'yours'; there are: mine"),
        (["--tracker", "mine", "--protocol", "supervised"], "what is stored is one_pass"),
    ):
        done = harness("export", "--to", "vot", "--dataset", "otb100", *words, "--out", "out", code=2)
        assert said in done.stderr


def test_names_never_become_code_in_a_report(load, harness, released, tmp_path):
    for label in (r"a_b&<script>alert(1)</script>"[:20], "#1 $x^2$ {~}", "*x* [y](z)|"):
        load(released, "--tracker", label)
    harness("report", "--formats", "csv,tex,md", "--out", "report", code=0)
    tex = (tmp_path / "report" / "table.tex").read_text()
    assert r"a\_b\&" in tex
    assert r"\#1 \$x\textasciicircum{}2\$" in tex
    page = (tmp_path / "report" / "report.md").read_text()
    assert "<script" not in page.replace(r"\<", "")
    assert "[y](z)" not in page
