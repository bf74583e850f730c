"""From a copy of DAVIS to its table: objects one by one or at once, merged, stored as images, and reported."""

import csv

import numpy as np
import pytest
from PIL import Image

from harness import Labels, Prediction, SoftMask, Track, Tracker, Traits, open_dataset
from harness.catalog import TRACKERS
from harness.cli.main import main
from harness.core.record import Fingerprints, RunKey, RunRecord, TrialKey, sequence_fingerprint
from harness.datasets.synthetic.compose import Recipe
from harness.datasets.synthetic.layouts.write import make
from harness.execution.loop.assignment import Assignment
from harness.execution.loop.batching import DriveLoop
from harness.protocols.video_segmentation import VideoSegmentation
from harness.store.results import ResultStore

SIZE = WIDTH, HEIGHT = 128, 64
METRICS = ["jf", "j", "j_recall", "f", "f_recall"]


class Object(Track):
    def __init__(self, number):
        self.number = number


class OneByOne(Tracker[Object]):
    """Knows the truth of one sequence; an object's mask is right, or its soft mask alone."""

    traits = Traits(accepts="mask")

    def __init__(self, truth, soft):
        super().__init__()
        self.truth, self.soft = truth, soft

    def start(self, frames, targets, seeds):
        return [Object(number) for target in targets for number, mask in self.truth[0].masks if mask == target]

    def update(self, tracks, frames):
        pairs = zip(tracks, frames, strict=True)
        return [self.answer(track.number, dict(self.truth[frame.index].masks)) for track, frame in pairs]

    def answer(self, number, masks):
        if not self.soft:
            return Prediction(masks.get(number))
        values = np.full((HEIGHT, WIDTH), 0.25, np.float32)
        if number in masks:
            values[masks[number].decode(*SIZE)] = 0.5
        return Prediction(self.truth[0].masks[0][1], soft=SoftMask(0, 0, values))


class AllAtOnce(Tracker[Object]):
    """Knows the truth of one sequence, and answers with it."""

    traits = Traits(accepts="labels", objects="many")

    def __init__(self, truth):
        super().__init__()
        self.truth = truth

    def start(self, frames, targets, seeds):
        return [Object(0) for _ in targets]

    def update(self, tracks, frames):
        return [Prediction(self.truth[frame.index]) for frame in frames]


