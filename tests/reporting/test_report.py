import subprocess
import sys

import cv2
import pytest

from harness.core.errors import EvaluationError, NotWritable, UsageError
from harness.reporting.content import Content
from harness.reporting.report import write_report

TEXTS = {"scores.csv", "per_sequence.csv", "report.json", "table.tex", "report.md"}
ALL = TEXTS | {f"{figure}.{suffix}" for figure in ("success", "speed") for suffix in ("png", "pdf")}


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_one_dataset_lies_in_the_folder(tmp_path, mixed):
    report = write_report(Content.of("t", [mixed], compare=True), tmp_path / "new" / "folder")
    assert report.folder == tmp_path / "new" / "folder"
    assert {path.name for path in report.files} == ALL
    assert set(contents(report.folder)) == ALL
    assert b"![otb100, success](success.png)" in (report.folder / "report.md").read_bytes()


def test_plots_of_several_datasets_lie_in_folders(tmp_path, mixed, other, table):
    again = table({"kcf": {"x": [0.5, 1]}}, rule="compat.pysot@1")
    report = write_report(Content.of("t", [mixed, again, other]), tmp_path, ["png", "md"])
    plots = {
        f"{place}/{figure}.png"
        for place in ("lasot", "otb100/one_pass-otb.official@1", "otb100/one_pass-compat.pysot@1")
        for figure in ("success", "speed")
    }
    assert set(contents(tmp_path)) == {"report.md"} | plots
    assert all(cv2.imread(str(path)) is not None for path in report.files if path.suffix == ".png")
    assert b"](lasot/success.png)" in (tmp_path / "report.md").read_bytes()


def test_only_what_is_asked_for(tmp_path, mixed):
    write_report(Content.of("t", [mixed]), tmp_path, ["csv"])
    assert set(contents(tmp_path)) == {"scores.csv", "per_sequence.csv"}


def test_the_second_writing_gives_the_same_bytes(tmp_path, mixed):
    for name in ("first", "second", "second"):
        write_report(Content.of("t", [mixed], compare=True, recorded={"seed": 1}), tmp_path / name)
    assert contents(tmp_path / "first") == contents(tmp_path / "second")


def test_a_table_without_trackers(tmp_path, table):
    write_report(Content.of("t", [table({})], compare=True), tmp_path)
    assert set(contents(tmp_path)) == TEXTS


def test_what_is_asked_for_beside_the_scores(tmp_path, challenged):
    write_report(Content.of("t", [challenged], compare=True, attributes=True), tmp_path, ["csv", "png", "md"])
    found = contents(tmp_path)
    assert {"attributes.csv", "attributes.png", "gains.png"} < set(found)
    assert b"![otb100, gains](gains.png)" in found["report.md"]
    assert b"### AUC by attribute (sequences)" in found["report.md"]


def test_no_table(tmp_path):
    with pytest.raises(EvaluationError, match="nothing to report"):
        write_report(Content.of("t", []), tmp_path)


def test_unknown_format(tmp_path, mixed):
    with pytest.raises(UsageError, match=r"^unknown format 'html', 'doc': known are csv, json, tex, png, pdf, md$"):
        write_report(Content.of("t", [mixed]), tmp_path / "x", ["csv", "html", "doc"])
    assert not (tmp_path / "x").exists()


def test_a_folder_that_cannot_be_made(tmp_path, mixed):
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(
        NotWritable, match=r"^\S+taken\S+scores\.csv: cannot be written \(.+\); make it writable or .*$"
    ):
        write_report(Content.of("t", [mixed]), tmp_path / "taken", ["csv"])


def test_a_file_that_cannot_be_replaced_leaves_nothing_behind(tmp_path, mixed):
    (tmp_path / "scores.csv").mkdir()
    with pytest.raises(NotWritable, match=r"scores\.csv: cannot be written"):
        write_report(Content.of("t", [mixed]), tmp_path, ["csv"])
    assert contents(tmp_path) == {}


def test_matplotlib_is_imported_for_plots_alone():
    program = "import sys, harness.reporting.report; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
