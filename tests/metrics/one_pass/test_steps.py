import numpy as np
import pytest

from harness.metrics.one_pass import steps
from harness.metrics.one_pass.official import OTB
from harness.metrics.one_pass.steps import Pairs
from harness.metrics.ragged import Ragged

NAN = float("nan")
GOOD = [5.0, 5.0, 10.0, 10.0]
SIZE = np.array([[64.0, 48.0]])


def pairs(*answers, truth=None):
    """Sequences of rows, beside a truth that is GOOD unless told."""
    parts = [np.array(rows, float) for rows in answers]
    truths = [np.array([GOOD] * len(part)) for part in parts] if truth is None else [np.array(truth, float)]
    return Pairs(Ragged.join(parts), Ragged.join(truths), np.repeat(SIZE, len(parts), axis=0))


def rows(pairs):
    return pairs.answers.values.tolist()


@pytest.mark.parametrize("hold", [steps.hold_where_all_nan, steps.hold_where_any_nan])
@pytest.mark.parametrize("bad", [[NAN] * 4, [1, 1, 0, 9], [1, 1, 9, -2], [NAN, 1, 0, 9]])
def test_a_bad_row_is_the_one_before_it(hold, bad):
    held = hold(pairs([[1, 2, 3, 4], bad, bad, [4, 3, 2, 1]]))
    assert rows(held) == [[1, 2, 3, 4]] * 3 + [[4, 3, 2, 1]]


@pytest.mark.parametrize("kept", [[NAN, 1, 9, 9], [1, 1, 9, NAN]])
def test_a_row_partly_nan_is_kept_by_otb_and_held_by_lasot(kept):
    given = pairs([GOOD, kept, [NAN] * 4])
    assert np.array_equal(rows(steps.hold_where_all_nan(given))[1:], [kept, kept], equal_nan=True)
    assert rows(steps.hold_where_any_nan(given)) == [GOOD] * 3


def test_no_row_is_held_where_the_truth_has_nan_nor_across_sequences():
    given = pairs([GOOD, [1, 1, 0, 0]], truth=[GOOD, [NAN, 5, 10, 10]])
    assert rows(steps.hold_where_all_nan(given))[1] == [1, 1, 0, 0]
    two = pairs([GOOD], [[2, 2, 0, 0], [NAN] * 4])
    assert rows(steps.hold_where_all_nan(two))[1:] == [[2, 2, 0, 0]] * 2


def test_repairs_see_the_trackers_own_first_row():
    given = pairs([[1, 2, 3, 4], [NAN] * 4])
    for step in OTB.steps:
        given = step(given)
    assert rows(given) == [GOOD, [1, 2, 3, 4]]


def test_each_sequence_begins_at_its_truth_and_nothing_given_is_changed():
    given = pairs([[0] * 4] * 2, [[0] * 4])
    assert rows(steps.begin_at_truth(given)) == [GOOD, [0] * 4, GOOD]
    assert not given.answers.values.any()


def test_one_nan_voids_a_row():
    voided = steps.void_where_any_nan(pairs([GOOD, [1, NAN, 2, 3]]))
    assert np.array_equal(rows(voided), [GOOD, [NAN] * 4], equal_nan=True)


def test_rounding_is_to_even_and_of_both():
    rounded = steps.round_to_pixels(pairs([[0.5, 1.5, 2.5, 3.4]], truth=[[4.5, 5.5, 1.2, 9.0]]))
    assert rows(rounded) == [[0, 2, 2, 3]]
    assert rounded.truth.values.tolist() == [[4, 6, 1, 9]]


@pytest.mark.parametrize(
    ("box", "clipped"),
    [
        ([-50, 10, 40, 20], [0, 10, 40, 20]),  # moved in, no narrower
        ([-50, -9, 100, 90], [0, 0, 64, 48]),
        ([60, 40, 10, 20], [60, 40, 4, 8]),
        ([70, 50, 10, 20], [64, 48, 0, 0]),
        ([10, 10, -5, 5], [10, 10, 0, 5]),
    ],
)
def test_got10k_moves_boxes_into_the_image(box, clipped):
    both = steps.clip_to_image(pairs([box], truth=[box]))
    assert rows(both) == [clipped]
    assert both.truth.values.tolist() == [clipped]
