"""An import ends as any run would, says what it decided, and where it is unsure stores nothing."""

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from harness.core.errors import BadAnnotation, BadResults, LabelTaken, UsageError
from harness.core.record import RunKey, TrialKey, sequence_fingerprint
from harness.core.regions import Regions
from harness.core.robustness import segment_starts
from harness.core.sequence import Dataset, GroundTruth, Sequence
from harness.interop.arrivals import Benchmark, Reading, understand
from harness.interop.finding import Refused, find_trackers
from harness.interop.formats.format import Entry
from harness.interop.formats.matlab import OTBMatlab
from harness.interop.importing import import_all, import_results

CALL = {"command": ["harness"], "started": "2030-01-02T03:04:05Z", "root": None, "left_out": []}
RUN = RunKey("otb100", "one_pass", "SiamX")

CORNER = np.array([1, 1, 0, 0])


def lines(boxes, separator=","):
    return "".join(separator.join(f"{value:.3f}" for value in row) + "\n" for row in boxes)


@pytest.fixture
def files(answers):
    """As a toolkit that counts from 1 leaves them."""
    names = {"CarDark": "carDark", "Human4.2": "human4", "Jogging.1": "jogging_1", "Jogging.2": "Jogging-2"}
    return {f"{names[name]}.txt": lines(boxes + CORNER) for name, boxes in answers.items()}


@pytest.fixture
def files_folder(folder, files):
    return folder(files)


@pytest.fixture
def load(benchmark, store):
    def load(path, reading=Reading(), label=None, form=None):  # noqa: B008  (it is frozen)
        ((found,), _) = find_trackers([path], form, label)
        return import_results(found, benchmark, reading, store, CALL)

    return load


def test_it_lies_in_the_store_as_any_run(load, files_folder, answers, store, dataset):
    report = load(files_folder)
    assert (report.made, report.found, report.failed, report.remarks) == (4, 0, 0, {})
    assert report.decisions == ("boxes are xywh from 1: 4 of 4 first rows are the truth's, 0 px off (median); "
                                "as xywh from 0, 1 px",)  # fmt: skip
    assert store.runs() == [RUN]
    for name, boxes in answers.items():
        key = TrialKey(RUN, name)
        record = store.record(key)
        np.testing.assert_allclose(store.regions(key, record).boxes, boxes, atol=1e-12)
        assert record.fingerprints.sequence == sequence_fingerprint(dataset.open(name))
        assert (record.worker, record.device, record.seconds, record.rows) == ("imported", "imported", None, 12)
    identity = store.description(RUN)["identity"]
    assert identity | {"sha256": ""} == {
        "tracker": "SiamX", "settings": {}, "imported": "pysot", "boxes": "xywh from 1", "sha256": ""
    }  # fmt: skip


def test_the_same_again_is_nothing_new(load, folder, files, store):
    path = folder(files)
    load(path)
    before = {file: file.stat().st_mtime_ns for file in store.folder(RUN).iterdir()}
    assert (load(path).made, load(path).found) == (0, 4)
    assert {file: file.stat().st_mtime_ns for file in store.folder(RUN).iterdir()} == before


def test_what_was_interrupted_is_completed(load, folder, files, store):
    path = folder(files)
    load(path)
    (store.folder(RUN) / "Jogging.1.json").unlink()
    (store.folder(RUN) / "CarDark.txt").write_text("damaged")
    assert (load(path).made, load(path).found) == (2, 4)


def test_other_results_do_not_get_a_label_that_is_taken(load, folder, files, store):
    load(folder(files))
    before = {file: file.read_bytes() for file in store.folder(RUN).iterdir()}
    for reading in (Reading(), Reading(order="xywh", first=0)):
        with pytest.raises(LabelTaken, match="SiamX"):
            load(folder(files | {"carDark.txt": files["human4.txt"]}, "other"), reading, "SiamX")
    assert {file: file.read_bytes() for file in store.folder(RUN).iterdir()} == before


def test_times_are_kept_and_never_become_a_speed(load, folder, files, store):
    path = folder({f"{file[:-4]}/{file[:-4]}_001.txt": rows for file, rows in files.items()})
    for file in files:
        (path / file[:-4] / f"{file[:-4]}_time.txt").write_text("0.5\n" * 12)
    assert load(path).format == "got10k"
    record = store.record(TrialKey(RUN, "CarDark"))
    assert (record.seconds.start, record.seconds.update, record.seconds.updates) == (0.5, 5.5, 11)
    assert record.seconds.shared
    assert store.trajectory(TrialKey(RUN, "CarDark"), record).seconds.tolist() == [0.5] * 12


