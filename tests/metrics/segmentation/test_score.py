from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from harness.core.errors import EvaluationError
from harness.core.regions import Box, Labels, Mask, Regions
from harness.metrics.segmentation.measures import boundary_f, jaccard, tolerance_radius
from harness.metrics.segmentation.rules import DAVIS16, DAVIS17
from harness.metrics.segmentation.score import score_objects

WIDE = replace(DAVIS17, tolerance=0.1)  # so that small images have a radius of some pixels
SIZE = (30, 20)


def square(left, top, number=1, side=6):
    image = np.zeros(SIZE[::-1], np.uint8)
    image[top : top + side, left : left + side] = number
    return image


STILL = [square(4, 5)] * 4


@st.composite
def videos(draw):
    """Truth and answers of five frames, label images in which object 3 is never true."""
    shape = draw(st.tuples(st.integers(2, 12), st.integers(2, 12)))
    truth = [draw(arrays(np.uint8, shape, elements=st.sampled_from([0, 0, 1, 2]))) for _ in range(5)]
    answers = [draw(arrays(np.uint8, shape, elements=st.sampled_from([0, 0, 1, 2]))) for _ in range(5)]
    truth[0][0, :2] = [2, 1]
    return truth, answers


@settings(max_examples=40)
@given(videos())
def test_windows_and_runs_change_nothing(video):
    """The part of an image that holds an object, or its runs, score as the whole image does."""
    truth, answers = video
    height, width = truth[0].shape
    radius = tolerance_radius(height, width, WIDE.tolerance)
    of_images = score_objects(answers, truth, (width, height), WIDE)
    of_runs = score_objects(map(Labels.encode, answers), list(map(Labels.encode, truth)), (width, height), WIDE)
    assert np.array_equal(of_images.j, of_runs.j)
    assert np.array_equal(of_images.f, of_runs.f)
    for number, frame in ((n, t) for n in (1, 2) for t in (1, 2, 3)):
        a, b = answers[frame] == number, truth[frame] == number
        assert of_images.j[number - 1, frame - 1] == jaccard(a, b)
        assert of_images.f[number - 1, frame - 1] == boundary_f(a, b, radius)


def test_first_and_last_frames_are_left_out():
    far = square(20, 10)
    scores = score_objects([far, STILL[0], far, far], STILL, SIZE, DAVIS17)
    assert scores.j.tolist() == [[1, 0]]
    assert scores.f.tolist() == [[1, 0]]


def test_answers_are_read_once_a_frame_at_a_time():
    def answers():
        for frame in range(4):
            seen.append(frame)
            yield Labels.encode(STILL[frame])

    seen: list[int] = []
    assert score_objects(answers(), np.array(STILL), SIZE, DAVIS17).j.tolist() == [[1, 1]]
    assert seen == [0, 1, 2, 3]


def test_an_object_nobody_answers_is_empty_and_one_that_is_gone_scores_one():
    truth = [square(4, 5) + square(20, 5, 2), square(4, 5) + square(20, 5, 2), square(4, 5), square(4, 5)]
    scores = score_objects(STILL, truth, SIZE, DAVIS17)
    assert scores.j.tolist() == [[1, 1], [0, 1]]
    assert scores.f.tolist() == [[1, 1], [0, 1]]
    missed = score_objects([None] * 4, truth, SIZE, DAVIS17)
    assert missed.j.tolist() == [[0, 0], [0, 1]]


def test_the_first_frame_of_truth_says_which_objects_there_are():
    later = [square(4, 5), *[square(4, 5) + square(20, 5, 2)] * 3]
    assert score_objects(STILL, later, SIZE, DAVIS17).j.shape == (1, 2)
    gap = [square(4, 5, 3)] * 4  # objects 1 and 2 are nowhere, and count
    assert score_objects(gap, gap, SIZE, DAVIS17).j.tolist() == [[1, 1]] * 3


def test_void_is_background_in_the_truth():
    void = [square(4, 5) + square(10, 5, 255, 1)] * 4
    assert score_objects(STILL, void, SIZE, DAVIS17).j.tolist() == [[1, 1]]


def test_one_object_of_all_that_is_not_background():
    halves = [square(4, 5) + square(20, 5, 7)] * 4
    whole = [255 * (image > 0).astype(np.uint8) for image in halves]
    for answers, truth in ((halves, whole), (whole, halves), ([Labels.encode(i) for i in halves], whole)):
        assert score_objects(answers, truth, SIZE, DAVIS16).j.tolist() == [[1, 1]]


def test_a_mask_is_object_one():
    masks = Regions.collect([Mask.encode(image) for image in STILL])
    assert score_objects(masks, masks, SIZE, DAVIS17).j.tolist() == [[1, 1]]


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        (STILL[:3], "3 frames of result for 4 of truth; run the sequence again"),
        (STILL * 2, "8 frames of result for 4 of truth; run the sequence again"),
        ([STILL[0], square(4, 5, 2), *STILL[2:]], "frame 1: object 2, but the truth begins with 1"),
        ([STILL[0], square(4, 5, 255), *STILL[2:]], "frame 1: object 255, but the truth begins with 1"),
        ([image[:, :-1] for image in STILL], r"frame 1: expected labels of shape \(20, 30\), found \(20, 29\)"),
        ([Box(1, 2, 3, 4)] * 4, r"frame 1: expected labels \(whole numbers\) or a mask, found Box"),
        ([image * 0.5 for image in STILL], r"frame 1: expected labels \(whole numbers\) or a mask, found float64"),
    ],
)
def test_what_cannot_be_scored_says_why(answers, message):
    with pytest.raises(EvaluationError, match=message):
        score_objects(answers, STILL, SIZE, DAVIS17)


def test_truth_without_an_object_or_a_frame_that_counts():
    with pytest.raises(EvaluationError, match="first frame of truth has no object"):
        score_objects(STILL, [None, *STILL[1:]], SIZE, DAVIS17)
    with pytest.raises(EvaluationError, match="none of its 2 frames counts"):
        score_objects(STILL[:2], STILL[:2], SIZE, DAVIS17)
