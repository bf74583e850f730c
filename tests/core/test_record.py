"""A sequence's fingerprint: the same for every copy of it, another for every other truth."""

import numpy as np
import pytest

from harness import Box, Frames, GroundTruth, Labels, Mask, Polygon, Sequence
from harness.core.record import Fingerprints, RunRecord, sequence_fingerprint
from harness.core.regions import Regions, Special

BOXES = np.array([[1.5, 2, 3, 4], [np.nan, 2, 3, 4], [5, 6, 7, 8]])


def of(regions: Regions, name: str = "one", **known) -> str:
    absent = known.pop("absent", np.zeros(len(regions), bool))
    return sequence_fingerprint(Sequence(name, GroundTruth(regions, absent), **known))


def test_images_size_and_attributes_do_not_enter():
    frames = Frames(range(3), lambda _: np.zeros((1, 1, 3), np.uint8))
    whole = of(Regions(BOXES), frames=frames, size=(1, 1), attributes=frozenset({"blur"}))
    assert whole == of(Regions(BOXES)) == of(Regions(BOXES.copy()))


def test_it_is_the_same_tomorrow():
    assert of(Regions([[1, 2, 3, 4]])) == "d1d4f50dbda319c9"


@pytest.mark.parametrize("row", range(3))
@pytest.mark.parametrize("column", range(4))
def test_every_number_enters(row, column):
    other = BOXES.copy()
    other[row, column] = 9.25
    assert of(Regions(other)) != of(Regions(BOXES))


def test_name_length_and_absence_enter():
    absent = np.array([False, True, False])
    ids = {of(Regions(BOXES)), of(Regions(BOXES), "two"), of(Regions(BOXES[:2])), of(Regions(BOXES), absent=absent)}
    assert len(ids) == 4


SQUARE = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
MASK = Mask.encode([[0, 1], [1, 1]], 3, 4)


def test_other_kinds_enter_too():
    ids = {
        of(Regions.collect([Polygon(SQUARE), last]))
        for last in (
            None,
            Special.SKIPPED,
            Special.FAILED,
            Box(1, 2, 3, 4),
            Polygon(SQUARE),
            Polygon((*SQUARE[:3], (0.0, 1.25))),
            MASK,
            Mask(4, 4, 2, 2, MASK.runs),
            Mask(3, 4, 2, 2, (0, 4)),
            Labels(((1, MASK),)),
            Labels(((2, MASK),)),
        )
    }
    assert len(ids) == 11


def test_the_same_pixels_in_a_wider_window_are_the_same_truth():
    wide = Mask(2, 4, 4, 2, (2, 1, 2, 2, 1))
    assert wide.trimmed() == MASK
    assert of(Regions.collect([wide])) == of(Regions.collect([MASK]))
    assert of(Regions.collect([Labels(((1, wide),))])) == of(Regions.collect([Labels(((1, MASK),))]))


def test_the_same_corners_as_other_numbers_are_the_same_truth():
    numpys = Polygon(tuple(map(tuple, np.array(SQUARE))))
    integers = Polygon(((0, 0), (1, 0), (1, 1), (0, 1)))
    ids = {of(Regions.collect([polygon])) for polygon in (Polygon(SQUARE), numpys, integers)}
    assert len(ids) == 1


def test_a_record_is_done_when_its_status_says_so():
    known = {"fingerprints": Fingerprints("t", "s", "p"), "seed": 0, "worker": "", "device": "", "finished": ""}
    assert RunRecord("one", "done", **known).done
    assert not RunRecord("one", "failed", **known).done