def test_what_is_odd_is_said_and_stored_as_it_is(load, folder, files, answers, store):
    odd = answers["CarDark"][:8] + CORNER
    odd[3] = np.nan
    whole = np.rint(answers["Human4.2"] + CORNER)
    path = folder(files | {"carDark.txt": lines(odd), "human4.txt": lines(whole), "human4_time.txt": "1\n"})
    del files["jogging_1.txt"]
    (path / "jogging_1.txt").unlink()
    (path / "notes.md").write_text("hello")
    report = load(path)
    assert report.remarks == {
        "CarDark": ("8 rows for 12 frames", "1 rows with NaN"),
        "Human4.2": ("1 times for 12 rows, left out",),
    }
    assert report.decisions[1:] == (
        "whole numbers alone in 1 of 3 files: fractions were cut off or rounded, which costs some .002 to .006 of AUC",
        "1 of 4 sequences have no file: Jogging.1",
        "ignored, no results: notes.md",
    )
    key = TrialKey(RUN, "CarDark")
    np.testing.assert_allclose(store.regions(key, store.record(key)).boxes, odd - CORNER, atol=1e-12)


def test_a_file_that_cannot_be_read_is_a_failed_trial(load, folder, files, store):
    report = load(folder(files | {"carDark.txt": "hello\n"}))
    assert (report.made, report.failed) == (3, 1)
    record = store.record(TrialKey(RUN, "CarDark"))
    assert record.status == "failed"
    assert "carDark.txt:1: expected 4 numbers x,y,w,h, found 'hello'" in record.reason


def test_names_of_no_sequence(load, folder, files, store):
    path = folder(files | {"basketball.txt": lines(np.ones((12, 4)))})
    with pytest.raises(BadResults, match=r"1 names are no sequences of otb100: basketball; .*--allow-extra"):
        load(path)
    assert store.runs() == []
    report = load(path, Reading(allow_extra=True))
    assert report.made == 4
    assert "left out, no sequences of the benchmark: basketball" in report.decisions


def test_a_file_of_another_sequence_or_counted_otherwise_is_told(load, folder, files, answers):
    other = {"carDark.txt": lines(answers["CarDark"]), "Jogging-2.txt": files["jogging_1.txt"]}
    report = load(folder(files | other))
    assert report.remarks == {
        name: (f"the first row is {by} px from the truth, as if of another sequence or counted otherwise",)
        for name, by in (("CarDark", 1), ("Jogging.2", 10))
    }


def test_segments_are_as_long_as_what_is_left_of_the_sequence(folder):
    rows = np.arange(40.0)[:, None] * [1, 1, 0, 0] + [5, 5, 30, 20]
    sequence = Sequence("CarDark", GroundTruth.visible(Regions(rows)), size=(320, 240))
    benchmark = Benchmark(Dataset("otb100", ("CarDark",), ("CarDark",), lambda _: sequence, "somewhere"))
    segments = [Regions(rows[start:] + 0.25) for start in segment_starts(sequence.truth)]
    segments[4] = segments[4][:-1]
    trials = [Entry("CarDark", f"_{number:02d}", "tre", one, "") for number, one in enumerate(segments, 1)]
    ((found,), _) = find_trackers([folder(dict(OTBMatlab().files("SiamX", "otb100", trials)))])
    assert understand(found, benchmark, Reading()).remarks == {"CarDark_05": ("35 rows for 36 frames",)}


def test_two_files_of_one_sequence(load, folder, files):
    with pytest.raises(BadResults, match=r"are both of Human4\.2; remove one"):
        load(folder(files | {"Human4-2.txt": files["human4.txt"]}))


def test_further_repetitions_are_left_out_aloud(load, folder, files):
    rows = files["human4.txt"]
    report = load(folder({"human4/human4_001.txt": rows, "human4/human4_002.txt": rows}))
    assert report.made == 1
    assert "one pass is one run: 1 further repetitions left out" in report.decisions


def test_unsure_how_boxes_are_written(load, folder, answers, store):
    path = folder({f"{name}.txt": lines(boxes + 0.5) for name, boxes in answers.items()})
    with pytest.raises(BadResults, match="say --order"):
        load(path)
    assert store.runs() == []
    assert load(path, Reading(order="xywh", first=0)).decisions[0] == "boxes are xywh from 0, as you say"


