"""harness verify, as a user meets it."""

import json
from importlib.util import find_spec

import pytest

pytestmark = pytest.mark.skipif(find_spec("got10k") is None, reason="got10k is not installed")


def test_ours_stand_beside_theirs(harness, otb_copy, tmp_path):
    run = ["run", "--dataset", "otb100", "--root", otb_copy, "--sequences", "Deer,Skiing", "--tracker", "static"]
    harness(*run, code=0)
    lines = harness("verify", code=0).stdout.splitlines()
    assert lines[0] == "otb100, one_pass: compat.got10k-toolkit@1 beside got10k 0.1.3"
    rows = [line.split() for line in lines[2:5]]
    assert [row[:2] for row in rows] == [["static", metric] for metric in ("auc", "op50", "precision")]
    assert all(row[2] == row[3] and row[5] == "same" for row in rows)
    assert lines[5].split(maxsplit=1) == ["static", "on 2 of 100 sequences"]

    file = tmp_path / "results/otb100/one_pass/static/Deer.txt"
    file.write_text(file.read_text().replace("14", "15"))
    (document,) = json.loads(harness("verify", "--json", code=0).stdout)
    assert document["agrees"]
    assert (document["sequences"], document["compared"][0]["tolerance"]) == (1, 1e-9)
    assert "not as it was written" in document["left_out"]["Deer"]
    assert "no results of tracker 'kcf'; there are: static" in harness("verify", "--tracker", "kcf", code=2).stderr


def test_without_results_it_says_how_to_get_some(harness):
    done = harness("verify", code=1)
    assert "harness run --tracker kcf --dataset synthetic" in done.stderr
    assert len(done.stderr.splitlines()) == 1
