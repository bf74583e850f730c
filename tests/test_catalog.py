"""Names and what they stand for."""

import subprocess
import sys
from pathlib import Path

import pytest

from harness import Dataset, open_dataset
from harness.catalog import DATASETS, TRACKERS, Catalog, official_rule
from harness.core.errors import MissingData, UnknownName, UsageError


def test_listing_imports_nothing():
    """The lists of all four kinds, without numpy and without what they name."""
    code = (
        "import sys; from harness.catalog import *; "
        "print(*DATASETS, *PROTOCOLS, *RULES, *TRACKERS); "
        "print(*[m for m in sys.modules if m.startswith(('trackers', 'harness.datasets', 'harness.metrics', 'numpy'))])"
    )
    names, imported = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert {"otb100", "one_pass", "otb.official", "static"} <= set(names.split())
    assert imported == ""


def test_a_name_is_loaded_when_asked_for():
    catalog = Catalog("thing", lambda: {"path": "pathlib:Path", "gone": "no.such.module:X"})
    assert list(catalog) == ["path", "gone"]
    assert catalog.load("path") is Path
    with pytest.raises(UnknownName, match="unknown thing 'pth'; did you mean 'path'"):
        catalog.load("pth")


STRANGER = """
from beside import NAME
from harness import Tracker

class Mine(Tracker):
    name = NAME
    def start(self, frames, targets, seeds): ...
    def update(self, tracks, frames): ...
"""


@pytest.fixture
def stranger(tmp_path, monkeypatch) -> Path:
    """A stranger's file, with a module of its own beside it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setattr(sys, "modules", sys.modules.copy())
    (tmp_path / "beside.py").write_text("NAME = 'a stranger'")
    (tmp_path / "my_tracker.py").write_text(STRANGER)
    return tmp_path / "my_tracker.py"


@pytest.mark.parametrize("form", ["./my_tracker.py:Mine", "my_tracker.py:Mine", "absolute"])
def test_a_strangers_file(stranger, form):
    tracker = TRACKERS.resolve(f"{stranger}:Mine" if form == "absolute" else form)
    assert tracker.name == "a stranger"
    assert sys.modules[tracker.__module__].Mine is tracker  # as pickle looks it up


def test_a_strangers_module(stranger, monkeypatch):
    monkeypatch.syspath_prepend(stranger.parent)
    assert TRACKERS.resolve("my_tracker:Mine").name == "a stranger"


def test_files_of_one_name_stay_apart(stranger):
    (stranger.parent / "other").mkdir()
    other = stranger.parent / "other" / stranger.name
    other.write_text("class Mine: ...")
    first, second = (TRACKERS.resolve(f"{path}:Mine") for path in (stranger, other))
    assert [sys.modules[one.__module__].__file__ for one in (first, second)] == [str(stranger), str(other)]


@pytest.fixture
def packaged(stranger, monkeypatch) -> Path:
    """The stranger's file as an installed package's, with three entry points; two are out of date."""
    points = stranger.parent / "strangers-1.0.dist-info" / "entry_points.txt"
    points.parent.mkdir()
    points.write_text("[harness.trackers]\nstrangers = my_tracker:Mine\nold = my_tracker:Old\ngone = no_such:Mine\n")
    (points.parent / "METADATA").write_text("Metadata-Version: 2.1\nName: strangers\nVersion: 1.0\n")
    monkeypatch.syspath_prepend(stranger.parent)
    return stranger


@pytest.mark.usefixtures("packaged")
def test_an_entry_point_of_a_strangers_package():
    assert {"strangers", "static"} <= set(TRACKERS)
    assert TRACKERS.resolve("strangers").name == "a stranger"
    with pytest.raises(UsageError, match=r"^tracker 'old': my_tracker has no 'Old', only Mine$"):
        TRACKERS.resolve("old")
    with pytest.raises(UsageError, match=r"^tracker 'gone': cannot import 'no_such'"):
        TRACKERS.resolve("gone")


def test_a_module_that_breaks_is_one_line(packaged):
    packaged.write_text("raise RuntimeError('no GPU')")
    with pytest.raises(UsageError, match=r"^tracker 'strangers': importing my_tracker: RuntimeError: no GPU$"):
        TRACKERS.resolve("strangers")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("statc", r"unknown tracker 'statc'; did you mean 'static'"),
        ("./my_tracker.py:Yours", r"tracker '\./my_tracker\.py:Yours': \./my_tracker\.py has no 'Yours', only Mine$"),
        ("./my_tracker.py", r"tracker '\./my_tracker\.py': expected its class too, as \./my_tracker\.py:Class"),
        ("./nowhere.py:Mine", r"no tracker file 'nowhere\.py' here"),
        ("no.such:Mine", r"tracker 'no\.such:Mine': cannot import 'no'"),
        ("trackers.classic.static:Moving", r"trackers\.classic\.static has no 'Moving'"),
        ("./my_tracker:Mine", r"expected package\.module:Class or \./file\.py:Class"),
        (":Mine", r"expected package\.module:Class"),
        (".relative:Mine", r"expected package\.module:Class"),
    ],
)
@pytest.mark.usefixtures("stranger")
def test_a_tracker_there_is_not(text, message):
    with pytest.raises(UsageError, match=message) as error:
        TRACKERS.resolve(text)
    assert "\n" not in str(error.value)


def test_a_dataset_by_its_name_or_stored_name(tmp_path):
    for text, stored in [
        ("synthetic", "synthetic"),
        ("synthetic:polygons", "synthetic-polygons"),
        ("synthetic-polygons", "synthetic-polygons"),
    ]:
        dataset = open_dataset(text, tmp_path)
        assert isinstance(dataset, Dataset)
        assert (dataset.name, dataset.root) == (stored, str(tmp_path))


def test_datasets_there_are_not(tmp_path):
    with pytest.raises(UnknownName, match="did you mean 'otb100'"):
        open_dataset("otb10", tmp_path)
    with pytest.raises(UsageError, match="no split 'nosuch'"):
        open_dataset("synthetic:nosuch", tmp_path)
    with pytest.raises(MissingData, match="Give --root DIR, set HARNESS_DATA"):
        open_dataset("otb100", tmp_path)


def test_where_a_dataset_is_looked_for(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("HARNESS_DATA", raising=False)
    assert open_dataset("synthetic").root == str(Path("data/synthetic"))
    assert open_dataset("synthetic", recorded="/recorded").root == "/recorded"


def test_the_rule_of_papers():
    assert [official_rule(name) for name in ("otb2013", "otb100", "synthetic", "synthetic-polygons", "lasot-test")] == [
        "otb.official",
        "otb.official",
        "synthetic.official",
        "synthetic.official",
        "lasot.official",
    ]
    assert len(set(DATASETS)) == len(list(DATASETS))
