"""Trackers as they are asked for: settings typed by their dataclass, labels by what differs."""

from dataclasses import dataclass

import pytest

from harness import Tracker
from harness.core.errors import UsageError
from harness.execution.choice import TrackerChoice


@dataclass(frozen=True)
class Settings:
    scales: int = 3
    rate: float = 0.5
    smooth: bool = True


class Mine(Tracker):
    Settings = Settings

    def start(self, frames, targets, seeds): ...

    def update(self, tracks, frames): ...


@pytest.fixture(autouse=True)
def registered(monkeypatch):
    monkeypatch.setattr("harness.catalog.TrackerCatalog.resolve", lambda self, text: Mine)


def test_text_becomes_what_the_field_says():
    chosen = TrackerChoice("mine", {"scales": "7", "rate": "1e-3", "smooth": "false"}).build()
    assert chosen.tracker.settings == Settings(7, 0.001, False)
    assert chosen.identity == {"tracker": "mine", "settings": {"scales": 7, "rate": 0.001, "smooth": False}}


def test_the_label_is_the_name_while_settings_are_the_defaults():
    assert TrackerChoice("mine").build().label == "mine"
    assert TrackerChoice("mine", {"scales": "3"}).build().label == "mine"
    assert TrackerChoice("./files.py:Mine").build().label == "Mine"


def test_a_variant_has_a_label_of_its_own():
    labels = [TrackerChoice("mine", {"scales": n}).build().label for n in ("5", "7", "5")]
    assert labels[0] == labels[2] != labels[1]
    assert all(label.startswith("mine@") and len(label) == len("mine@") + 8 for label in labels)
    assert TrackerChoice("mine", {"scales": "5"}, "five").build().label == "five"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"scale": "5"}, "tracker 'mine' has scales, rate, smooth"),
        ({"scales": "many"}, "scales='many'"),
        ({"smooth": "perhaps"}, "smooth='perhaps'"),
    ],
)
def test_a_wrong_setting_is_one_line(settings, message):
    with pytest.raises(UsageError, match=message) as raised:
        TrackerChoice("mine", settings).build()
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("label", ["", "../up", "a/b", "a\\b", "one,two", ".hidden", "two\nlines"])
def test_a_label_is_a_folder_and_an_entry_of_a_list(label):
    with pytest.raises(UsageError, match="label"):
        TrackerChoice("mine", {}, label).build()
