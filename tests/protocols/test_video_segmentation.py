"""Video segmentation: a trial an object or one for all, and what becomes of objects that several claim."""

import math

import numpy as np
import pytest

from harness import Box, GroundTruth, Labels, Mask, Polygon, Prediction, Sequence, SoftMask, Trajectory
from harness.core.errors import BadAnnotation, BadAnswer, EvaluationError
from harness.core.regions import Regions, Special
from harness.core.soft_masks import PackedSoftMask
from harness.core.tracker import Traits
from harness.core.trial import Start, Update
from harness.protocols.one_pass import OnePass
from harness.protocols.video_segmentation import VideoSegmentation, merge

NAN = math.nan
SIZE = WIDTH, HEIGHT = 6, 2
IDS = np.array([[1, 1, 0, 0, 3, 3], [0, 0, 0, 0, 0, 0]], np.uint8)  # there is no object 2
FIRST, THIRD = (Mask.encode(number == IDS) for number in (1, 3))
ONE = Traits(accepts="mask")
ALL = Traits(accepts="labels", objects="many")


def video(first=None, frames=3, name="pair") -> Sequence:
    """Frames of which only the first has a truth, so that looking at another one's shows."""
    regions = [Labels.encode(IDS) if first is None else first, *[None] * (frames - 1)]
    return Sequence(name, GroundTruth.visible(Regions.collect(regions)), size=SIZE)


def columns(*chosen: int) -> Mask:
    """A mask of the upper row."""
    pixels = np.zeros((HEIGHT, WIDTH), bool)
    pixels[0, list(chosen)] = True
    return Mask.encode(pixels)


def part(*regions, confidences=None, soft=(), seconds=0.5) -> Trajectory:
    """A trajectory of one object after its first frame; `soft` are rows of probabilities, from the left."""
    packed = [row and PackedSoftMask.pack(SoftMask(0, 0, np.array([row], np.float32)), *SIZE) for row in soft]
    rows = [NAN, *(confidences or [NAN] * len(regions))]
    return Trajectory(
        Regions.collect([FIRST, *regions]),
        np.array(rows),
        np.full(len(rows), seconds),
        soft=(None, *packed) if soft else (),
    )


def merged(*parts: Trajectory) -> list[list[int] | None]:
    """The upper rows of what becomes of the parts, without the first frame."""
    frames = merge(video(frames=len(parts[0])), parts).regions[1:]
    return [None if frame is None else frame.decode(*SIZE)[0].tolist() for frame in frames]


# Trials


@pytest.mark.parametrize("traits", [Traits(), ONE, Traits(accepts="labels"), Traits(objects="many")])
def test_a_tracker_of_one_object_makes_a_trial_each(traits):
    protocol, one = VideoSegmentation(), video()
    trials = protocol.trials(one, traits)
    assert [(trial.name, trial.target, trial.order) for trial in trials] == [
        ("pair_1", 1, range(3)),
        ("pair_3", 3, range(3)),
    ]
    made = protocol.merged(one, traits)
    assert (made.name, made.parts) == ("pair", ("pair_1", "pair_3"))


def test_a_tracker_of_several_makes_one_and_nothing_is_merged():
    protocol, one = VideoSegmentation(), video()
    (trial,) = protocol.trials(one, ALL)
    assert (trial.name, trial.target) == ("pair", None)
    assert protocol.merged(one, ALL) is None


def test_other_protocols_merge_nothing():
    assert OnePass().merged(video(), ONE) is None


@pytest.mark.parametrize("target", [FIRST, Box(1, 0, 2, 2), Polygon(((0, 0), (2, 0), (2, 2)))])
def test_a_truth_of_one_target_is_object_1(play, target):
    protocol, one = VideoSegmentation(), video(target)
    (trial,) = protocol.trials(one, ONE)
    asks, trajectory = play(protocol, one, trial, lambda _: Prediction(None))
    assert (trial.name, asks[0]) == ("pair_1", Start(0, target))
    assert [*trajectory.regions] == [target, None, None]
    asks, trajectory = play(protocol, one, protocol.trials(one, ALL)[0], lambda _: Prediction(None))
    assert [number for number, _ in asks[0].region.masks] == [1]
    assert trajectory.regions[0] == asks[0].region


@pytest.mark.parametrize("traits", [ONE, ALL])
@pytest.mark.parametrize("first", [Labels(()), Labels(((1, Mask.encode([[0]])),)), Mask.encode([[0]]), Special.FAILED])
def test_without_an_object_in_the_first_frame_it_cannot_be_run(first, traits):
    with pytest.raises(BadAnnotation, match=r"^pair: .*first frame"):
        VideoSegmentation().trials(video(first), traits)


# Driving


def test_one_object_is_followed_without_help(play):
    protocol, one = VideoSegmentation(), video()
    _, trial = protocol.trials(one, ONE)
    soft = SoftMask(1, 0, np.array([[0.5]], np.float32))
    answers = {1: Prediction(columns(1), 0.75, soft), 2: Prediction(None, 0.25, soft)}
    asks, trajectory = play(protocol, one, trial, lambda ask: answers[ask.frame])
    assert asks == [Start(0, THIRD), Update(1), Update(2)]
    assert [*trajectory.regions] == [THIRD, columns(1), None]
    assert trajectory.confidences[1:].tolist() == [0.75, 0.25]
    assert trajectory.soft == (None, PackedSoftMask.pack(soft, *SIZE), None)


