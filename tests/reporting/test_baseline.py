"""The verdict: what counts as worse, what is compared at all, and the file it is compared with."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.errors import IncompleteResults, NotWritable, UsageError
from harness.metrics.scores import Gap, Metric
from harness.reporting.baseline import (
    Baseline,
    Measured,
    move,
    read_baseline,
    render_verdict,
    verdict,
    write_baseline,
)

METRICS = (Metric("ao", "AO"), Metric("failures", "Failures", higher_is_better=False, percent=False))
MEASURED = Measured("kcf", "otb100", "one_pass", "otb.official@1", "one_pass@1 seed=0", ("Bolt", "Box"))
BASELINE = Baseline(MEASURED, {"ao": 0.5, "failures": 3.0}, {"Bolt": 0.25, "Box": 0.75})
NUMBERS = st.none() | st.floats(allow_nan=False, allow_infinity=False)


@pytest.fixture
def scored(table):
    """A table of `kcf`: by sequence its mean overlap and failures."""

    def make(*gaps: Gap, metrics=METRICS, **by_sequence: list[float]):
        return table({"kcf": by_sequence}, metrics=metrics, gaps=gaps)

    return make


def judged(scored, bolt: float, box: float, failures: float = 3, tolerance: float = 1 / 64):
    return verdict(scored(Bolt=[bolt, failures], Box=[box, failures]), BASELINE, tolerance)


@pytest.mark.parametrize(
    ("bolt", "box", "failures", "outcome"),
    [
        (0.25, 0.75, 3, "same"),
        (0.25 - 1 / 64, 0.75 - 1 / 64, 3, "same"),  # both tolerances are inclusive
        (0.25 - 2 / 64, 0.75 - 1 / 64, 3, "worse"),  # the mean alone
        (0.25 - 6 / 64, 0.75 + 6 / 64, 3, "worse"),  # one sequence alone
        (0.25 + 6 / 64, 0.75, 3, "better"),
        (0.25, 0.75, 4, "worse"),
        (0.25, 0.75, 2, "better"),
        (0.5, 1, 4, "worse"),  # what is better makes up for nothing
    ],
)
def test_outcome(scored, bolt, box, failures, outcome):
    assert judged(scored, bolt, box, failures).outcome == outcome


def test_moves_say_by_how_much(scored):
    result = judged(scored, 0.125, 0.75, 5)
    assert [(one.name, one.difference, one.outcome) for one in result.scores] == [
        ("ao", -0.0625, "worse"),
        ("failures", 2, "worse"),
    ]
    shown = render_verdict(result, 1 / 64).splitlines()
    assert [line.split() for line in shown[1:4]] == [
        ["ao", "0.5000", "0.4375", "-0.0625", "worse"],
        ["failures", "3.0000", "5.0000", "+2.0000", "worse"],
        ["ao", "Bolt", "0.2500", "0.1250", "-0.1250", "worse"],
    ]
    assert shown[4:] == ["ao of 1 sequence within 0.078125"]


def test_a_sequence_without_a_score_is_worse_and_never_averaged_away(scored):
    result = verdict(scored(Gap("kcf", "Box", "failed: no weights"), Bolt=[1, 0]), BASELINE, 0.5)
    assert (result.outcome, result.scores, dict(result.gone)) == ("worse", (), {"Box": "failed: no weights"})
    shown = render_verdict(result, 0.5)
    assert "no score: Box (failed: no weights)" in shown
    assert "scores are not compared" in shown


def test_a_sequence_the_baseline_does_not_have_is_named(scored):
    result = verdict(scored(Bolt=[0.25, 3], Box=[0.75, 3], Boy=[1, 0]), BASELINE, 0.5)
    assert (result.new, result.scores, result.outcome) == (("Boy",), (), "same")


def test_speed_and_metrics_the_baseline_does_not_have_are_not_compared(scored):
    metrics = (*METRICS, Metric("fps", "FPS", percent=False), Metric("auc", "AUC"))
    table = scored(metrics=metrics, Bolt=[0.25, 3, 100, 0], Box=[0.75, 3, 100, 0])
    assert [one.name for one in verdict(table, BASELINE, 0).scores] == ["ao", "failures"]
    assert set(Baseline.of(table, MEASURED).scores) == {"ao", "failures", "auc"}


def test_numbers_that_come_and_go(scored):
    table = scored(Bolt=[float("nan"), 3], Box=[0.75, 3])
    result = verdict(table, BASELINE, 0.5)
    assert [(one.name, one.new, one.outcome) for one in result.sequences] == [
        ("Bolt", None, "worse"),
        ("Box", 0.75, "same"),
    ]
    again = verdict(table, Baseline.of(table, MEASURED), 0)
    assert again.outcome == "same"
    assert "–" in render_verdict(result, 0.5)  # noqa: RUF001
    lost = verdict(scored(metrics=METRICS[:1], Bolt=[0.25], Box=[0.75]), BASELINE, 0.5)
    assert [one.outcome for one in lost.scores] == ["same", "worse"]


@given(NUMBERS, NUMBERS, st.floats(0, 1), st.booleans())
def test_what_is_worse_one_way_is_better_the_other(old, new, tolerance, higher):
    there, back = (move("auc", a, b, tolerance, higher).outcome for a, b in ((old, new), (new, old)))
    assert {there, back} in ({"worse", "better"}, {"same"})
    assert move("auc", old, old, 0).outcome == "same"


def test_a_tolerance_is_inclusive_whatever_floats_make_of_it():
    assert 0.8 - 0.798 > 0.002
    assert move("auc", 0.8, 0.798, 0.002).outcome == "same"
    assert move("ao", 0.8, 0.79, 0.01).outcome == "same"
    assert move("auc", 0.8, 0.7979, 0.002).outcome == "worse"


@given(st.dictionaries(st.text(min_size=1), NUMBERS, min_size=1))
def test_a_baseline_is_read_as_it_was_written(tmp_path_factory, ao):
    path = tmp_path_factory.mktemp("baseline") / "some" / "b.json"
    baseline = Baseline(replace(MEASURED, sequences=tuple(ao)), {"auc": 1 / 3, "eao": None}, ao)
    write_baseline(path, baseline)
    assert read_baseline(path) == baseline
    assert [one.name for one in path.parent.iterdir()] == ["b.json"]


def test_a_baseline_stands_on_all_its_sequences(scored):
    with pytest.raises(IncompleteResults, match=r"no score for Box: failed: no weights$"):
        Baseline.of(scored(Gap("kcf", "Box", "failed: no weights"), Bolt=[1, 0]), MEASURED)


def test_what_is_no_baseline(tmp_path):
    path = tmp_path / "b.json"
    assert read_baseline(path) is None
    write_baseline(path, BASELINE)
    newer = {**json.loads(path.read_text()), "version": 2}
    for text, message in (("{", "not a baseline"), ("{}", "measured: "), (json.dumps(newer), "version: ")):
        path.write_text(text)
        with pytest.raises(UsageError, match=message):
            read_baseline(path)
    with pytest.raises(UsageError, match="Is a directory"):
        read_baseline(tmp_path)
    with pytest.raises(NotWritable, match="cannot be written"):
        write_baseline(path / "under-a-file.json", BASELINE)


def test_differences_are_few_words():
    names = tuple(f"s{number}" for number in range(9))
    now = replace(MEASURED, rule="otb.official@2", sequences=names)
    assert now.differences(MEASURED) == [
        "rule: otb.official@1, now otb.official@2",
        "sequences: now without Bolt, Box",
        "sequences: now with s0, s1, s2, s3, s4 and 4 more",
    ]
    assert MEASURED.differences(MEASURED) == []
