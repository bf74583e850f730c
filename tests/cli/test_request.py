"""Weights on the command line: which are taken, what refuses them, and how untrained ones are marked for good."""

import json

import pytest

NETWORK = """
import hashlib, pathlib
import harness

class Network(harness.Tracker):
    traits = harness.Traits(weights=True)

    def __init__(self, settings, compute):
        super().__init__(settings)
        self.precision, self.weights = compute.precision, f"random:{compute.random_weights}"
        if compute.random_weights is None:
            path = pathlib.Path(compute.weights or f"{compute.folder}/network.pth")
            if not path.is_file():
                raise harness.MissingWeights(f"put {path} there")
            self.weights = hashlib.sha256(path.read_bytes()).hexdigest()

    def start(self, frames, targets, seeds):
        return [harness.Track() for _ in frames]

    def update(self, tracks, frames):
        return [harness.Prediction((1, 2, 3, 4)) for _ in tracks]
"""


@pytest.fixture
def run(harness, otb_copy, tmp_path):
    (tmp_path / "net.py").write_text(NETWORK)

    def call(*words, tracker="./net.py:Network", code=0):
        shared = ["--dataset", "otb100", "--root", otb_copy, "--sequences", "Deer"]
        return harness("run", "--tracker", tracker, *shared, *words, code=code)

    return call


@pytest.fixture
def identity(tmp_path):
    def of(label):
        path = tmp_path / "results/otb100/one_pass" / label / "run.json"
        return json.loads(path.read_text())["identity"]

    return of


def test_random_weights_are_marked_in_every_format(run, harness, tmp_path, identity):
    run("--random-weights", 3)
    run(tracker="static")
    assert identity("Network@random3")["weights"] == "random:3"
    note = "Network@random3: random weights (seed 3): its scores mean nothing"
    done = harness("report", "--allow-partial", code=0)
    assert note in done.stdout
    folder = tmp_path / "reports/otb100"
    assert note in (folder / "report.md").read_text()
    assert note in (folder / "table.tex").read_text()
    (table,) = json.loads((folder / "report.json").read_text())["tables"]
    told = [gap["tracker"] for gap in table["gaps"] if gap["reason"].startswith("random weights (seed 3)")]
    assert told == ["Network@random3"]


def test_weights_are_found_where_settings_say(run, tmp_path, identity):
    assert "put weights/network.pth there" in run(code=1).stderr
    (tmp_path / "harness.ini").write_text("[paths]\nweights = mine\n")
    done = run(code=1)
    assert done.stderr == "harness run: put mine/network.pth there\n"
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/network.pth").write_text("trained")
    run()
    assert len(identity("Network")["weights"]) == 64


def test_a_label_holds_the_results_of_one_file(run, tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).write_text(name)
    run("--weights", tmp_path / "a")
    assert "1 done before" in run("--weights", tmp_path / "a").stderr
    assert "label 'Network'" in run("--weights", tmp_path / "b", code=1).stderr
    run("--weights", tmp_path / "b", "--label", "b")


def test_another_precision_has_a_label_of_its_own(run, tmp_path, identity):
    run("--random-weights", 0, "--precision", "bf16")
    (label,) = [path.name for path in (tmp_path / "results/otb100/one_pass").iterdir()]
    assert label.startswith("Network@random0@")
    assert identity(label)["precision"] == "bf16"


@pytest.mark.parametrize(
    ("tracker", "words", "message"),
    [
        ("static", ["--random-weights", "0"], "tracker 'static' takes no weights: run it without --weights"),
        ("static", ["--weights", "w.pth"], "tracker 'static' takes no weights"),
        ("kcf,static", ["--weights", "w.pth"], "--weights is of one tracker; run several trackers one by one"),
        ("static", ["--weights", "w", "--random-weights", "0"], "not allowed with argument --weights"),
    ],
)
def test_what_is_refused(run, tmp_path, tracker, words, message):
    done = run(*words, tracker=tracker, code=2)
    assert message in done.stderr
    assert not (tmp_path / "results").exists()
