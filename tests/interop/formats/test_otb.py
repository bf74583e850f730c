"""OTB's kinds of results as boxes: each against corners worked out by hand or one by one."""

import math

import numpy as np
import pytest

from harness.core.errors import UsageError
from harness.core.regions import Regions, Special
from harness.core.robustness import SHIFTS
from harness.datasets import official
from harness.interop.formats import otb
from harness.interop.formats.format import Entry

TEMPLATE = (20, 30)  # which tracker calls which of them width is its own affair


def around(corners):
    """The box of the pixels around corners, as MATLAB's corner2rect has it."""
    x, y = np.transpose(corners)
    return [math.floor(v + 0.5) for v in (x.min(), y.min(), np.ptp(x) + 1, np.ptp(y) + 1)]


def test_rectangles_stay_what_they_are():
    boxes = [[1, 2, 3, 4], [1.5, np.nan, 3, 4]]
    assert np.array_equal(otb.rectangles("rect", boxes, ()), boxes, equal_nan=True)


def test_ivt_centres_a_template_of_width_and_height():
    # x, y of the centre; no rotation: half its width times the scale to either side, cut off to whole pixels.
    boxes = otb.rectangles("ivtAff", [[100.2, 50.7, 0.5, 0, 0, 0.8]], TEMPLATE)
    assert boxes.tolist() == [[95, 38, 105 - 95, 62 - 38]]
    # Turned by a quarter, width and height change places.
    turned = otb.rectangles("affine_ivt", [[100, 50, 0, -1, 1, 0]], TEMPLATE)
    assert turned.tolist() == [[100 + 15, 50 - 10, -30, 20]]


def test_l1_counts_rows_first_and_takes_the_last_pixel_in():
    # row = 2 r + 10, column = 3 c + 5, of a template of 20 rows and 30 columns
    boxes = otb.rectangles("L1Aff", [[2, 0, 0, 3, 10, 5]], TEMPLATE)
    assert boxes.tolist() == [[8, 12, 95 - 8 + 1, 50 - 12 + 1]]


def test_lucas_kanade_adds_to_the_identity():
    warp = np.array([[0.5, 0.1, 7.2], [-0.2, 0.25, 3.4]])
    corners = [(warp + np.eye(2, 3)) @ (x, y, 1) for x in (1, 30) for y in (1, 20)]
    boxes = otb.rectangles("LK_Aff", np.vstack([warp, np.zeros((2, 3))]), TEMPLATE)
    assert boxes.tolist() == [around(corners), [1, 1, 30, 20]]


def test_similarity_scales_turns_and_shifts():
    scale, angle, x, y = 1.5, 0.3, 40.0, 60.0
    turn = [[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]]
    corners = [scale * np.array(turn) @ corner + (x, y) for corner in ((1, 1), (1, 20), (30, 20), (30, 1))]
    assert otb.rectangles("SIMILARITY", [[scale, angle, x, y]], TEMPLATE).tolist() == [around(corners)]


@pytest.mark.parametrize("kind", ["4corner", "affine"])
def test_corners_take_two_rows_a_frame(kind):
    first, second = [[1, 9.5, 9, 1], [2, 2, 8, 8.4]], [[5, 6, 6, 5], [-7.5, -7.5, -3, -3]]
    assert otb.rectangles(kind, [*first, *second], ()).tolist() == [[1, 2, 10, 7], [5, -8, 2, 6]]


def test_one_frame_may_come_as_one_row():
    assert otb.rectangles("rect", [1, 2, 3, 4], ()).shape == (1, 4)


@pytest.mark.parametrize(
    ("kind", "numbers", "template", "says"),
    [
        ("circle", [[1, 2, 3]], (), "rect, ivtAff, .* found 'circle'"),
        ("rect", [[1, 2, 3]], (), r"expected 4 numbers a frame of type rect, found an array of shape \(1, 3\)"),
        ("rect", np.empty((0, 4)), (), "shape"),
        ("4corner", np.ones((3, 4)), (), "2 x 4 numbers a frame"),
        ("ivtAff", np.ones((2, 6)), (), "a template's size beside type ivtAff, found"),
        ("ivtAff", np.ones((2, 6)), (0, 3), "a template's size"),
        ("rect", [["a", 2, 3, 4]], (), "expected rows of real numbers"),
        ("rect", [[1j, 2, 3, 4]], (), "expected rows of real numbers"),
        ("rect", [[1, 2, 3, 4], [1, np.inf, 3, 4]], (), "infinity in row 2"),
        ("ivtAff", [[1, 2, 1e308, 1e308, 4, 5]], (1e9, 1e9), "infinity"),
        ("SIMILARITY", np.ones((1, 1, 4)), (2, 2), "shape"),
    ],
)
def test_what_is_no_result_is_refused(kind, numbers, template, says):
    with pytest.raises(ValueError, match=says):
        otb.rectangles(kind, numbers, template)


def entries(protocol, lengths, sequence="David"):
    return [
        Entry(sequence, f"_{number:02d}", protocol, Regions(np.ones((length, 4))), "")
        for number, length in enumerate(lengths, 1)
    ]


def test_trials_are_put_in_order_and_numbered_as_the_benchmark_does():
    mixed = [*entries("tre", (471, 400, 30))[::-1], Entry("x", "", "one_pass", Regions(np.ones((5, 4))), "")]
    (protocol, sequence, trials), (_, other, single) = otb.grouped("otb-matlab", mixed)
    assert (protocol, sequence, [len(one.regions) for one in trials]) == ("tre", "David", [471, 400, 30])
    assert otb.numbered_from("otb100", sequence, trials) == [300, 371, 741]
    assert otb.numbered_from("uav123", other, single) == [1]


@pytest.mark.parametrize(
    ("held", "says"),
    [
        (entries("supervised", (5,)), "boxes of one_pass, tre, sre, not trials of supervised"),
        (entries("tre", (5, 5))[1:], "all trials of tre, found _02"),
        (entries("sre", (5,) * 11), "all trials of sre"),
        ([Entry("x", "", "one_pass", Regions.collect([Special.FAILED]), "")], "other regions than boxes"),
    ],
)
def test_what_the_toolkits_have_no_word_for_is_refused(held, says):
    with pytest.raises(UsageError, match=says):
        list(otb.grouped("otb-matlab", held))


def test_shifts_are_numbered_in_the_order_of_trials():
    assert [otb.shift_number(shift) for shift in SHIFTS] == list(range(1, 13))
    with pytest.raises(ValueError, match="found 'sideways'"):
        otb.shift_number("sideways")


def test_every_target_has_a_name_of_its_own_in_either_toolkit():
    names = official.names("otb100")
    for toolkit in ("matlab", "python"):
        assert len({otb.spelt(name, "otb100", toolkit) for name in names}) == len(names)
    assert otb.spelt("Jogging.1", "uav123", "matlab") == "Jogging.1"
