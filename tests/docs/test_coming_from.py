"""docs/coming-from.md, followed to the letter: each section's commands run, on what its toolkit left."""

import csv
import json
import os
import re
import shlex
import sys
from pathlib import Path

import numpy as np
import pytest

from harness.cli.main import main

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "coming-from.md").read_text()
SECTIONS = {text.partition("\n")[0]: text for text in re.split(r"^## ", PAGE, flags=re.MULTILINE)}
START, GOT10K, PYSOT, PYTRACKING, VOT, OTHER = SECTIONS.values()

THEIRS = """
class Still:
    def init(self, image, box):
        assert image.shape[2] == 3
        self.box = box

    def track(self, image):
        return {"bbox": self.box, "best_score": 1.0}

build = Still
"""


def blocks(section: str, language: str = "") -> list[str]:
    found = re.findall(r"^```(\w*)\n(.*?)^```$", section, re.DOTALL | re.MULTILINE)
    return [text for kind, text in found if kind == language]


@pytest.fixture
def follow(otb_copy, tmp_path, monkeypatch):
    """Runs the commands of a section, in a folder with the page's settings and a small OTB."""
    (settings,) = blocks(START, "ini")
    (tmp_path / "harness.ini").write_text(settings)
    monkeypatch.chdir(tmp_path)

    def call(section: str) -> None:
        for line in "".join(blocks(section)).splitlines():
            assert main(shlex.split(line)[1:]) == 0, line

    return call


@pytest.fixture
def truths(otb_copy) -> dict[str, np.ndarray]:
    """By sequence, as the benchmark writes it: from 1."""
    files = otb_copy.glob("*/groundtruth_rect.txt")
    return {path.parent.name: np.loadtxt(path, delimiter=",") for path in files}


def scores(rule: str) -> dict[str, float]:
    """What the report just written says under a rule, of its one tracker."""
    with Path("reports/otb100/scores.csv").open() as file:
        return {row["metric"]: float(row["value"]) for row in csv.DictReader(file) if row["rule"].startswith(rule)}


@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")  # the toolkit leaves images open
def test_got10k(follow, truths, monkeypatch):
    """What the toolkit's own run leaves is imported, and its own report prints our numbers."""
    experiments = pytest.importorskip("got10k.experiments", reason="got10k is not installed")
    lists = experiments.otb.OTB._OTB__version_dict
    monkeypatch.setitem(lists, 2015, list(truths))  # those of the small copy
    monkeypatch.setattr(experiments.ExperimentOTB, "plot_curves", lambda *_: None)
    (program,) = blocks(GOT10K, "python")
    exec(program, {})
    follow(GOT10K)
    theirs = json.loads(Path("there/reports/OTB2015/IdentityTracker/performance.json").read_text())
    overall, ours = theirs["IdentityTracker"]["overall"], scores("compat.got10k-toolkit")
    for name, metric in (("success_score", "auc"), ("success_rate", "op50"), ("precision_score", "precision")):
        assert f"| `{name}` | `{metric}` |" in GOT10K
        assert ours[metric] == pytest.approx(overall[name], abs=1e-12)
    for file in Path("there/results/OTB2015/IdentityTracker").glob("*.txt"):
        assert Path("back/OTB2015/IdentityTracker", file.name).read_bytes() == file.read_bytes()


def test_pysot(follow, truths):
    """Commas and all digits, as tools/test.py writes them; and a tracker with its verbs, in the page's class."""
    folder = Path("there/results/OTB100/model")
    folder.mkdir(parents=True)
    for name, rows in truths.items():
        drifting = rows + np.outer(np.arange(len(rows)), (0.125, 0.1, 0, 0))
        (folder / f"{name}.txt").write_text("".join(",".join(map(str, row)) + "\n" for row in drifting.tolist()))
    (program,) = blocks(PYSOT, "python")
    Path(program.split()[1]).write_text(program)  # the first line is "# name.py"
    Path("theirs.py").write_text(THEIRS)
    follow(PYSOT)
    for name in truths:
        there, back = (np.loadtxt(one / f"{name}.txt", delimiter=",") for one in (folder, Path("back/OTB100/released")))
        assert np.array_equal(back, there)
    rows = np.loadtxt("results/otb100/one_pass/SiamRPN/Deer.txt", delimiter=",")
    assert np.array_equal(rows, np.tile(truths["Deer"][0] - [1, 1, 0, 0], (71, 1)))


def test_pytracking(follow, truths, capsys):
    """Whole pixels between tabs."""
    folder = Path("there/tracking_results/dimp/dimp50_000")
    folder.mkdir(parents=True)
    for name, rows in truths.items():
        np.savetxt(folder / f"{name}.txt", rows + np.array((0.75, 0, 0, 0)), fmt="%d", delimiter="\t")
        np.savetxt(folder / f"{name}_time.txt", np.full(len(rows), 0.02), fmt="%f", delimiter="\t")
    follow(PYTRACKING)
    assert "whole numbers alone in 4 of 4 files" in capsys.readouterr().out
    for file in folder.iterdir():
        assert Path("back/dimp/dimp50_000", file.name).read_bytes() == file.read_bytes()


def test_vot(follow, monkeypatch, capsys):
    """The binary files that the toolkit writes by default, of a tracker that fails once."""
    region = pytest.importorskip("vot.region", reason="vot-toolkit is not installed")
    pytest.importorskip("trax", reason="vot-trax is not installed")
    codec, shapes = pytest.importorskip("vot.region.io"), pytest.importorskip("vot.region.shapes")
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    assert main(shlex.split("data make --layout vot2019 --out VOT2019 --number 2 --length 60")) == 0
    folder = Path("there/results/released/baseline")
    for truth in Path("VOT2019").glob("*/groundtruth.txt"):
        name, rows = truth.parent.name, np.loadtxt(truth, delimiter=",")
        polygons = [shapes.Polygon(list(zip(row[::2], row[1::2], strict=True))) for row in rows.tolist()]
        answers = [region.Special(1), *polygons[1:30], region.Special(2), *[region.Special(0)] * 4]
        answers += [region.Special(1), *polygons[36:]]
        (folder / name).mkdir(parents=True)
        for number in (1, 2, 3):
            codec.write_trajectory(str(folder / name / f"{name}_{number:03d}.bin"), answers)
    (registry,) = blocks(VOT, "ini")
    Path("there/trackers.ini").write_text(registry)
    follow(VOT)
    assert "released (vot) in vot2019/supervised: 6 results stored" in capsys.readouterr().out
    with Path("reports/vot2019/scores.csv").open() as file:
        failures = [float(row["value"]) for row in csv.DictReader(file) if row["metric"] == "failures"]
    assert failures == [2, 2]  # of two sequences, under two rules
    assert len(list(Path("back/results/released/baseline").glob("*/*_00[123].txt"))) == 6
    assert {path.name for path in Path("results/synthetic/one_pass").iterdir()} == {"mine"}


def test_links_lead_somewhere():
    for page, anchor in re.findall(r"\]\(([\w-]+\.md)?#([\w-]+)\)", PAGE):
        headings = re.findall(r"^#+ (.*)", (DOCS / page).read_text() if page else PAGE, re.MULTILINE)
        assert anchor in {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_other_ways(follow):
    follow(OTHER)
    kept = {path.name for path in Path("results/otb100").iterdir()}
    assert kept == {"tre", "sre", "realtime@fps=30", "perturbed@shift=0.1+blur=2"}
