"""From the store to tables: the same with and without what was kept of an earlier report."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from harness.core.record import Fingerprints, RunKey, RunRecord, TrialKey, sequence_fingerprint
from harness.core.regions import Regions
from harness.core.sequence import Dataset, GroundTruth, Sequence
from harness.core.trajectory import Trajectory
from harness.metrics import evaluate
from harness.reporting.collect import Question, collect
from harness.store.results import ResultStore

NAMES = ("Deer", "Dog", "Man")


def truth(name, length=12):
    boxes = np.random.default_rng(len(name)).uniform(10, 60, (length, 4))
    return Sequence(name, GroundTruth.visible(Regions(boxes)), attributes=frozenset({"SV"}))


@pytest.fixture
def copy():
    sequences = {name: truth(name) for name in NAMES}
    return Dataset("otb100", NAMES, NAMES, sequences.__getitem__)


@pytest.fixture
def store(tmp_path, copy):
    store = ResultStore(tmp_path / "results")
    for label in ("a", "b"):
        run = RunKey("otb100", "one_pass", label)
        store.open_run(run, {"tracker": label, "settings": {}}, {"started": "2026", "root": None, "left_out": []})
        for name in NAMES:
            save(store, run, copy[name], label)
    return store


def save(store, run, sequence, seed):
    noise = np.random.default_rng(ord(seed)).normal(0, 4, (len(sequence), 4))
    boxes = Regions(sequence.truth.regions.boxes + noise)
    nan, seconds = np.full(len(sequence), np.nan), np.full(len(sequence), 0.1)
    prints = Fingerprints("t", sequence_fingerprint(sequence), "p")
    record = RunRecord(sequence.name, "done", prints, seed=0, worker="", device="cpu", finished="")
    store.save(TrialKey(run, sequence.name), record, Trajectory(boxes, nan, seconds, shared=True))


def table(store, copy, **asked):
    collected = collect(store, Question(**asked), lambda *_: copy)
    assert collected.refused == ()
    (found,) = collected.tables
    return found


def same(one, two):
    pd.testing.assert_frame_equal(one.scores, two.scores, check_exact=True)
    pd.testing.assert_frame_equal(one.per_sequence, two.per_sequence, check_exact=True)
    pd.testing.assert_frame_equal(one.attributes, two.attributes, check_exact=True)
    for a, b in zip(one.curves, two.curves, strict=True):
        for tracker in a.by_tracker:
            np.testing.assert_array_equal(a.by_tracker[tracker], b.by_tracker[tracker])
    assert one.gaps == two.gaps


@pytest.fixture
def computed(monkeypatch):
    """How many sequences are scored."""
    counts = []
    score = evaluate.score

    def counting(runs, rule):
        counts.append(len(runs))
        return score(runs, rule)

    monkeypatch.setattr(evaluate, "score", counting)
    return counts


def test_the_second_report_computes_nothing_and_says_the_same(store, copy, computed):
    first, second = table(store, copy), table(store, copy)
    same(first, second)
    same(first, table(store, copy, cache=False))
    assert computed == [3, 3, 0, 0, 3, 3]


def test_what_changed_is_computed_anew(store, copy, computed):
    table(store, copy)
    save(store, RunKey("otb100", "one_pass", "a"), copy["Dog"], "z")
    del computed[:]
    changed = table(store, copy)
    assert sorted(computed) == [0, 1]
    same(changed, table(store, copy, cache=False))


def test_another_rule_has_its_own(store, copy, computed):
    table(store, copy)
    table(store, copy, rules=("compat.pysot",))
    table(store, copy, nan_as_miss=True)
    assert computed == [3] * 6


@pytest.mark.parametrize("flags", [{"cover": np.arange(12.0)}, {"cover": np.zeros(12)}])
def test_flags_and_sizes_count_too(store, copy, computed, flags):
    table(store, copy)
    del computed[:]
    for change in ({"size": (640, 480)}, {"truth": replace(copy["Dog"].truth, flags=flags)}):
        changed = {name: replace(copy[name], **change) if name == "Dog" else copy[name] for name in NAMES}
        table(store, replace(copy, open=changed.__getitem__))
    assert sorted(computed) == [1, 1, 1, 1]  # each tracker's Dog, twice


def test_another_truth_is_not_scored_by_what_is_kept(store, copy):
    table(store, copy)
    longer = {name: truth(name, 13) for name in NAMES}
    other = replace(copy, open=longer.__getitem__)
    collected = collect(store, Question(), lambda *_: other)
    assert collected.tables == ()
    assert all("another truth" in str(error) for error in collected.refused)


def test_a_damaged_sidecar_is_said_whatever_is_kept(store, copy, tmp_path):
    table(store, copy)
    sidecar = tmp_path / "results/otb100/one_pass/a/Dog.json"
    sidecar.write_text(json.dumps({"version": 1}))
    collected = collect(store, Question(), lambda *_: copy)
    assert "Dog" in str(collected.refused[0])


def test_a_rule_is_refused_only_where_it_scores_nothing(store, copy):
    question = Question(rules=("otb.official", "vot2020.official"))
    collected = collect(store, question, lambda *_: copy)
    assert [one.rule for one in collected.tables] == ["otb.official@1"]
    assert [str(error) for error in collected.refused] == ["vot2020.official scores none of these results"]
