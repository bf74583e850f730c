"""Fragments and expected overlap against their definition, and what a failure near the end becomes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from harness.core.errors import EvaluationError
from harness.core.raster.packing import PackedRegions
from harness.core.regions import Box, Mask, Regions, Special
from harness.metrics.vot.supervised import (
    Cut,
    Fragments,
    codes,
    cut_at_failures,
    cut_at_restarts,
    cut_at_restarts_late,
    expected_overlap,
    mean_over_frames,
    mean_over_runs,
    settled,
)

SKIP = 5
CUTS = [cut_at_restarts, cut_at_restarts_late, cut_at_failures]


def run_of(length, failures):
    """The codes of a run that fails at these frames."""
    found = np.full(length, -1)
    found[0] = Special.INITIALISED
    for failure in failures:
        found[failure : failure + SKIP] = Special.SKIPPED
        found[failure] = Special.FAILED
        found[failure + SKIP : failure + SKIP + 1] = Special.INITIALISED
    return found


@st.composite
def runs(draw):
    length = draw(st.integers(2, 30))
    failures, frame = [], draw(st.integers(1, 20))
    while frame < length:
        failures.append(frame)
        frame += SKIP + draw(st.integers(1, 20))
    overlaps = draw(arrays(float, length, elements=st.floats(0, 1, width=16)))
    found = run_of(length, failures)
    return found, np.where(found == -1, overlaps, np.nan)


def by_definition(parts, longest):
    """Means of fragments over 2, 3, … frames: zeros after a failure, unknown after an end."""
    rows, weights = [], []
    for overlaps, cuts in parts:
        for cut in cuts:
            row = np.full(longest, 0.0 if cut.failed else np.nan)
            row[: cut.stop - cut.start] = np.nan_to_num(overlaps[cut.start : cut.stop])
            rows.append(row)
            weights.append(cut.weight)
    rows, weights = np.array(rows), np.array(weights)
    curve = []
    for last in range(1, longest):
        known = ~np.isnan(rows[:, last])
        curve.append(np.average(rows[known, 1 : last + 1].mean(1), weights=weights[known]))
    return curve


@pytest.mark.parametrize("cut", CUTS)
@given(st.lists(runs(), min_size=1, max_size=3))
def test_expected_overlap_is_the_mean_over_fragments(cut, found):
    parts = [(overlaps, cut(run, SKIP, len(found))) for run, overlaps in found]
    fragments = Fragments.join(parts)
    reach = [len(run) for run, _ in found] if cut is not cut_at_failures else fragments.overlaps.lengths
    longest = int(max(reach))
    np.testing.assert_allclose(
        expected_overlap(fragments, longest - 1), by_definition(parts, longest), rtol=0, atol=1e-12
    )


def cuts_of(cut, length, *failures):
    return [(c.start, c.stop, c.failed, c.weight) for c in cut(run_of(length, failures), SKIP, 1)]


def test_a_failure_with_room_for_another_start():
    assert cuts_of(cut_at_restarts, 20, 14) == [(0, 19, True, 1), (19, 20, False, 1)]
    assert cuts_of(cut_at_restarts_late, 20, 14) == [(0, 19, True, 1), (19, 20, False, 1)]
    assert cuts_of(cut_at_failures, 20, 14) == [(0, 14, True, 1), (19, 20, False, 1)]


def test_a_failure_five_frames_before_the_end():
    assert cuts_of(cut_at_restarts, 20, 15) == [(0, 20, False, 1)]  # forgiven
    assert cuts_of(cut_at_restarts_late, 20, 15) == [(0, 20, True, 20 / 21)]  # not quite one
    assert cuts_of(cut_at_failures, 20, 15) == [(0, 15, True, 1)]


def test_a_failure_in_the_last_frames():
    assert cuts_of(cut_at_restarts, 20, 16) == [(0, 20, False, 1)]
    assert cuts_of(cut_at_restarts_late, 20, 16) == [(0, 20, False, 1)]
    assert cuts_of(cut_at_failures, 20, 16) == [(0, 16, True, 1)]


def test_repetitions_share_a_sequences_weight_but_in_vot_toolkit():
    run = run_of(20, [4])
    assert [[c.weight for c in cut(run, SKIP, 4)] for cut in CUTS] == [[0.25] * 2, [0.25] * 2, [1] * 2]


@given(runs(), st.integers(0, 12))
def test_what_accuracy_is_measured_on(found, burn_in):
    run, _ = found
    starts = np.flatnonzero(run == Special.INITIALISED)
    expected = [
        code == -1 and all(not start <= frame < start + burn_in for start in starts) for frame, code in enumerate(run)
    ]
    assert settled(np.stack([run, run]), burn_in).tolist() == [expected, expected]


@given(arrays(float, st.tuples(st.integers(1, 4), st.integers(1, 6)), elements=st.floats(0, 1) | st.just(np.nan)))
def test_accuracies_are_nested_means(overlaps):
    frame_means = [np.mean(column[~np.isnan(column)]) for column in overlaps.T if not np.isnan(column).all()]
    run_means = [np.mean(row[~np.isnan(row)]) for row in overlaps if not np.isnan(row).all()]
    if frame_means:
        assert mean_over_frames(overlaps) == pytest.approx((np.mean(frame_means), len(frame_means)))
        assert mean_over_runs(overlaps) == pytest.approx((np.mean(run_means), overlaps.shape[1]))
    else:
        assert np.isnan(mean_over_frames(overlaps)[0])
        assert np.isnan(mean_over_runs(overlaps)[0])
        assert (mean_over_frames(overlaps)[1], mean_over_runs(overlaps)[1]) == (0, 0)


BOX = Box(0, 0, 4, 4)
INITIALISED, FAILED, SKIPPED = Special.INITIALISED, Special.FAILED, Special.SKIPPED


def codes_of(*answers, skip=2):
    run = Regions.collect(answers)
    return codes(run, PackedRegions.pack(run), skip).tolist()


def test_codes_of_a_run():
    assert codes_of(INITIALISED, BOX, FAILED, SKIPPED, INITIALISED, None, BOX) == [1, -1, 2, 0, 1, 0, -1]
    assert codes_of(INITIALISED, Mask(0, 0, 0, 0, ()), FAILED, SKIPPED) == [1, -1, 2, 0]  # an empty mask is an answer


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ([BOX, BOX], "frame 0: expected a start"),
        ([SKIPPED, INITIALISED], "frame 0: expected a start"),
        ([INITIALISED, INITIALISED], "frame 1: expected no start"),
        ([INITIALISED, FAILED, SKIPPED, BOX], "frame 3: expected a start .code 1., 2 frames after a failure"),
        ([INITIALISED, FAILED, INITIALISED, BOX], "frame 2: expected no start"),
    ],
)
def test_codes_that_no_supervised_run_has(answers, message):
    with pytest.raises(EvaluationError, match=message):
        codes_of(*answers)


def test_an_expected_overlap_by_hand():
    parts = [(np.array([np.nan, 0.5, 1.0, np.nan]), [Cut(0, 3, True, 2), Cut(0, 2, False, 1)])]
    found = expected_overlap(Fragments.join(parts), 3)
    assert found.tolist() == pytest.approx([0.5, 0.75, 0.5])
