"""Trackers as they are asked for: settings typed by their dataclass, labels by what differs."""

from dataclasses import dataclass

import pytest

from harness import Compute, Tracker, Traits
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


class Network(Mine):
    traits = Traits(weights=True)

    def __init__(self, settings, compute):
        super().__init__(settings)
        random = compute.random_weights
        self.weights = compute.folder if random is None else f"random:{random}"
        self.precision = compute.precision


@pytest.fixture(autouse=True)
def registered(monkeypatch):
    classes = {"network": Network}
    monkeypatch.setattr("harness.catalog.TrackerCatalog.resolve", lambda self, text: classes.get(text, Mine))


def test_text_becomes_what_the_field_says():
    chosen = TrackerChoice("mine", {"scales": "7", "rate": "1e-3", "smooth": "false"}).build()
    assert chosen.tracker.settings == Settings(7, 0.001, False)
    assert chosen.described().identity == {"tracker": "mine", "settings": {"scales": 7, "rate": 0.001, "smooth": False}}


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


def test_weights_and_precision_are_part_of_what_a_label_stands_for():
    plain = TrackerChoice("network", compute=Compute(folder="abc")).build()
    assert (plain.label, plain.described().identity["weights"]) == ("network", "abc")
    assert "precision" not in plain.described().identity
    assert (
        TrackerChoice("network", compute=Compute(precision="bf16")).build().described().identity["precision"] == "bf16"
    )


def test_random_weights_and_another_precision_are_seen_in_the_label():
    labels = {
        (seed, precision, rate): TrackerChoice(
            "network", {"rate": rate}, compute=Compute(precision=precision, random_weights=seed)
        )
        .build()
        .label
        for seed in (None, 0, 7)
        for precision in ("float32", "bf16")
        for rate in ("0.5", "0.7")
    }
    assert len(set(labels.values())) == len(labels)
    assert labels[None, "float32", "0.5"] == "network"
    assert labels[0, "float32", "0.5"] == "network@random0"
    assert labels[7, "bf16", "0.7"].startswith("network@random7@")


@pytest.mark.parametrize("asked", [{"weights": "w.pth"}, {"random_weights": 0}, {"precision": "bf16"}])
def test_a_tracker_without_weights_refuses_them(asked):
    with pytest.raises(UsageError, match="tracker 'mine' takes no weights: run it without --weights"):
        TrackerChoice("mine", compute=Compute(**asked)).build()
