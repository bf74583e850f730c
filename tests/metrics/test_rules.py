from dataclasses import replace

import numpy as np
import pytest

from harness.core.errors import EvaluationError
from harness.metrics.ragged import Ragged
from harness.metrics.rules import OTB, SYNTHETIC, begin_at_truth, hold_previous, positive, same_length

NAN = float("nan")
GOOD = [5.0, 5.0, 10.0, 10.0]


def one(rows):
    return Ragged.join([np.array(rows, float)])


def test_every_number_says_its_rule():
    assert OTB.label == "otb.official@1"
    assert replace(OTB, nan_as_miss=True).label == "otb.official@1+nan-as-miss"
    assert replace(SYNTHETIC, name=OTB.name, source=OTB.source) == OTB


def test_thresholds_are_those_of_matlab():
    octave = [0.15000000000000002, 0.30000000000000004, 0.6000000000000001, 0.7000000000000001, 0.8500000000000001]
    assert [OTB.overlaps[i] for i in (3, 6, 12, 14, 17)] == octave
    assert (OTB.overlaps[10], OTB.overlaps[15], len(OTB.overlaps), len(OTB.distances)) == (0.5, 0.75, 21, 51)


@pytest.mark.parametrize("bad", [[NAN] * 4, [1, 1, 0, 9], [1, 1, 9, -2], [NAN, 1, 0, 9]])
def test_a_bad_row_is_the_one_before_it(bad):
    truth = one([GOOD] * 4)
    held = hold_previous(one([[1, 2, 3, 4], bad, bad, [4, 3, 2, 1]]), truth)
    assert held.values.tolist() == [[1, 2, 3, 4]] * 3 + [[4, 3, 2, 1]]


@pytest.mark.parametrize("kept", [[NAN, 1, 9, 9], [1, 1, 9, NAN], [-5, -5, 1, 1]])
def test_a_row_partly_nan_is_kept_and_copied_on(kept):
    held = hold_previous(one([GOOD, kept, [NAN] * 4]), one([GOOD] * 3))
    assert np.array_equal(held.values[1:], [kept, kept], equal_nan=True)


def test_no_row_is_held_where_the_truth_has_nan_nor_across_sequences():
    truth = one([GOOD, [NAN, 5, 10, 10]])
    assert hold_previous(one([GOOD, [1, 1, 0, 0]]), truth).values[1].tolist() == [1, 1, 0, 0]
    two = Ragged.join([np.array([GOOD]), np.array([[2.0, 2, 0, 0], [NAN] * 4])])
    assert hold_previous(two, two.like(np.array([GOOD] * 3))).values[1:].tolist() == [[2, 2, 0, 0]] * 2


def test_repairs_see_the_trackers_own_first_row():
    boxes, truth = one([[1, 2, 3, 4], [NAN] * 4]), one([GOOD] * 2)
    for step in OTB.steps:
        boxes = step(boxes, truth)
    assert boxes.values.tolist() == [GOOD, [1, 2, 3, 4]]


def test_each_sequence_begins_at_its_truth():
    boxes = Ragged.join([np.zeros((2, 4)), np.zeros((1, 4))])
    truth = boxes.like(np.arange(12.0).reshape(3, 4))
    assert begin_at_truth(boxes, truth).values.tolist() == [[0, 1, 2, 3], [0, 0, 0, 0], [8, 9, 10, 11]]
    assert not boxes.values.any()


def test_validity_needs_all_four_above_zero():
    rows = [[1, 1, 1, 1], [0, 1, 1, 1], [1, -1, 1, 1], [1, 1, 0, 1], [1, NAN, 1, 1]]
    assert positive(np.array(rows, float)).tolist() == [True, False, False, False, False]


def test_a_result_may_lack_only_rows_without_valid_truth():
    truth = np.array([GOOD, GOOD, [0, 0, 0, 0]])
    assert same_length(truth, truth) is truth
    assert same_length(truth[:2], truth).tolist() == [GOOD, GOOD, [0, 0, 0, 0]]
    for rows in (0, 1, 4):
        with pytest.raises(EvaluationError, match=f"{rows} rows of result for 3 frames of truth"):
            same_length(np.ones((rows, 4)), truth)
