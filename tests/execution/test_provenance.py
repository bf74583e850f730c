"""A tracker's identity: what changes it, and what does not."""

import importlib
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from harness import EachAlone, Tracker
from harness.execution.provenance import settings_of, source_hash, tracker_fingerprint, trial_seed
from harness.execution.two_verbs import tracker_class

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


@pytest.mark.parametrize(("folder", "part_of_it"), [("checkout", True), ("site-packages", False)])
def test_a_neighbour_is_part_of_it_unless_all_packages_lie_there(tmp_path, monkeypatch, folder, part_of_it):
    home = tmp_path / folder
    home.mkdir()
    (home / "lone_tracker.py").write_text("import neighbour\nclass Mine: ...\n")
    (home / "neighbour.py").write_text("")
    monkeypatch.syspath_prepend(home)
    monkeypatch.setattr(sys, "modules", sys.modules.copy())
    mine = importlib.import_module("lone_tracker").Mine
    before = source_hash(mine)
    (home / "neighbour.py").write_text("# changed\n")
    assert (source_hash(mine) != before) == part_of_it


def test_a_class_in_a_packages_face_is_hashed_with_its_package(family, tmp_path):
    face = tmp_path / "family/__init__.py"
    face.write_text("from family.blocks import head\nfrom . import crop\nclass Face: ...\n")

    def face_hash() -> str:
        return source_hash(importlib.import_module("family").Face)

    for path in (face, tmp_path / "family/blocks/head.py", tmp_path / "family/crop.py"):
        before = face_hash()
        path.write_text(path.read_text() + "# changed\n")
        assert face_hash() != before


@pytest.mark.parametrize("name", ["Wrapped", "build"])
def test_a_wrapped_class_is_hashed_as_its_own_source(family, tmp_path, name):
    path = tmp_path / "family/tracker.py"
    path.write_text(
        path.read_text() + "class Wrapped:\n    def init(self, *a): ...\n    def update(self, *a): ...\n"
        "def build():\n    return Wrapped()\n"
    )
    found = getattr(importlib.import_module("family.tracker"), name)
    wrapped = tracker_class(found, name)
    before = tracker_fingerprint(name, wrapped())
    assert source_hash(wrapped) == family()
    (tmp_path / "family/crop.py").write_text("# changed\n")
    assert tracker_fingerprint(name, wrapped()) != before


def test_settings_are_what_json_holds():
    @dataclass(frozen=True)
    class Settings:
        weights: Path = Path("a/b.pth")
        sizes: tuple[int, ...] = (1, 2)

    class Mine(EachAlone):
        def __init__(self) -> None:
            super().__init__(object, Settings())

    assert settings_of(Mine()) == {"weights": "a/b.pth", "sizes": [1, 2]}


def test_settings_weights_and_precision_are_part_of_the_identity():
    from trackers.classic.scripted import Scripted

    class Weighted(Scripted):
        weights = "0" * 64

    Weighted.__module__ = Scripted.__module__
    plain = tracker_fingerprint("scripted", Scripted())
    assert tracker_fingerprint("scripted", Scripted()) == plain
    assert tracker_fingerprint("other", Scripted()) != plain
    assert tracker_fingerprint("scripted", Weighted()) != plain
    half = Scripted()
    half.precision = "bf16"
    assert tracker_fingerprint("scripted", half) != plain
    assert issubclass(Weighted, Tracker)


def test_seeds_differ_by_run_sequence_and_repetition_alone():
    seeds = [trial_seed(*case) for case in [(0, "a", 0), (1, "a", 0), (0, "b", 0), (0, "a", 1)]]
    assert len(set(seeds)) == 4
    assert trial_seed(0, "a", 0) == seeds[0]
    assert all(0 <= seed < 2**63 for seed in seeds)
