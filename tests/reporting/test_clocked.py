"""Whose speed a report shows: the latency measured of that tracker, else its own run's, and never another's."""

from dataclasses import replace

import numpy as np
import pytest

from harness.core.latency import Conditions, Latency
from harness.core.record import Fingerprints, RunKey, RunRecord, Seconds, TrialKey, sequence_fingerprint
from harness.core.regions import Box, Regions, Special
from harness.core.sequence import Dataset, GroundTruth, Sequence
from harness.core.trajectory import Trajectory
from harness.reporting.collect import Question, collect
from harness.reporting.content import Content
from harness.reporting.figures.points import scatters
from harness.reporting.tables import grid, notes
from harness.store.latency import latency_path, save_latency
from harness.store.results import ResultStore

FRAMES = 60
TRUTH = GroundTruth.visible(Regions.collect([Box(20, 20, 10, 10)] * FRAMES))


def copy(dataset):
    return Dataset(dataset, ("ants",), ("ants",), lambda name: Sequence(name, TRUTH, size=(60, 50)))


@pytest.fixture
def store(tmp_path):
    return ResultStore(tmp_path / "results")


def ran(store, dataset="otb100", protocol="one_pass", *, label="kcf", shared=False, device="cpu"):
    """A run whose updates took half a second each."""
    run = RunKey(dataset, protocol, label)
    call = {"started": "2026", "root": None, "left_out": [], "repetitions": 1}
    store.open_run(run, {"tracker": label, "settings": {}}, call)
    prints = Fingerprints(label, sequence_fingerprint(copy(dataset).open("ants")), "p")
    sums = Seconds(9.0, 0.5 * (FRAMES - 1), FRAMES - 1, shared)
    record = RunRecord("ants", "done", prints, 0, "here:1", device, "", seconds=sums)
    first = Box(20, 20, 10, 10) if protocol == "one_pass" else Special.INITIALISED
    answers = Regions.collect([first, *[Box(20, 20, 10, 10)] * (FRAMES - 1)])
    trial = "ants" if protocol == "one_pass" else "ants_001"
    nan = np.full(FRAMES, np.nan)
    store.save(TrialKey(run, trial), record, Trajectory(answers, nan, np.full(FRAMES, 0.5), shared))
    return run


def measured(store, run, *, tracker=None, hardware="a chip", disturbed=()):
    """Its latency, measured apart: an eighth of a second."""
    conditions = Conditions(tracker or run.label, {}, "cpu", hardware, "float32", 20, disturbed, {})
    save_latency(store, run, Latency(conditions, {"ants": np.array([9.0, *[0.125] * 10])}))


def table(store, dataset="otb100", **asked):
    (found,) = collect(store, Question(datasets=(dataset,), **asked), lambda *_: copy(dataset)).tables
    return found


def test_latency_goes_before_the_runs_own_seconds(store):
    run = ran(store)
    assert table(store).scores.at["kcf", "fps"] == 2
    measured(store, run)
    found = table(store)
    assert found.scores.loc["kcf", ["fps", "latency_p50", "latency_p95"]].tolist() == [8, 125, 125]
    assert found.per_sequence.loc[("kcf", "ants"), "latency_p50"] == 125
    assert notes([found]) == ["kcf: speed: measured by harness speed on a chip, float32, over 1 sequence"]


def test_a_throughput_run_has_none(store):
    run = ran(store, shared=True)
    assert "fps" not in table(store).scores
    measured(store, run, disturbed=("the load was 9", "a neighbour"))
    assert table(store).scores.at["kcf", "fps"] == 8
    assert notes([table(store)])[0].endswith("over 1 sequence; meanwhile the load was 9 and a neighbour")


def test_another_trackers_latency_is_not_its(store):
    """Measured under the same label before settings, weights or source were changed."""
    measured(store, ran(store), tracker="kcf as it was")
    found = table(store)
    assert found.scores.at["kcf", "fps"] == 2
    assert "latency_p50" not in found.scores
    (note,) = notes([found])
    assert note.startswith("kcf: speed: its latency was measured with other settings, weights or source;")


def test_a_damaged_latency_is_told(store):
    run = ran(store)
    latency_path(store, run).write_bytes(b"garbage")
    found = table(store)
    assert found.scores.at["kcf", "fps"] == 2
    assert "latency.npz: no latency can be read from it" in notes([found])[0]


def test_different_devices_are_said_aloud_and_nobody_is_best(store):
    measured(store, ran(store))
    other = ran(store, label="net")
    measured(store, other)
    alike = Content.of("t", [table(store)])
    assert {row[-1].mark for _, row in grid(alike).rows} == {"best"}
    assert scatters(alike)[0].x_title == "Frames per second"

    measured(store, other, hardware="a GPU")
    unlike = Content.of("t", [table(store)])
    assert {row[-1].mark for _, row in grid(unlike).rows} == {""}
    assert scatters(unlike)[0].x_title == "Frames per second (not timed alike)"
    assert "kcf, net: speed: not all here were timed alike and on one device, so do not compare" in notes(unlike.tables)


def test_runs_on_different_machines_are_said_aloud(store):
    ran(store)
    ran(store, label="net", device="cuda:0")
    told = notes([table(store)])
    assert "kcf: speed: seconds of the run itself on cpu of here" in told
    assert "net: speed: seconds of the run itself on cuda:0 of here" in told


@pytest.mark.parametrize("protocol", ["supervised", "unsupervised"])
def test_vots_tables_have_it_whatever_the_protocol(store, protocol):
    """And so do its figures: EAO over frames per second."""
    run = ran(store, "vot2019", protocol)
    found = table(store, "vot2019")
    assert found.scores.at["kcf", "fps"] == 2
    measured(store, replace(run, protocol="supervised"))
    found = table(store, "vot2019")
    assert [metric.name for metric in found.metrics][-3:] == ["fps", "latency_p50", "latency_p95"]
    assert found.scores.at["kcf", "fps"] == 8
    (speed,) = [one for one in scatters(Content.of("t", [found])) if one.name == "speed"]
    assert speed.y_title == found.metrics[0].title
    assert speed.points[0].x == 8
