"""Twelve passes, each from another box near the truth."""

from harness import Box, GroundTruth, Polygon, Sequence
from harness.core.regions import Regions
from harness.core.robustness import SHIFTS, shifted
from harness.core.tracker import Traits
from harness.core.trial import Start, Update
from harness.protocols.spatial import SpatialRobustness

SRE = SpatialRobustness()
TRUTH = Box(20, 20, 10, 10)


def test_each_trial_starts_from_its_own_box_and_says_so(play, still, losing):
    one = still(4)
    trials = SRE.trials(one, Traits())
    assert [trial.name for trial in trials] == [f"still_{number:02d}" for number in range(1, 13)]
    given = []
    for trial in trials:
        asks, trajectory = play(SRE, one, trial, losing())
        assert asks[1:] == [Update(1), Update(2), Update(3)]
        assert list(trajectory.regions) == [asks[0].region, TRUTH, TRUTH, TRUTH]
        given.append(asks[0])
    assert given == [Start(0, shifted(TRUTH, shift, (60, 50))) for shift in SHIFTS]


def test_a_polygon_is_shifted_as_its_bounding_box(play, losing):
    diamond = Polygon(((25, 20), (30, 25), (25, 30), (20, 25)))
    one = Sequence("one", GroundTruth.visible(Regions.collect([diamond, TRUTH])), size=(60, 50))
    asks, _ = play(SRE, one, SRE.trials(one, Traits())[0], losing())
    assert asks[0].region == shifted(TRUTH, SHIFTS[0], (60, 50))
