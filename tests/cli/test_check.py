"""harness check, as a tracker's author meets it."""

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from harness import open_dataset
from harness.cli.main import main

SEQUENCE = "fast-1"
MINE = '''
"""Follows the truth, with boxes up to 40 % too narrow."""
import numpy as np

import harness

NARROWER = 1.0


class Mine(harness.Tracker):
    def start(self, frames, targets, seeds):
        return [harness.Track() for _ in frames]

    def update(self, tracks, frames):
        return [harness.Prediction(harness.Box(*BOXES[frame.index])) for frame in frames]


BOXES = np.loadtxt("boxes.txt")
BOXES[:, 2] *= NARROWER * np.linspace(0.6, 1, len(BOXES))
'''


@pytest.fixture
def check(tmp_path, monkeypatch, capsys) -> Callable[..., SimpleNamespace]:
    """`harness check --baseline b.json …` in the test's folder, in this process: many runs, and each is short."""
    monkeypatch.chdir(tmp_path)

    def call(*words: object, code: int) -> SimpleNamespace:
        found = main(["check", "--baseline", "b.json", *map(str, words)])
        done = SimpleNamespace(**capsys.readouterr()._asdict())
        assert found == code, done.err
        return done

    return call


@pytest.fixture
def mine(check, tmp_path):
    """The same for a tracker in a file, with its baseline accepted; called with how much narrower its boxes become."""
    boxes = open_dataset("synthetic", tmp_path / "data")[SEQUENCE].truth.regions.boxes
    (tmp_path / "boxes.txt").write_text("\n".join(" ".join(map(repr, box)) for box in boxes.tolist()))

    def edited(narrower: float, *words: str, code: int) -> SimpleNamespace:
        Path("mine.py").write_text(MINE.replace("NARROWER = 1.0", f"NARROWER = {narrower}"))
        return check("--root", tmp_path / "data", "--tracker", "./mine.py:Mine", *words, code=code)

    edited(1.0, "--dataset", "synthetic", "--sequences", SEQUENCE, "--accept", code=0)
    return edited


@pytest.fixture
def accepted(check, otb_copy):
    """The same for `static` on two sequences of the small OTB copy, with its baseline accepted."""

    def static(*words: str, code: int) -> SimpleNamespace:
        return check("--root", otb_copy, *words, code=code)

    static("--tracker", "static", "--dataset", "otb100", "--sequences", "deer,skiing", "--accept", code=0)
    return static


def test_one_percent_worse_is_a_regression(mine, tmp_path):
    before = (tmp_path / "b.json").read_bytes()
    worse = mine(0.989, "--json", code=1)
    assert "1 made by another source" in worse.err
    document = json.loads(worse.out)
    auc = next(one for one in document["scores"] if one["name"] == "auc")
    assert auc["difference"] / auc["old"] == pytest.approx(-0.01, abs=0.004)
    assert (document["outcome"], auc["outcome"]) == ("worse", "worse")
    assert [one["outcome"] for one in document["sequences"]] == ["same"]  # fell by less than .01
    assert (tmp_path / "b.json").read_bytes() == before


def test_better_is_said_and_can_be_kept(mine, tmp_path):
    better = mine(1.02, code=0)
    assert better.out.endswith("better than b.json; keep it with --accept\n")
    assert mine(1.02, "--accept", "--quiet", code=0).out == ""
    assert mine(1.02, code=0).out.endswith("as good as b.json\n")
    assert mine(1.0, "--quiet", code=1).out.endswith("worse than b.json\n")
    assert mine(1.0, "--accept", code=0).out.endswith("accepted: b.json is written\n")


def test_the_tolerance_is_the_users(mine):
    assert "as good as b.json" in mine(0.989, "--tolerance", "0.02", code=0).out
    assert "at least 0; found -1.0" in mine(0.989, "--tolerance", "-1", code=2).err


def test_without_a_tracker_stored_results_are_compared(accepted, tmp_path):
    done = accepted(code=0)
    assert done.err == ""
    assert "static on otb100: 2 sequences, rule otb.official@1" in done.out
    assert accepted("--quiet", code=0).out == ""
    (tmp_path / "results/otb100/one_pass/static/Deer.json").unlink()
    assert "no score: Deer (no result)" in accepted(code=1).out
    assert "give --tracker too" in accepted("--subset", "2", code=2).err
    assert "no results of dataset" in accepted("--results", "elsewhere", code=2).err


def test_a_failed_sequence_is_a_regression_and_no_baseline(accepted, otb_copy, tmp_path):
    (otb_copy / "Deer/img/0040.jpg").write_bytes(b"")
    before = (tmp_path / "b.json").read_bytes()
    done = accepted("--tracker", "static", "--fresh", code=1)
    assert "no score: Deer (failed: " in done.out
    assert "scores are not compared" in done.out
    refused = accepted("--tracker", "static", "--accept", code=1)
    assert "a baseline stands on all its sequences; no score for Deer: failed: " in refused.err
    assert (tmp_path / "b.json").read_bytes() == before


@pytest.mark.parametrize(
    ("words", "difference"),
    [
        (["--tracker", "scripted"], "tracker: static, now scripted"),
        (["--tracker", "static", "--seed", "3"], "seed=0, now one_pass@1 init_box=minmax seed=3"),
        (["--tracker", "static", "--sequences", "deer"], "sequences: now without Skiing"),
        (["--tracker", "static", "--dataset", "otb50", "--sequences", "deer,skiing"], "dataset: otb100, now otb50"),
    ],
)
def test_another_measurement_is_refused_before_it_is_run(accepted, tmp_path, words, difference):
    done = accepted(*words, "--results", "new", code=2)
    assert difference in done.err
    assert done.err.count("\n") == 1
    assert not (tmp_path / "new").exists()


def test_another_rule_is_refused_unless_accepted(accepted, tmp_path):
    path = tmp_path / "b.json"
    path.write_text(path.read_text().replace("otb.official@1", "otb.official@0"))
    assert "rule: otb.official@0, now otb.official@1" in accepted(code=2).err
    shown = accepted("--accept", code=0).out
    assert shown.index("rule: otb.official@0, now otb.official@1") < shown.index("accepted: b.json")
    assert "as good as b.json" in accepted(code=0).out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "no baseline b.json; make the first with --accept"),
        (["--accept"], "give --tracker too"),
        (["--accept", "--tracker", "static"], "give one --tracker and one --dataset"),
        (["--accept", "--tracker", "static,kcf", "--dataset", "otb100"], "give one --tracker and one --dataset"),
    ],
)
def test_wrong_usage_is_one_line_and_code_2(check, words, message):
    done = check(*words, code=2)
    assert message in done.err
    assert done.err.count("\n") == 1