TOLD = {
    "static": lambda _: TRACKERS.resolve("static")(),
    "hard": lambda truth: OneByOne(truth, soft=False),
    "soft": lambda truth: OneByOne(truth, soft=True),
    "many": AllAtOnce,
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    folder = tmp_path_factory.mktemp("davis")
    make("davis", folder, 2, Recipe(length=12, size=SIZE, targets=2, attributes=("POC", "FM"), seed=3))
    return folder


def run(store, dataset, label, merging=True):
    """All trials of a tracker, and what is made of them."""
    key, protocol = RunKey(dataset.name, "video_segmentation", label), VideoSegmentation()
    call = {"started": "2030", "root": dataset.root, "left_out": list(dataset.missing)}
    store.open_run(key, {"tracker": label, "settings": {}}, call)
    for sequence in dataset:
        prints = Fingerprints("t", sequence_fingerprint(sequence), "p")
        record = RunRecord(sequence.name, "done", prints, seed=0, worker="", device="cpu", finished="")
        tracker = TOLD[label](sequence.truth.regions)
        trials = protocol.trials(sequence, tracker.traits)
        for outcome in DriveLoop(tracker, width=2).run([Assignment(protocol, sequence, t, 0) for t in trials]):
            assert outcome.error is None
            store.save(TrialKey(key, outcome.assignment.trial.name), record, outcome.trajectory)
        merge = protocol.merged(sequence, tracker.traits)
        if merge is not None and merging:
            keys = [TrialKey(key, name) for name in merge.parts]
            made = merge.make([store.trajectory(part, store.record(part)) for part in keys])
            store.save(TrialKey(key, merge.name), record, made)
    return key


def report(copy, store, dataset):
    """The command's scores by tracker and metric, and its exit code."""
    out = store.root / "out"
    places = ["--root", str(copy), "--results", str(store.root), "--out", str(out)]
    code = main(["report", "--dataset", dataset, *places, "--formats", "csv,md"])
    if not out.exists():
        return {}, code
    with (out / "scores.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    return {(row["tracker"], row["metric"]): float(row["value"]) for row in rows}, code


def j_of_boxes(sequence):
    """J of both objects where each is the rectangle around its mask in the first frame; the lowest is in front."""
    truth = [region.decode(*SIZE) for region in sequence.truth.regions]
    found = np.zeros_like(truth[0])
    for number in (2, 1):
        rows, columns = np.nonzero(truth[0] == number)
        found[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1] = number
    return [
        np.mean([((found == n) & (ids == n)).sum() / ((found == n) | (ids == n)).sum() for ids in truth[1:-1]])
        for n in (1, 2)
    ]


def test_davis17_is_scored_by_its_own_rule(copy, tmp_path, capsys):
    store, dataset = ResultStore(tmp_path), open_dataset("davis17", copy)
    for label in TOLD:
        run(store, dataset, label)
    scores, code = report(copy, store, "davis17")
    assert code == 0
    for label in ("hard", "soft", "many"):
        assert [scores[label, metric] for metric in METRICS] == [1] * len(METRICS)
    assert scores["static", "j"] == pytest.approx(np.mean([j_of_boxes(sequence) for sequence in dataset]))
    told = capsys.readouterr().out + (tmp_path / "out/report.md").read_text()
    assert "davis17.official@1" in told
    assert "J&F" in told


def test_the_folder_is_laid_out_as_davis_own_evaluation_reads_it(copy, tmp_path):
    store, dataset = ResultStore(tmp_path), open_dataset("davis17", copy)
    folder = store.folder(run(store, dataset, "soft"))
    for sequence in dataset:
        for number in range(len(sequence)):
            name = f"{sequence.name}/{number:05d}.png"
            with Image.open(folder / name) as found, Image.open(copy / "Annotations/480p" / name) as truth:
                np.testing.assert_array_equal(np.asarray(found), np.asarray(truth))


def test_davis16_is_the_case_of_one_object(copy, tmp_path):
    store, dataset = ResultStore(tmp_path), open_dataset("davis16", copy)
    key = run(store, dataset, "static")
    (sequence,) = dataset
    stored = [store.record(TrialKey(key, f"{sequence.name}{suffix}")) for suffix in ("", "_1")]
    assert all(record.done for record in stored)
    truth = [region.decode(*SIZE) for region in sequence.truth.regions]
    found = np.zeros_like(truth[0])
    rows, columns = np.nonzero(truth[0])
    found[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1] = True
    scores, code = report(copy, store, "davis16")
    assert code == 0
    assert scores["static", "j"] == pytest.approx(np.mean([(found & t).sum() / (found | t).sum() for t in truth[1:-1]]))


def test_objects_that_were_not_merged_are_a_gap(copy, tmp_path, capsys):
    store, dataset = ResultStore(tmp_path), open_dataset("davis17", copy)
    key = run(store, dataset, "static", merging=False)
    assert report(copy, store, "davis17") == ({}, 1)
    assert "bike-packing (its objects are not merged; run it again)" in capsys.readouterr().err
    record = store.record(TrialKey(key, "blackswan_1"))
    assert record.rows == 12
    assert not isinstance(store.regions(TrialKey(key, "blackswan_1"), record)[1], Labels)


def test_a_damaged_image_is_a_gap(copy, tmp_path, capsys):
    store, dataset = ResultStore(tmp_path), open_dataset("davis17", copy)
    key = run(store, dataset, "many")
    (store.folder(key) / "blackswan/00004.png").write_bytes(b"junk")
    assert report(copy, store, "davis17") == ({}, 1)
    told = capsys.readouterr().err
    assert "1 of 30 sequences missing: blackswan (" in told
    assert "00004.png: not as it was written (checksum)" in told
