"""Toolkits' spellings of sequences lead to the benchmark's, and where two could be meant, to none."""

import pytest

from harness.datasets import official
from harness.interop.names import Names, spelt

OTB = Names("otb100", official.names("otb100"))


@pytest.mark.parametrize(
    ("spelled", "name"),
    [
        *((spelled, "Jogging.1") for spelled in ("Jogging.1", "Jogging-1", "jogging_1")),
        *((spelled, "Human4.2") for spelled in ("Human4", "human4-2", "Human4_2", "human4")),
        ("skating2-2", "Skating2.2"),
        ("carDark", "CarDark"),
        ("fleetface", "FleetFace"),
        ("Skating2", None),
        ("Jogging", None),
        ("uav_bike1", None),
        ("", None),
    ],
)
def test_spellings_of_otb(spelled, name):
    assert OTB.find(spelled) == name


@pytest.mark.parametrize("toolkit", ["got10k", "pysot", "pytracking", "lasot", "trackingnet"])
@pytest.mark.parametrize("dataset", ["otb100", "lasot-test", "trackingnet-test", "uav123", "vot2019", "got10k-val"])
def test_what_we_spell_we_find(dataset, toolkit):
    names = official.names(dataset)
    spellings = [spelt(name, dataset, toolkit) for name in names]
    assert len(set(spellings)) == len(names)
    assert [Names(dataset, names).find(spelling) for spelling in spellings] == list(names)


def test_capitals_alone_tell_some_apart():
    names = Names("trackingnet", ["abc-_1", "ABC__1", "x"])
    assert [names.find(name) for name in ("abc-_1", "ABC__1", "Abc.-1", "X")] == ["abc-_1", "ABC__1", None, "x"]


def test_the_nearest():
    assert "Basketball" in OTB.nearest("basketbal")