def test_a_copy_that_lacks_sequences_or_has_a_broken_one(folder, files, store, dataset):
    def opened(name):
        if name == "CarDark":
            raise BadAnnotation("CarDark: no truth")
        return dataset.open(name)

    partial = Dataset("otb100", dataset.expected, ("CarDark", "Human4.2"), opened, "somewhere")
    ((found,), _) = find_trackers([folder(files)])
    report = import_results(found, Benchmark(partial), Reading(), store, CALL)
    assert report.made == 1
    said = "left out, not in this copy of the benchmark: Jogging.2, CarDark (CarDark: no truth), Jogging.1"
    assert said in report.decisions
    with pytest.raises(BadResults, match=r"CarDark \(CarDark: no truth\), .* there is no truth in"):
        understand(found, Benchmark(replace(partial, available=("CarDark",))), Reading(allow_extra=True))


@pytest.fixture(params=[False, True], ids=["folders", "zips"])
def three(request, folder, files, tmp_path):
    """Results of A and B, and what is none of C, in folders or in zips; and whether zipped."""
    home = folder({f"{name}/{file}": rows for file, rows in files.items() for name in "AB"}, "all")
    folder({"C/carDark.txt": "hello", "README": "hello"}, "all")
    if not request.param:
        return home, False
    for name in "ABC":
        shutil.make_archive(str(tmp_path / "zips" / name), "zip", home / name)
    return tmp_path / "zips", True


def test_several_trackers_get_the_names_of_their_folders(three, benchmark, store):
    home, zipped = three
    found, unclear = find_trackers([home, home / "nothing"])
    assert [one.label for one in found] == ["A", "B", "C"][: 2 if zipped else 3]
    reports = {one.label: one for one in [*unclear, *import_all(found, benchmark, Reading(), store, CALL)]}
    assert set(reports) == {"A", "B", "C", "nothing"}
    assert (reports["A"].made, reports["B"].made) == (4, 4)
    assert isinstance(reports["C"], Refused)
    assert ("like none of" if zipped else "found 'hello'") in reports["C"].reason
    assert zipped or "ignored, no results: README" in reports["A"].decisions
    with pytest.raises(UsageError, match=r"--tracker X: there are [23]: A, B"):
        find_trackers([home], None, "X")


def test_in_the_end_all_is_flushed(folder, files, benchmark, store, monkeypatch):
    there = []
    monkeypatch.setattr(os, "sync", lambda: there.append(len(store.runs())))
    found, _ = find_trackers([folder(files, name) for name in "AB"])
    assert len(list(import_all(found, benchmark, Reading(), store, CALL))) == 2
    assert there == [2]


def test_trackers_in_one_zip_are_read_side_by_side(folder, files, benchmark, store, tmp_path):
    """Each process has the file open for itself."""
    names = [f"T{number}" for number in range(12)]
    home = folder({f"{name}/{file}": rows for file, rows in files.items() for name in names}, "all")
    found, unclear = find_trackers([Path(shutil.make_archive(str(tmp_path / "all"), "zip", home))])
    reports = [*unclear, *import_all(found, benchmark, Reading(), store, CALL)]
    assert sorted((one.label, one.made, one.failed) for one in reports) == sorted((name, 4, 0) for name in names)


def test_what_lies_beside_trackers_of_one_folder_is_said_once(folder, answers):
    entries = [Entry("CarDark", "", "one_pass", Regions(answers["CarDark"]), "")]
    files = dict(item for name in "AB" for item in OTBMatlab().files(name, "otb100", entries))
    found, _ = find_trackers([folder(files | {"results_OPE/notes.md": "hello"})])
    assert [(one.label, one.ignored) for one in found] == [("A", ("results_OPE/notes.md",)), ("B", ())]


def test_labels_that_cannot_be(folder, files):
    for label in ("=cmd()|x", "../x", "a,b", "", ".x", "a\nb", "-x", "x" * 201):
        with pytest.raises(UsageError, match="label"):
            find_trackers([folder(files)], None, label)


def test_a_label_that_cannot_be_stops_no_other_tracker(folder, files):
    trackers = {f"{name}/{file}": rows for file, rows in files.items() for name in ("-x", "A", "B")}
    found, refused = find_trackers([folder(trackers, "all"), folder({f"B/{file}": files[file] for file in files}, "B")])
    assert [one.label for one in found] == ["A"]
    assert [one.label for one in refused] == ["-x", "B", "B"]
    assert "label '-x': expected printable text" in refused[0].reason
    assert all("two trackers would get the label 'B'; import them" in one.reason for one in refused[1:])


def test_run_json_is_json(load, folder, files, store):
    load(folder(files))
    document = json.loads((store.folder(RUN) / "run.json").read_text())
    assert document["invocations"][0]["repetitions"] == 1
