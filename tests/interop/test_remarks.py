"""What is odd about rows is said, each oddity by its own words, and nothing of good ones."""

import numpy as np
import pytest

from harness.core.regions import Labels, Regions, Special
from harness.interop.remarks import first_row, remarks, whole

STEPS = np.arange(40.0)[:, None]
TRUTH = np.hstack([STEPS, 2 * STEPS, 0 * STEPS + 30, 0 * STEPS + 20])


def of(boxes):
    return list(remarks(Regions(boxes), Regions(TRUTH)))


def changed(row, values):
    boxes = TRUTH + 0.25
    boxes[row] = values
    return boxes


@pytest.mark.parametrize(
    ("boxes", "said"),
    [
        (TRUTH + 0.25, []),
        ((TRUTH + 0.25)[:-1], ["39 rows for 40 frames"]),
        (np.vstack([TRUTH, TRUTH[:1]]) + 0.25, ["41 rows for 40 frames"]),
        (changed([3, 9], np.nan), ["2 rows with NaN"]),
        (changed(3, [1, 1, -5, 5]), ["1 rows without width or height"]),
        (changed(slice(15, None), 7), ["the last 25 of 40 rows are the same box"]),
        (changed(slice(30, None), 7), []),
        (np.tile(TRUTH[:1], (40, 1)), ["the last 40 of 40 rows are the same box"]),
        (TRUTH.round(3), ["the truth itself"]),
    ],
)
def test_oddities(boxes, said):
    assert of(boxes) == said


def test_of_hidden_truth_nothing_can_be_said():
    hidden = np.vstack([TRUTH[:1], np.full((39, 4), np.nan)])
    assert list(remarks(Regions(TRUTH), Regions(hidden))) == []


def test_codes_are_no_missing_rows():
    coded = Regions.collect([Special.INITIALISED, *Regions(TRUTH)[1:]])
    assert list(remarks(coded, Regions(TRUTH))) == []


def test_among_codes_rows_without_an_answer_are_counted():
    coded = Regions.collect([Special.INITIALISED, None, None, *Regions(TRUTH)[3:]])
    assert list(remarks(coded, Regions(TRUTH))) == ["2 rows with NaN"]
    labels = Labels.encode(np.ones((4, 4), np.uint8))
    assert list(remarks(Regions.collect([None, labels]), Regions(TRUTH[:2]))) == []  # no object need be there


@pytest.mark.parametrize(("shift", "said"), [(0.9, []), (1, ["1 px"]), (45.25, ["45.2 px"]), (np.nan, [])])
def test_a_first_row_that_is_not_the_truths(shift, said):
    notes = list(first_row(Regions(TRUTH + np.array([shift, 0, 0, 0])), Regions(TRUTH)))
    assert notes == [
        f"the first row is {by} from the truth, as if of another sequence or counted otherwise" for by in said
    ]


def test_whole_numbers():
    assert whole(TRUTH)
    assert not whole(TRUTH[:1])
    assert not whole(changed(0, 1))
    assert whole(np.vstack([[0.5, 0.5, 1, 1], TRUTH, [np.nan] * 4]))
