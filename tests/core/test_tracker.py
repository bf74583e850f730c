"""Trackers: settings, and what they are unless they say otherwise."""

from dataclasses import dataclass

import pytest

from harness import Compute, NoSettings, Tracker
from harness.core.errors import UsageError
from harness.core.tracker import Traits


@dataclass(frozen=True, slots=True)
class Speed:
    pixels: float = 2.0


class Mover(Tracker):
    Settings = Speed

    def start(self, frames, targets, seeds): ...
    def update(self, tracks, frames): ...


def test_settings_are_the_given_or_the_defaults():
    assert Mover().settings == Speed(2.0)
    assert Mover(Speed(5.0)).settings.pixels == 5.0


def test_what_a_tracker_is_unless_it_says_otherwise():
    assert Tracker.Settings is NoSettings
    assert Mover.traits == Traits("box", "one", batches=False, weights=False)
    assert (Mover.device, Mover.precision, Mover.weights) == ("cpu", "float32", None)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"precision": "half"}, "precision is float32, tf32, bf16, fp16; found 'half'"),
        ({"weights": "w.pth", "random_weights": 0}, "read from w.pth or random, not both"),
    ],
)
def test_what_no_network_can_compute(wrong, message):
    with pytest.raises(UsageError, match=message):
        Compute(**wrong)


def test_a_tracker_without_its_verbs_cannot_be_built():
    with pytest.raises(TypeError, match="abstract"):
        Tracker()
