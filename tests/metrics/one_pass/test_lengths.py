import numpy as np
import pytest

from harness.core.errors import EvaluationError
from harness.metrics.one_pass import lengths

NAN = float("nan")
GOOD = [5.0, 5.0, 10.0, 10.0]
TRUTH = np.array([GOOD] * 3)
ENDLESS = np.array([GOOD, GOOD, [0, 0, 0, 0]])  # the last row is invalid, as in Twinnings
REFUSED = "refused"


def rows(count):
    return np.arange(1.0, 1 + 4 * count).reshape(count, 4)


@pytest.mark.parametrize(
    ("fit", "none", "short", "long"),
    [
        (lengths.same_length, REFUSED, REFUSED, REFUSED),
        (lengths.same_length_where_valid, REFUSED, REFUSED, REFUSED),
        (lengths.cut, REFUSED, REFUSED, rows(3)),
        (lengths.cut_to_shorter, REFUSED, rows(2), rows(3)),
        (lengths.cut_or_pad_with_nan, REFUSED, np.array([*rows(2), [NAN] * 4]), rows(3)),
        (lengths.pytracking, REFUSED, np.array([*rows(2), [0] * 4]), rows(3)),
        (lengths.pytracking_lasot, REFUSED, REFUSED, rows(3)),
    ],
    ids=lambda part: getattr(part, "__name__", ""),
)
def test_every_length(fit, none, short, long):
    assert fit(rows(3), TRUTH).tolist() == rows(3).tolist()
    for count, expected in ((0, none), (2, short), (5, long)):
        if expected is REFUSED:
            with pytest.raises(EvaluationError, match=r"rows of result for 3 frames of truth|no rows"):
                fit(rows(count), TRUTH)
        else:
            assert np.array_equal(fit(rows(count), TRUTH), expected, equal_nan=True)


def test_otb_may_lack_only_rows_without_valid_truth():
    assert lengths.same_length_where_valid(ENDLESS[:2], ENDLESS).tolist() == [GOOD, GOOD, [0, 0, 0, 0]]
    with pytest.raises(EvaluationError, match="1 rows of result for 3 frames of truth"):
        lengths.same_length_where_valid(ENDLESS[:1], ENDLESS)


@pytest.mark.parametrize("fit", [lengths.pytracking, lengths.pytracking_lasot])
def test_pytracking_refuses_what_cannot_be(fit):
    for bad in ([NAN, 5, 10, 10], [5, 5, 10, -1]):
        with pytest.raises(EvaluationError, match="refuses a result with NaN or a negative size; the first is row 2"):
            fit(np.array([GOOD, bad, GOOD]), TRUTH)
        with pytest.raises(EvaluationError, match="the first is row 4"):  # past the truth's end too
            fit(np.array([GOOD, GOOD, GOOD, bad]), TRUTH)


def test_pytracking_holds_a_box_without_size_but_not_what_it_pads_with():
    flat, thin = [1.0, 1, 0, 9], [1.0, 1, 9, 0]
    truth = np.array([GOOD] * 5)
    assert lengths.pytracking(np.array([GOOD, flat, thin]), truth).tolist() == [GOOD] * 3 + [[0] * 4] * 2
    assert lengths.pytracking(np.array([flat, thin, GOOD]), truth)[:2].tolist() == [flat, flat]  # its own first row
    truth[1] = NAN
    assert lengths.pytracking(np.array([GOOD, flat, thin]), truth)[:3].tolist() == [GOOD, flat, flat]
