"""Unsupervised: one pass, written as VOT writes it."""

from harness import Box
from harness.core.regions import Special
from harness.core.tracker import Traits
from harness.core.trial import Start, Trial, Update
from harness.protocols.unsupervised import Unsupervised


def test_nobody_helps_a_tracker_that_fails(play, still, losing):
    one = still(4)
    (trial,) = Unsupervised().trials(one, Traits())
    assert trial == Trial("still", "still_001", range(4))
    asks, trajectory = play(Unsupervised(), one, trial, losing(1, 2))
    assert asks == [Start(0, Box(20, 20, 10, 10)), Update(1), Update(2), Update(3)]
    assert [*trajectory.regions] == [Special.INITIALISED, *[Box(x, 20, 10, 10) for x in (40, 40, 20)]]
