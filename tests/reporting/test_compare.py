import math
from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.metrics.scores import Metric
from harness.reporting.cells import Cell
from harness.reporting.compare import against_best, comparison_grid, duel

AO = Metric("ao", "AO")
NUMBERS = st.lists(st.tuples(*[st.floats(0, 1) | st.just(math.nan)] * 2), max_size=20)


def test_each_tracker_meets_the_best_complete_one(mixed):
    found = against_best(mixed)
    assert (found.metric.name, found.best, found.expected) == ("auc", "a_b$%", 2)
    assert [(d.tracker, d.difference, d.won, d.tied, d.lost) for d in found.duels] == [
        ("new", 0.125, 1, 0, 0),
        ("kcf", -0.25, 0, 1, 1),
    ]
    assert found.alike == {"new", "kcf"}  # one sequence tells nothing, and of two one may be drawn twice


def test_the_duels_as_printed(mixed):
    contents = comparison_grid(against_best(mixed))
    assert contents.columns == ("AUC difference", "95 % interval", "p", "Won", "Tied", "Lost", "Sequences")
    dash = "\N{EN DASH}"
    assert contents.rows[0] == (
        "new",
        tuple(map(Cell, ("+12.5 \N{ALMOST EQUAL TO}", dash, "1.000", "1", "0", "0", "1/2"))),
    )
    assert contents.rows[1][1][1] == Cell("-50.0 to +0.0")


def test_a_difference_on_every_sequence_is_told(table):
    values = {f"s{i}": [0.5 + i / 100, 1] for i in range(12)}
    found = against_best(
        table({"a": values, "b": {name: [auc - 0.1, 1] for name, (auc, _) in values.items()}}, expected=12)
    )
    assert found.alike == frozenset()
    assert found.duels[0].p < 0.001
    assert comparison_grid(found).rows[0][1][:3] == (Cell("-10.0"), Cell("-10.0 to -10.0"), Cell("<0.001"))


def test_the_mark_says_when_there_is_no_interval(table):
    values = {"a": {"x": [0.5], "y": [0.75]}, "b": {"x": [0.75], "y": [0.25]}}
    assert against_best(table(values, metrics=(AO,), expected=2)).legend.endswith("mean difference holds 0")
    single = {name: {"x": scores["x"]} for name, scores in values.items()}
    assert against_best(table(single, metrics=(AO,), expected=1)).legend.endswith("holds 0 or is none")


def test_lower_may_be_better(table):
    errors = Metric("error", "Error", higher_is_better=False, percent=False)
    found = against_best(table({"a": {"x": [3], "y": [1]}, "b": {"x": [1], "y": [2]}}, metrics=(errors,)))
    assert found.best == "b"
    assert [(d.tracker, d.difference, d.won, d.lost) for d in found.duels] == [("a", 0.5, 1, 1)]


def test_a_metric_of_the_whole_dataset_only_is_passed_over(table):
    eao = Metric("eao", "EAO", percent=False)
    full = table({"a": {"x": [0.5, 0.25]}, "b": {"x": [0.25, 0.5]}}, metrics=(eao, Metric("auc", "AUC")), expected=1)
    found = against_best(replace(full, per_sequence=full.per_sequence[["auc"]]))
    assert (found.metric.name, found.best) == ("auc", "b")


def test_trackers_without_a_sequence_in_common(table):
    found = against_best(table({"a": {"x": [0.5, 1]}, "b": {"y": [0.25, 1]}, "c": {}}))
    assert [(d.tracker, d.sequences, math.isnan(d.difference)) for d in found.duels] == [("b", 0, True), ("c", 0, True)]


def test_nobody_to_compare(table):
    assert against_best(table({})) is None
    assert against_best(table({"a": {"x": [0.5, 1]}})) is None
    assert against_best(table({"a": {}, "b": {}})) is None


@settings(max_examples=20)
@given(NUMBERS)
def test_a_duel_seen_from_the_other_side(pairs):
    mine, theirs = np.array(pairs, float).reshape(-1, 2).T
    one, two = duel("t", mine, theirs), duel("t", theirs, mine)
    assert (one.won, one.tied, one.lost) == (two.lost, two.tied, two.won)
    assert one.sequences == np.isfinite(mine - theirs).sum()
    assert one.difference == -two.difference or (one.sequences == 0 and math.isnan(one.difference))
