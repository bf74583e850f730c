import math

import numpy as np
import pytest

from harness.core.record import Seconds
from harness.metrics.scores import Gap, Metric
from harness.metrics.speed import Clocked, frames_per_second, speed, with_speed
from harness.metrics.tables import Scored, score_table

EAO = Metric("eao", "EAO")
ALONE, SHARED = Seconds(5.0, 1.0, 30, False), Seconds(5.0, 1.0, 30, True)
UNTIMED = "fps: never run alone on its machine"


def table(**sequences):
    """A table of trackers, each with an EAO of these sequences."""
    scored = [Scored(t, {"eao": 0.5}, {name: {"eao": 0.5} for name in names}, []) for t, names in sequences.items()]
    return score_table(scored, (EAO,), rule="r@1", dataset="d", protocol="p", expected=2)


def ran(device="cpu of here", **timings):
    return Clocked(device, f"seconds of {device}", {name: [one] for name, one in timings.items()})


def measured(device="a chip", **seconds):
    rows = {name: np.array(row) for name, row in seconds.items()}
    timings = {name: [Seconds(row[0], row[1:].sum(), len(row) - 1, False)] for name, row in rows.items()}
    return Clocked(device, f"measured on {device}", timings, rows)


def test_updates_are_pooled_and_starts_left_out():
    assert frames_per_second([Seconds(9.0, 1.0, 10, False), Seconds(0.0, 3.0, 90, False)]) == 25


@pytest.mark.parametrize("timings", [[], [SHARED], [Seconds(1.0, 0.0, 0, False)]])
def test_what_was_not_timed_alone_has_no_speed(timings):
    assert math.isnan(frames_per_second(timings))


def test_each_communitys_way_of_counting():
    """By hand: starts of 1 and 2 s, updates of 1/2, 1/4 and 1/4, 1/4, 1/4, 1/4 s."""
    found = speed({"a": np.array([1, 0.5, 0.25]), "b": np.array([2, 0.25, 0.25, 0.25, 0.25])})
    assert (found.sequences, found.frames) == (2, 8)
    assert found.fps == 6 / 1.75
    assert found.fps_got10k == (1 + 2 + 4 + 0.5 + 4 * 4) / 8
    assert found.fps_pytracking == 8 / 4.75
    assert found.fps_vot == pytest.approx((3 / 1.75 + 5 / 3) / 2)
    assert (found.start_p50, found.latency_p50) == (1500, 250)
    assert found.latency_p95 == pytest.approx(250 + 0.75 * 250)  # between the fifth and the sixth of six


def test_a_clock_too_coarse_for_a_frame():
    found = speed({"a": np.array([0, 0, 0.5])})
    assert found.fps_got10k == 2  # the toolkit drops times of 0
    assert found.fps == 4


def test_starts_alone_are_no_speed():
    found = speed({"a": np.array([0.5])})
    assert math.isnan(found.fps)
    assert math.isnan(found.latency_p50)
    assert (found.start_p50, found.fps_pytracking) == (500, 2)
    assert math.isnan(speed({}).fps_vot)


def test_a_run_must_have_been_alone():
    timed = with_speed(table(x="ab", y="ab"), {"x": ran(a=ALONE, b=SHARED), "y": ran(a=SHARED)})
    assert [metric.name for metric in timed.metrics] == ["eao", "fps"]
    assert timed.scores["fps"].tolist() == pytest.approx([30, np.nan], nan_ok=True)
    assert timed.per_sequence["fps"].tolist() == pytest.approx([30, np.nan, np.nan, np.nan], nan_ok=True)
    assert timed.gaps == (Gap("y", "", UNTIMED),)


def test_a_table_where_nobody_was_alone_stays_as_it_is():
    plain = table(x="ab")
    same = with_speed(plain, {"x": ran(a=SHARED)})
    assert (same.metrics, same.gaps) == (plain.metrics, ())
    assert same.scores.equals(plain.scores)
    assert same.per_sequence.equals(plain.per_sequence)


def test_a_run_counts_on_the_sequences_that_are_scored():
    timed = with_speed(table(x="a"), {"x": ran(a=ALONE, b=Seconds(0, 1, 900, False))})
    assert timed.scores.at["x", "fps"] == 30


def test_latency_stands_on_what_was_measured():
    timed = with_speed(table(x="ab"), {"x": measured(a=[9, 0.25, 0.75], c=[9, 0.5, 0.5])})
    assert [metric.name for metric in timed.metrics] == ["eao", "fps", "latency_p50", "latency_p95"]
    assert timed.scores.loc["x", ["fps", "latency_p50"]].tolist() == [2, 500]
    assert timed.per_sequence["latency_p50"].tolist() == pytest.approx([500, np.nan], nan_ok=True)
    assert timed.gaps == (Gap("x", "", "speed: measured on a chip"),)


@pytest.mark.parametrize("other", [measured("another chip", a=[1, 1]), ran("a chip", a=ALONE), ran(a=ALONE)])
def test_unlike_measurements_are_said_aloud_and_nobody_is_best(other):
    """Also where one was measured apart, and the other's run was timed."""
    one = measured("harness speed on a chip", a=[1, 1])
    timed = with_speed(table(x="a", y="a", z="a"), {"x": one, "y": other, "z": ran(a=SHARED)})
    told = "speed: not all here were timed alike and on one device, so do not compare"
    assert timed.gaps == (
        Gap("x", "", f"speed: {one.note}"),
        Gap("x", "", told),
        Gap("y", "", f"speed: {other.note}"),
        Gap("y", "", told),
        Gap("z", "", UNTIMED),
    )
    assert [metric.comparable for metric in timed.metrics] == [True, False, False, False]


def test_caveats_are_told_without_any_speed():
    clocked = Clocked("cpu", "", {}, caveats=("speed: a damaged file",))
    assert with_speed(table(x="a"), {"x": clocked}).gaps == (Gap("x", "", "speed: a damaged file"),)


def test_a_tracker_without_scores_has_a_latency_all_the_same():
    timed = with_speed(table(x=""), {"x": measured(a=[1, 0.5])})
    assert timed.scores.at["x", "fps"] == 2
    assert timed.per_sequence.empty
