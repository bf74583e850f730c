import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest

from harness import __version__
from harness.reporting.content import Content
from harness.reporting.data import attributes_csv, document, per_sequence_csv, scores_csv


def test_scores(mixed):
    assert scores_csv([mixed]) == (
        "tracker,dataset,protocol,rule,metric,value,sequences,expected\n"
        "kcf,otb100,one_pass,otb.official@1,auc,0.375,2,2\n"
        "kcf,otb100,one_pass,otb.official@1,fps,160.0,2,2\n"
        "a_b$%,otb100,one_pass,otb.official@1,auc,0.625,2,2\n"
        "a_b$%,otb100,one_pass,otb.official@1,fps,,2,2\n"
        "new,otb100,one_pass,otb.official@1,auc,0.875,1,2\n"
        "new,otb100,one_pass,otb.official@1,fps,25.0,1,2\n"
    )


def test_per_sequence(other):
    assert per_sequence_csv([other]) == (
        "tracker,dataset,protocol,rule,metric,value,sequences,expected,sequence\n"
        "kcf,lasot,one_pass,lasot.official@1,auc,0.125,1,1,cat-1\n"
        "a_b$%,lasot,one_pass,lasot.official@1,auc,0.0625,1,1,cat-1\n"
        "kcf,lasot,one_pass,lasot.official@1,fps,60.0,1,1,cat-1\n"
        "a_b$%,lasot,one_pass,lasot.official@1,fps,30.0,1,1,cat-1\n"
    )


def test_numbers_survive_to_the_last_bit(table):
    third = table({'a,"b"': {"x": [1 / 3, 0.1 + 0.2]}}, expected=1)
    rows = list(csv.DictReader(io.StringIO(scores_csv([third]))))
    assert [float(row["value"]) for row in rows] == [1 / 3, 0.1 + 0.2]
    assert {row["tracker"] for row in rows} == {'a,"b"'}


def test_several_datasets_and_none(mixed, other, table):
    assert scores_csv([other, mixed]) == scores_csv([other]) + scores_csv([mixed]).split("\n", 1)[1]
    assert len(scores_csv([table({})]).splitlines()) == len(per_sequence_csv([table({})]).splitlines()) == 1


def strict(text):
    return json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))


def test_attributes(challenged):
    assert attributes_csv([challenged]).splitlines()[:3] == [
        "tracker,dataset,protocol,rule,metric,value,sequences,expected,attribute",
        "a,otb100,one_pass,otb.official@1,auc,0.5,2,2,FM",
        "a,otb100,one_pass,otb.official@1,auc,0.25,1,2,OCC",
    ]


def test_document(mixed):
    recorded = {"out": Path("a/b"), "seed": np.int64(3)}
    content = Content.of("my title", [mixed], compare=True, recorded=recorded)
    full = strict(document(content))
    assert (full["title"], full["harness"]) == ("my title", __version__)
    assert full["recorded"] == {"out": str(Path("a/b")), "seed": 3}
    (table,) = full["tables"]
    assert (table["dataset"], table["protocol"], table["rule"]) == ("otb100", "one_pass", "otb.official@1")
    assert (table["expected"], [m["name"] for m in table["metrics"]]) == (2, ["auc", "fps"])
    assert table["trackers"]["a_b$%"] == {
        "sequences": 2,
        "scores": {"auc": 0.625, "fps": None},
        "per_sequence": {"Bolt": {"auc": 0.75, "fps": None}, "Box": {"auc": 0.5, "fps": None}},
    }
    assert table["curves"][0]["by_tracker"]["kcf"] == [1, 0.375, 0]
    assert table["gaps"][0] == {"tracker": "new", "sequence": "Box", "reason": "no result"}
    assert table["against_best"]["best"] == "a_b$%"
    interval = {"low": None, "high": None}
    assert table["against_best"]["duels"][0] == {
        "tracker": "new", "difference": 0.125, "interval": interval, "p": 1, "won": 1, "tied": 0, "lost": 0
    }  # fmt: skip


def test_document_without_comparison_or_trackers(mixed, table):
    plain, empty = strict(document(Content.of("t", [mixed, table({})])))["tables"]
    assert "against_best" not in plain
    assert empty["trackers"] == {}
    assert strict(document(Content.of("t", [table({})], compare=True)))["tables"][0]["against_best"] is None


def test_infinite_numbers_are_null(table):
    infinite = table({"a": {"x": [0.5, float("inf")]}}, expected=1)
    assert strict(document(Content.of("t", [infinite])))["tables"][0]["trackers"]["a"]["scores"]["fps"] is None
