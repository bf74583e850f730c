"""Cells to boxes, by hand."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from trackers.inference.penalties import hann_window
from trackers.sbt.decoding import clip_boxes, place, select


def logits(probabilities):
    """Logits (1, cells, 2) of these foreground probabilities."""
    p = torch.tensor(probabilities, dtype=torch.float64)
    return torch.stack([p.log(), (1 - p).log()], -1)[None]


def numbered(cells):
    """Boxes (1, cells, 4) that tell their cell."""
    return torch.arange(cells, dtype=torch.float64)[:, None].expand(cells, 4)[None]


WINDOW = torch.from_numpy(hann_window(3)).ravel()


def test_the_window_decides_between_cells():
    """0.51 * 0.9 = 0.459 at the border; 0.51 * 0.2 + 0.49 = 0.592 in the middle."""
    scores = [0.9] + [0.1] * 3 + [0.2] + [0.1] * 4
    score, box = select(logits(scores), numbered(9), WINDOW)
    assert score.item() == pytest.approx(0.2)
    assert box.tolist() == [[4] * 4]


def test_without_influence_the_most_confident_cell_wins():
    scores = [0.9] + [0.1] * 3 + [0.2] + [0.1] * 4
    score, box = select(logits(scores), numbered(9), WINDOW, influence=0)
    assert score.item() == pytest.approx(0.9)
    assert box.tolist() == [[0] * 4]


def test_targets_of_a_batch_are_chosen_apart_and_ties_go_to_the_first():
    both = torch.cat([logits([0.5] * 9), logits([0.1] * 8 + [0.9])])
    score, box = select(both, numbered(9).expand(2, 9, 4), WINDOW, influence=0)
    torch.testing.assert_close(score, torch.tensor([0.5, 0.9], dtype=torch.float64))
    assert box[:, 0].tolist() == [0, 8]


def test_a_box_is_placed_around_the_crops_centre():
    """A crop of 100 pixels around (50, 40) begins at (0, -10); its cell says centre (75, 25), size (10, 20)."""
    boxes = np.array([[0.75, 0.25, 0.1, 0.2], [0.5, 0.5, 1, 1]])
    placed = place(boxes, np.array([[50.0, 40], [0, 0]]), np.array([100.0, 30]))
    np.testing.assert_allclose(placed, [[70, 5, 10, 20], [-15, -15, 30, 30]])


@pytest.mark.parametrize(
    ("box", "clipped"),
    [
        ([30, 30, 40, 20], [30, 30, 40, 20]),
        ([-20, 5, 60, 200], [0, 5, 40, 95]),
        ([195, 90, 50, 3], [190, 90, 10, 10]),
        ([30, 30, 4, 4], [30, 30, 10, 10]),
        ([-50, -50, 10, 10], [0, 0, 10, 10]),
        ([500, 500, 10, 10], [190, 90, 10, 10]),
    ],
)
def test_boxes_are_clipped(box, clipped):
    assert clip_boxes(np.array([box], float), np.array([[200, 100]])).tolist() == [clipped]


coordinates = st.floats(-1e4, 1e4)


@given(
    st.tuples(coordinates, coordinates, st.floats(0, 1e4), st.floats(0, 1e4)),
    st.integers(20, 500),
    st.integers(20, 500),
)
def test_what_is_clipped_reaches_into_the_image(box, width, height):
    x, y, w, h = clip_boxes(np.array([box]), np.array([[width, height]]))[0]
    assert 0 <= x <= width - 10
    assert 0 <= y <= height - 10
    assert w >= 10
    assert h >= 10
    assert x + w <= width + 1e-9
    assert y + h <= height + 1e-9


def test_the_margin_can_be_chosen():
    assert clip_boxes(np.array([[30.0, 30, 4, 4]]), np.array([[200, 100]]), margin=2).tolist() == [[30, 30, 4, 4]]
