"""A tracker's identity: what changes it, and what does not."""

import importlib
import sys

import pytest

from harness import Tracker
from harness.execution.provenance import source_hash, tracker_fingerprint, trial_seed

FILES = {
    "__init__.py": "",
    "tracker.py": "from family.blocks import head\nfrom . import crop\nfrom harness import Tracker\n"
    "class Mine(Tracker):\n    def start(self, *a): ...\n    def update(self, *a): ...\n",
    "blocks/__init__.py": "",
    "blocks/head.py": "import numpy\n",
    "crop.py": "",
    "unused.py": "",
}


@pytest.fixture
def family(tmp_path, monkeypatch):
    """A package of five modules; gives a function that hashes the tracker in it."""
    for name, text in FILES.items():
        (tmp_path / "family" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "family" / name).write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    importlib.invalidate_caches()
    yield lambda: source_hash(importlib.import_module("family.tracker").Mine)
    for name in [name for name in sys.modules if name.split(".")[0] == "family"]:
        del sys.modules[name]


@pytest.mark.parametrize("name", ["tracker.py", "blocks/head.py", "crop.py", "blocks/__init__.py"])
def test_what_a_tracker_imports_from_its_package_is_part_of_it(family, tmp_path, name):
    before = family()
    assert family() == before
    path = tmp_path / "family" / name
    path.write_text(path.read_text() + "# changed\n")
    assert family() != before


def test_what_it_does_not_import_is_not(family, tmp_path):
    before = family()
    (tmp_path / "family/unused.py").write_text("x = 1\n")
    assert family() == before


def test_settings_and_weights_are_part_of_the_identity():
    from trackers.classic.scripted import Scripted

    class Weighted(Scripted):
        weights = "0" * 64

    Weighted.__module__ = Scripted.__module__
    plain = tracker_fingerprint("scripted", Scripted())
    assert tracker_fingerprint("scripted", Scripted()) == plain
    assert tracker_fingerprint("other", Scripted()) != plain
    assert tracker_fingerprint("scripted", Weighted()) != plain
    assert issubclass(Weighted, Tracker)


def test_seeds_differ_by_run_sequence_and_repetition_alone():
    seeds = [trial_seed(*case) for case in [(0, "a", 0), (1, "a", 0), (0, "b", 0), (0, "a", 1)]]
    assert len(set(seeds)) == 4
    assert trial_seed(0, "a", 0) == seeds[0]
    assert all(0 <= seed < 2**63 for seed in seeds)
