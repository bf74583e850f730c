"""harness list trackers --complexity: what networks have and compute, beside what their papers print."""

import json

import pytest

from harness.catalog import TRACKERS
from harness.cli.main import main
from trackers.classic.static import Static
from trackers.sbt.tracker import SBTLight
from trackers.siamx.tracker import SiamXPlain

NETWORKS = {"sbt_light": SBTLight, "siamx_plain": SiamXPlain}


@pytest.fixture
def two_networks(monkeypatch):
    """All but one of each family are left out, for their time."""
    entries = {name: f"{cls.__module__}:{cls.__name__}" for name, cls in {**NETWORKS, "static": Static}.items()}
    monkeypatch.setattr(TRACKERS, "_entries", lambda: entries)


def listed(capsys, *words):
    assert main(["list", "trackers", "--complexity", *words]) == 0
    return capsys.readouterr().out


def test_complexity_stands_beside_what_the_paper_prints(two_networks, capsys):
    shown = [line.split() for line in listed(capsys).splitlines()]
    assert ["sbt_light", "*", "3.824", "3.816", "3.03", "3.467", "3.029", "3.81"] in shown
    assert ["siamx_plain", "26.001", "26.001", "23.847", "23.823"] in shown  # its paper prints neither
    assert [words[:2] for words in shown if words[0] == "*"] == [["*", "sbt_light:"]]
    assert "static" not in {words[0] for words in shown}


def test_complexity_for_scripts(two_networks, capsys):
    found = json.loads(listed(capsys, "--json"))
    assert set(found["trackers"]) == set(NETWORKS)
    assert set(found["misprints"]) == {"sbt_light"}
    light, siamx = found["trackers"].values()
    assert (light["parameters"], light["macs"], light["params_m"], light["gflops"]) == (3824294, 3467083776, 3.03, 3.81)
    assert (siamx["params_m"], siamx["gflops"]) == (None, None)


def test_complexity_is_of_trackers(capsys):
    for words in ([], ["datasets"]):
        assert main(["list", *words, "--complexity"]) == 2
        assert "harness list trackers --complexity" in capsys.readouterr().err
