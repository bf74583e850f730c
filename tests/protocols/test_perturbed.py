"""One pass under perturbations: the same for every tracker, as large as asked for."""

import pickle

import numpy as np
import pytest

from harness import Box, GroundTruth, Polygon, Prediction, Sequence
from harness.core.errors import UsageError
from harness.core.regions import Regions
from harness.core.sequence import Frames
from harness.core.tracker import Traits
from harness.core.trial import Start
from harness.protocols.one_pass import OnePass
from harness.protocols.perturbed import Perturbed

TRUTH = Box(20, 20, 10, 10)


def start(play, still, losing, **how):
    one, protocol = still(3), Perturbed(**how)
    asks, trajectory = play(protocol, one, protocol.trials(one, Traits())[0], losing())
    assert trajectory.regions[0] == asks[0].region
    return asks[0].region


def seen(name="one", count=3):
    """A sequence of noise-free images, and how often one was decoded."""
    decode = lambda number: np.full((24, 32, 3), 40 * number, np.uint8)  # noqa: E731
    truth = GroundTruth.visible(Regions(np.full((count, 4), 9.0)))
    return Sequence(name, truth, Frames(range(1, count + 1), decode, lambda number: f"{number}.jpg"))


def test_without_perturbation_it_is_one_pass(play, still, losing):
    one = still(12)
    (trial,) = Perturbed().trials(one, Traits())
    assert Perturbed().name == "perturbed"
    plain, same = (play(protocol, one, trial, losing(4)) for protocol in (OnePass(), Perturbed()))
    assert plain[0] == same[0]
    assert plain[1].regions == same[1].regions
    assert Perturbed().shown(pixels := seen()) is pixels


def test_the_first_box_moves_so_far_in_a_direction_that_depends_on_seed_and_sequence_only(play, still, losing):
    near, far, other = (
        np.subtract(start(play, still, losing, **how).center, TRUTH.center)
        for how in ({"shift": 0.1}, {"shift": 0.5}, {"shift": 0.1, "seed": 1})
    )
    assert np.hypot(*near) == pytest.approx(0.1 * 10)
    assert far == pytest.approx(5 * near)
    assert np.hypot(*other) == pytest.approx(1)
    assert np.abs(other - near).max() > 0.01


def test_each_side_is_longer_or_shorter_by_the_factor(play, still, losing):
    boxes = [start(play, still, losing, scale=0.25, seed=seed) for seed in range(20)]
    assert {round(side, 9) for box in boxes for side in (box.w, box.h)} == {12.5, 8.0}
    assert all(box.center == pytest.approx(TRUTH.center) for box in boxes)


def test_a_polygon_stays_one_unless_it_is_moved(play, losing):
    diamond = Polygon(((25, 20), (30, 25), (25, 30), (20, 25)))
    one = Sequence("one", GroundTruth.visible(Regions.collect([diamond, TRUTH])), size=(60, 50))
    (trial,) = Perturbed().trials(one, Traits())
    assert play(Perturbed(drop=0.1), one, trial, losing())[0][0] == Start(0, diamond)
    assert isinstance(play(Perturbed(shift=0.1), one, trial, losing())[0][0].region, Box)


def test_in_lost_frames_the_last_answer_stands_and_more_are_lost_of_more(play, still):
    one = still(400)
    (trial,) = Perturbed().trials(one, Traits())

    def asked(drop):
        protocol = Perturbed(drop=drop)
        asks, trajectory = play(protocol, one, trial, lambda ask: Prediction(Box(ask.frame, 0, 1, 1)))
        return [ask.frame for ask in asks], trajectory

    few, trajectory = asked(0.3)
    assert few[0] == 0
    assert 0.6 * 400 < len(few) < 0.8 * 400
    assert set(asked(0.6)[0]) < set(few)
    assert len(trajectory) == 400
    shown = np.array(few)[np.searchsorted(few, np.arange(400), side="right") - 1]
    first = few[1]
    assert [region.x for region in trajectory.regions][first:] == shown[first:].tolist()
    assert set(trajectory.regions[:first]) == {TRUTH}
    assert np.isnan(trajectory.seconds).sum() == 400 - len(few)
    assert asked(1)[0] == [0]


def test_images_are_spoiled_alike_whenever_they_are_decoded():
    one, two = (Perturbed(noise=8).shown(seen()) for _ in range(2))
    assert one.truth is not None
    for index in (2, 0, 1):
        assert np.array_equal(one.frames[index].pixels, two.frames[index].pixels)
    assert one.frames[1].path is None  # its file has other pixels
    first, second = (one.frames[i].pixels.astype(int) - 40 * (i + 1) for i in range(2))
    assert not np.array_equal(first, second)
    assert not np.array_equal(Perturbed(noise=8).shown(seen("other")).frames[0].pixels, one.frames[0].pixels)
    assert not np.array_equal(Perturbed(noise=8, seed=1).shown(seen()).frames[0].pixels, one.frames[0].pixels)


def test_where_there_are_only_annotations_they_stay_so(still):
    assert Perturbed(blur=2).shown(still(3)).frames is None


@pytest.mark.parametrize("how", [{"shift": -0.1}, {"drop": 1.5}, {"jpeg": 101}, {"blur": np.nan}, {"noise": np.inf}])
def test_a_perturbation_there_is_not_is_one_line(how):
    with pytest.raises(UsageError, match=r"^perturbed@\w+=-?[\w.]+: expected 0 "):
        Perturbed(**how)


def test_it_can_be_sent_to_another_process():
    protocol = pickle.loads(pickle.dumps(Perturbed(blur=2, jpeg=10)))
    assert (protocol.name, protocol.identity) == ("perturbed@blur=2+jpeg=10", "perturbed@blur=2+jpeg=10@1")
