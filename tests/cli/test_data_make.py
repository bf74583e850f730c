"""harness data make: what is asked on the command line is what lies in the folder."""

import argparse
import json
from pathlib import Path

import cv2
import pytest

from harness.cli import data_make
from harness.core.errors import UsageError
from harness.datasets.synthetic.layouts.write import LAYOUTS


def run(*arguments: str, quiet: bool = False, as_json: bool = False) -> int:
    parser = argparse.ArgumentParser(argument_default=argparse.SUPPRESS)  # as harness data makes it
    data_make.add_arguments(parser)
    return data_make.execute(parser.parse_args(arguments, argparse.Namespace(quiet=quiet, json=as_json)))


def test_every_layout_can_be_chosen() -> None:
    parser = argparse.ArgumentParser()
    data_make.add_arguments(parser)
    choices = next(action.choices for action in parser._actions if action.dest == "layout")
    assert set(choices or ()) == LAYOUTS.keys()


def test_options_reach_the_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "copy"
    which = "--layout lasot --split train --number 2 --length 11"
    what = "--size 128x50 --targets 2 --grey --attributes LR,SV --seed 3"
    assert run(*which.split(), *what.split(), "--out", str(out)) == 0
    assert {path.name for path in (out / "airplane").iterdir()} == {"airplane-2", "airplane-3"}
    images = sorted((out / "airplane" / "airplane-2" / "img").iterdir())
    assert len(images) == 11
    assert cv2.imread(str(images[0]), cv2.IMREAD_UNCHANGED).shape == (50, 128)
    told = capsys.readouterr()
    assert told.out == f"2 sequences, 22 frames in {out}\n"
    assert [line.partition(":")[0] for line in told.err.splitlines()] == ["  airplane-2", "  airplane-3"]
    assert "11 frames, " in told.err and "LR" in told.err


def test_quiet_says_nothing_and_json_one_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--layout", "got10k", "--number", "1", "--length", "10", "--size", "64x48", "--zip", "--out"]
    assert run(*words, str(tmp_path / "a"), quiet=True) == 0
    assert capsys.readouterr() == ("", "")
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["test_data.zip"]
    assert run(*words, str(tmp_path / "b"), as_json=True) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["layout"] == "got10k"
    assert [(s["name"], s["frames"]) for s in document["sequences"]] == [("GOT-10k_Test_000001", 10)]
    assert "SV" in document["sequences"][0]["attributes"]


def test_a_length_where_the_benchmark_has_its_own_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="sequences of otb have their own lengths; leave --length out"):
        run("--layout", "otb", "--length", "20", "--out", str(tmp_path / "copy"))


@pytest.mark.parametrize("size", ["320", "x240", "320x", "-3x4", "a x b"])
def test_a_size_is_two_numbers(size: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run("--layout", "lasot", "--out", "x", f"--size={size}")
    assert f"expected WIDTHxHEIGHT, found '{size}'" in capsys.readouterr().err
