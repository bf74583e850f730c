import subprocess
import sys

import cv2
import pytest

from harness.core.errors import EvaluationError, NotWritable, UsageError
from harness.reporting.report import FORMATS, write_report

ALL = {"scores.csv", "per_sequence.csv", "report.json", "table.tex", "report.md", "success.png", "success.pdf"}


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_one_dataset_lies_in_the_folder(tmp_path, mixed):
    report = write_report([mixed], tmp_path / "new" / "folder", title="t", formats=FORMATS, compare=True)
    assert report.folder == tmp_path / "new" / "folder"
    assert {path.name for path in report.files} == ALL
    assert set(contents(report.folder)) == ALL
    assert b"![otb100, success](success.png)" in (report.folder / "report.md").read_bytes()


def test_plots_of_several_datasets_lie_in_folders(tmp_path, mixed, other, table):
    again = table({"kcf": {"x": [0.5, 1]}}, rule="compat.pysot@1")
    report = write_report([mixed, again, other], tmp_path, title="t", formats=["png", "md"], compare=False)
    plots = {
        "lasot/success.png",
        "otb100/one_pass-otb.official@1/success.png",
        "otb100/one_pass-compat.pysot@1/success.png",
    }
    assert set(contents(tmp_path)) == {"report.md"} | plots
    assert all(cv2.imread(str(path)) is not None for path in report.files if path.suffix == ".png")
    assert b"](lasot/success.png)" in (tmp_path / "report.md").read_bytes()


def test_only_what_is_asked_for(tmp_path, mixed):
    write_report([mixed], tmp_path, title="t", formats=["csv"], compare=False)
    assert set(contents(tmp_path)) == {"scores.csv", "per_sequence.csv"}


def test_the_second_writing_gives_the_same_bytes(tmp_path, mixed, other):
    for name in ("first", "second", "second"):
        write_report([mixed, other], tmp_path / name, title="t", formats=FORMATS, compare=True, recorded={"seed": 1})
    assert contents(tmp_path / "first") == contents(tmp_path / "second")


def test_a_table_without_trackers(tmp_path, table):
    write_report([table({})], tmp_path, title="t", formats=FORMATS, compare=True)
    assert set(contents(tmp_path)) == {name for name in ALL if not name.startswith("success")}


def test_no_table(tmp_path):
    with pytest.raises(EvaluationError, match="nothing to report"):
        write_report([], tmp_path, title="t", formats=FORMATS, compare=False)


def test_unknown_format(tmp_path, mixed):
    with pytest.raises(UsageError, match=r"^unknown format 'html', 'doc': known are csv, json, tex, png, pdf, md$"):
        write_report([mixed], tmp_path / "x", title="t", formats=["csv", "html", "doc"], compare=False)
    assert not (tmp_path / "x").exists()


def test_a_folder_that_cannot_be_made(tmp_path, mixed):
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(
        NotWritable, match=r"^\S+taken\S+scores\.csv: cannot be written \(.+\); make it writable or .*$"
    ):
        write_report([mixed], tmp_path / "taken", title="t", formats=["csv"], compare=False)


def test_a_file_that_cannot_be_replaced_leaves_nothing_behind(tmp_path, mixed):
    (tmp_path / "scores.csv").mkdir()
    with pytest.raises(NotWritable, match=r"scores\.csv: cannot be written"):
        write_report([mixed], tmp_path, title="t", formats=["csv"], compare=False)
    assert contents(tmp_path) == {}


def test_matplotlib_is_imported_for_plots_alone():
    program = "import sys, harness.reporting.report; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
