"""Multi-start: a run from every anchor, and the official rule's numbers for them."""

from dataclasses import replace

import numpy as np
import pytest

from harness import Box
from harness.core.errors import BadAnnotation
from harness.core.regions import Special
from harness.core.tracker import Traits
from harness.core.trial import Start, Update
from harness.metrics.vot.evaluate import evaluate_multi_start
from harness.metrics.vot.rules import VOT2020
from harness.protocols.multi_start import MultiStart

TARGET = Box(20, 20, 10, 10)
ANCHORS = np.array([1.0, 0, 0, 0, 0, -1, 0, 0])


def test_runs_go_forwards_and_backwards_from_the_benchmarks_anchors(play, still, losing):
    one = still(8, anchor=ANCHORS)
    first, second = MultiStart().trials(one, Traits())
    assert (first.name, [*first.order]) == ("still_00000000", [0, 1, 2, 3, 4, 5, 6, 7])
    assert (second.name, [*second.order]) == ("still_00000005", [5, 4, 3, 2, 1, 0])
    asks, trajectory = play(MultiStart(), one, second, losing(3))
    assert asks == [Start(5, TARGET), *map(Update, (4, 3, 2, 1, 0))]
    assert [*trajectory.regions] == [Special.INITIALISED, *[Box(x, 20, 10, 10) for x in (20, 40, 20, 20, 20)]]


def test_eao_accuracy_and_robustness_by_hand(play, still, losing):
    """Overlaps of the run forwards: - 1 1 1 0 0 0 0, failed after 4 frames; backwards: - 1 1 1 1 1."""
    one = still(8, anchor=ANCHORS)
    first, second = MultiStart().trials(one, Traits())
    runs = {
        0: play(MultiStart(), one, first, losing(4, 5, 6, 7))[1].regions,
        5: play(MultiStart(), one, second, losing())[1].regions,
    }
    rule = replace(VOT2020, grace=3, interval=(3, 5))
    where = {"dataset": "d", "protocol": "multi_start", "expected": 1}
    scores = evaluate_multi_start({"x": {"still": runs}}, {"still": one}, rule, **where).scores.loc["x"]
    assert scores["accuracy"] == pytest.approx((3 + 5) / (4 + 6))  # the start counts, with an overlap of 0
    assert scores["robustness"] == pytest.approx((4 + 6) / (8 + 6))
    assert scores["eao"] == pytest.approx(((1 + 1) / 2 + (3 / 4 + 1) / 2) / 2)


def test_without_anchors_they_are_made(still):
    trials = MultiStart().trials(still(120), Traits())
    assert [(t.name, t.order) for t in trials] == [
        ("still_00000000", range(120)),
        ("still_00000050", range(50, 120)),
        ("still_00000100", range(100, -1, -1)),
    ]


@pytest.mark.parametrize("one", [{"frames": 4, "unseen": range(4)}, {"frames": 4, "anchor": np.zeros(4)}])
def test_a_sequence_without_any_cannot_be_run(still, one):
    with pytest.raises(BadAnnotation, match=r"^still: no anchor to start from"):
        MultiStart().trials(still(**one), Traits())