def test_without_soft_masks_none_are_kept(play):
    protocol, one = VideoSegmentation(), video()
    _, trajectory = play(protocol, one, protocol.trials(one, ONE)[0], lambda _: Prediction(Box(1, 0, 2, 1)))
    assert trajectory.soft == ()


def test_all_objects_at_once(play):
    protocol, one = VideoSegmentation(), video()
    (trial,) = protocol.trials(one, ALL)
    answers = {1: Labels(((3, columns(0)),)), 2: Labels(((1, columns()),))}  # of nothing
    asks, trajectory = play(protocol, one, trial, lambda ask: Prediction(answers[ask.frame], 0.5), shared=True)
    assert asks == [Start(0, Labels.encode(IDS)), Update(1), Update(2)]
    assert [*trajectory.regions] == [Labels.encode(IDS), answers[1], None]
    assert (trajectory.misses, trajectory.size, trajectory.shared) == (1, SIZE, True)


@pytest.mark.parametrize(
    ("traits", "answer", "message"),
    [
        (ALL, Prediction(columns(1)), "answers with labels, found Mask"),
        (ALL, Prediction(Labels(((1, columns(0)), (2, columns(1))))), r"objects \[1, 3\] were asked for, found \[2\]"),
        (ONE, Prediction(columns(1), 1, SoftMask(0, 0, np.full((1, 1), 2.0))), "soft mask: expected probabilities"),
    ],
)
def test_a_wrong_answer_is_one_line(play, traits, answer, message):
    protocol, one = VideoSegmentation(), video()
    with pytest.raises(BadAnswer, match=message):
        play(protocol, one, protocol.trials(one, traits)[0], lambda _: answer)


# Merging


def test_the_first_frame_is_the_truth_and_seconds_add_up():
    pair = video(frames=2)
    first, third = part(columns(0)), part(columns(4), seconds=0.25)
    third = Trajectory(Regions.collect([THIRD, columns(4)]), third.confidences, third.seconds, shared=True)
    made = VideoSegmentation().merged(pair, ONE).make([first, third])
    assert made.regions[0] == Labels.encode(IDS)
    assert (made.seconds.tolist(), made.shared, made.size) == ([0.75, 0.75], True, SIZE)
    assert np.isnan(made.confidences).all()


def test_soft_masks_are_settled_by_the_highest_and_one_half():
    first = part(columns(0), soft=[[0.5, 0.49, 0.75, 0.75, 0, 0]])
    third = part(columns(5), soft=[[0.25, 0.49, 1.0, 0.75, 0.5, 0]])
    assert merged(first, third) == [[1, 0, 3, 1, 3, 0]]  # of equals the lowest; the hard masks do not count


def test_other_masks_are_settled_by_confidence_then_by_number():
    both = [columns(0, 1), columns(1, 2)]
    for confidences, expected in {
        (0.5, 0.75): [1, 3, 3, 0, 0, 0],
        (0.75, 0.5): [1, 1, 3, 0, 0, 0],
        (0.5, 0.5): [1, 1, 3, 0, 0, 0],
        (NAN, NAN): [1, 1, 3, 0, 0, 0],
        (NAN, 0.0): [1, 3, 3, 0, 0, 0],
    }.items():
        parts = [part(mask, confidences=[number]) for mask, number in zip(both, confidences, strict=True)]
        assert merged(*parts) == [expected]


def test_where_one_has_no_soft_mask_those_of_others_do_not_count():
    first = part(columns(0), columns(0), soft=[[0, 0.75], [0, 0.75]])
    third = part(columns(4), columns(4), soft=[None, [0, 0, 0, 0, 0, 1]])
    assert merged(first, third) == [[1, 0, 0, 0, 3, 0], [0, 1, 0, 0, 0, 3]]


def test_who_sees_nothing_claims_nothing():
    first = part(None, None, soft=[None, None])
    third = part(columns(4), None, soft=[[0, 1], None])
    assert merged(first, third) == [[0, 3, 0, 0, 0, 0], None]


def test_boxes_and_polygons_are_filled():
    first = part(Box(-5, 0, 7, 1), Polygon(((0, 0), (1.4, 0), (1.4, 1), (0, 1))))
    third = part(Box(3.4, 0, 1.2, 9), Box(1e9, 1e9, 5, 5))
    assert merged(first, third) == [[1, 1, 0, 3, 3, 0], [1, 0, 0, 0, 0, 0]]


def test_a_code_claims_nothing():
    assert merged(part(Special.FAILED), part(columns(4))) == [[0, 0, 0, 0, 3, 0]]


def test_parts_of_another_length_are_one_line():
    with pytest.raises(EvaluationError, match=r"^pair: 3 frames, but its objects have \[2, 2\]; run it again"):
        merge(video(), [part(columns(0)), part(columns(4))])
