"""The results folder: what was saved is there, whole or not at all, and says whether it would come out the same."""

import hashlib
import json
import os
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from harness import Box, Mask, Trajectory
from harness.core.errors import DamagedResult, LabelTaken, NotWritable
from harness.core.record import Fingerprints, RunKey, TrialKey
from harness.core.regions import Regions, Special
from harness.store.results import ResultStore

NOW = Fingerprints("tracker", "sequence", "protocol")


def files(store: ResultStore, key: TrialKey) -> list[str]:
    return sorted(path.name for path in store.folder(key.run).iterdir())


def test_what_was_saved_is_read_back(store, key, save, record, trajectory):
    save()
    stored = store.record(key)
    assert stored == replace(record, rows=4, misses=1, files=stored.files)
    back = store.trajectory(key, stored)
    assert back.regions == trajectory.regions == store.regions(key, stored)
    assert np.array_equal(back.confidences, trajectory.confidences, equal_nan=True)
    assert np.array_equal(back.seconds, trajectory.seconds)
    assert back.shared is False
    assert store.state(key, NOW) == "done"


def test_what_lies_in_the_folder(store, key, save):
    save()
    assert files(store, key) == ["Jogging.1.json", "Jogging.1.txt", "Jogging.1_confidence.txt", "Jogging.1_time.txt"]
    assert store.folder(key.run) == store.root / "otb100" / "one_pass" / "static"
    sums = json.loads((store.folder(key.run) / "Jogging.1.json").read_text())["files"]
    for name, checksum in sums.items():
        assert hashlib.sha256((store.folder(key.run) / name).read_bytes()).hexdigest() == checksum


def test_without_confidences_there_is_no_file_of_them(store, key, save, record, trajectory):
    save()  # the one before had some
    nothing = np.full(4, np.nan)
    store.save(key, record, replace(trajectory, confidences=nothing))
    stored = store.record(key)
    assert set(stored.files) == {"Jogging.1.txt", "Jogging.1_time.txt"}
    assert np.isnan(store.trajectory(key, stored).confidences).all()


def test_other_kinds_and_shared_seconds(store, key, record):
    regions = Regions.collect([Special.INITIALISED, Mask.encode([[1, 0], [1, 1]], 4, 5), None, Box(1, 2, 3, 4)])
    seconds = replace(record.seconds, shared=True)
    store.save(key, replace(record, seconds=seconds), Trajectory(regions, np.zeros(4), np.ones(4), shared=True))
    stored = store.record(key)
    assert (stored.misses, store.regions(key, stored)) == (1, regions)
    assert store.trajectory(key, stored).shared


def test_what_is_there(store, key, save, failure):
    assert store.runs() == store.trials(key.run) == []
    other = TrialKey(RunKey("lasot", "one_pass", "kcf@12345678"), "bird-1_001")
    for trial in (key, other):
        store.open_run(trial.run, {"tracker": "x", "settings": {}}, {})
    save()
    store.fail(TrialKey(key.run, "Bird1"), failure)
    assert store.runs() == [other.run, key.run]
    assert store.trials(key.run) == [TrialKey(key.run, "Bird1"), key]
    assert store.trials(other.run) == []


# States


def test_a_trial_nobody_made_is_missing(store, key):
    assert store.state(key, NOW) == "missing"
    assert store.record(key) is None
    assert not store.root.exists()  # looking makes nothing


@pytest.mark.parametrize("what", ["tracker", "sequence", "protocol"])
def test_a_trial_of_something_else_is_stale(store, key, save, what):
    save()
    assert store.state(key, replace(NOW, **{what: "other"})) == "stale"


def test_a_failure_is_kept_with_its_reason(store, key, failure):
    store.fail(key, failure)
    assert store.state(key, NOW) == "failed"
    assert store.record(key) == failure


def test_a_failure_takes_the_place_of_a_result_and_the_other_way_round(store, key, save, failure):
    save()
    store.fail(key, failure)
    assert store.state(key, NOW) == "failed"
    with pytest.raises(DamagedResult):
        store.regions(key, store.record(key))
    save()
    assert store.state(key, NOW) == "done"


# Damage


@pytest.mark.parametrize("name", ["Jogging.1.txt", "Jogging.1_time.txt", "Jogging.1_confidence.txt"])
@pytest.mark.parametrize("position", [0, 3, -1])
def test_a_flipped_bit_is_noticed(store, key, save, name, position):
    save()
    path = store.folder(key.run) / name
    content = bytearray(path.read_bytes())
    content[position] ^= 1
    path.write_bytes(content)
    assert store.state(key, NOW) == "damaged"
    with pytest.raises(DamagedResult, match=f"{re.escape(str(path))}: not as it was written .*run again"):
        store.trajectory(key, store.record(key))


@pytest.mark.parametrize("name", ["Jogging.1.txt", "Jogging.1_time.txt", "Jogging.1_confidence.txt"])
def test_a_deleted_file_is_noticed(store, key, save, name):
    save()
    (store.folder(key.run) / name).unlink()
    assert store.state(key, NOW) == "damaged"
    with pytest.raises(DamagedResult, match=rf"{re.escape(name)}: No such file or directory; run again"):
        store.trajectory(key, store.record(key))


@pytest.mark.parametrize("content", ["", "{", "null", "[]", '{"sequence": "x"}', "\xff"])
def test_a_sidecar_that_cannot_be_read_is_damage(store, key, save, content):
    save()
    path = store.folder(key.run) / "Jogging.1.json"
    path.write_bytes(content.encode("latin-1"))
    assert store.state(key, NOW) == "damaged"
    with pytest.raises(DamagedResult, match=f"^{re.escape(str(path))}: not a sidecar") as error:
        store.record(key)
    assert "\n" not in str(error.value)


def test_every_truncation_of_a_sidecar_is_damage(store, key, save):
    save()
    path = store.folder(key.run) / "Jogging.1.json"
    whole = path.read_bytes()
    for length in range(0, len(whole) - 1, 7):
        path.write_bytes(whole[:length])
        assert store.state(key, NOW) == "damaged"


def test_a_folder_in_the_place_of_a_sidecar_is_damage(store, key):
    (store.folder(key.run) / "Jogging.1.json").mkdir(parents=True)
    assert store.state(key, NOW) == "damaged"


def test_rows_are_counted_and_read_even_where_the_checksum_agrees(store, key, save):
    save()
    stored = store.record(key)
    with pytest.raises(DamagedResult, match="expected 5 rows, found 4"):
        store.regions(key, replace(stored, rows=5))
    path = store.folder(key.run) / "Jogging.1.txt"
    path.write_bytes(b"1,2,3,4\njunk\n")
    sums = {**stored.files, "Jogging.1.txt": hashlib.sha256(path.read_bytes()).hexdigest()}
    with pytest.raises(DamagedResult, match=r"Jogging\.1\.txt: line 2: .*'junk'"):
        store.regions(key, replace(stored, files=sums))


# The commit


def stop_at(monkeypatch, count: int) -> list[str]:
    """Let the disk fill up at the `count`-th move into place; the names moved before."""
    moved, move = [], Path.replace

    def replace_(self, target):
        if len(moved) == count:
            raise OSError(28, "No space left on device")
        moved.append(Path(target).name)
        return move(self, target)

    monkeypatch.setattr(Path, "replace", replace_)
    return moved


def test_the_sidecar_is_written_last(save, monkeypatch):
    moved = stop_at(monkeypatch, 99)
    save()
    assert (len(moved), moved[-1]) == (4, "Jogging.1.json")


@pytest.fixture(params=["nothing", "a result", "a failure"])
def before(request, store, key, save, failure) -> None:
    """What lay at a trial's place before it is saved."""
    if request.param == "a result":
        save()
    elif request.param == "a failure":
        store.fail(key, failure)


@pytest.mark.usefixtures("before")
@pytest.mark.parametrize("count", range(4))
def test_a_save_cut_short_is_no_result(store, key, save, monkeypatch, count):
    moved = stop_at(monkeypatch, count)
    with pytest.raises(NotWritable, match="No space left on device"):
        save()
    assert len(moved) == count
    assert store.state(key, NOW) == "missing"
    assert store.trials(key.run) == []
    assert not list(store.folder(key.run).glob(".*"))
    monkeypatch.undo()
    save()
    assert store.state(key, NOW) == "done"


def test_a_full_disk_while_writing(store, key, save, monkeypatch):
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(NotWritable):
        save()
    assert files(store, key) == []


def test_what_a_killed_process_left_is_not_looked_at(store, key, save, trajectory):
    folder = store.folder(key.run)
    folder.mkdir(parents=True)
    (folder / ".tmp12345.part").write_text('{"sequence": "Jogg')
    (folder / "Jogging.1.txt").write_text("1,2,3,4\n")  # moved into place, but never committed
    assert store.state(key, NOW) == "missing"
    assert store.trials(key.run) == []
    save()
    assert store.state(key, NOW) == "done"
    assert store.regions(key, store.record(key)) == trajectory.regions


# Runs

IDENTITY = {"tracker": "static", "settings": {"size": 3, "pair": (1, 2)}}


def test_every_invocation_is_written_down(store, key):
    assert store.description(key.run) is None
    store.open_run(key.run, IDENTITY, {"command": "first"})
    store.open_run(key.run, IDENTITY, {"command": "second"})
    description = store.description(key.run)
    assert description["invocations"] == [{"command": "first"}, {"command": "second"}]
    assert description["identity"] == {"tracker": "static", "settings": {"size": 3, "pair": [1, 2]}}


def test_a_label_is_one_trackers(store, key):
    store.open_run(key.run, IDENTITY, {"command": "first"})
    other = {"tracker": "static", "settings": {"size": 4, "pair": (1, 2)}}
    with pytest.raises(LabelTaken) as error:
        store.open_run(key.run, other, {"command": "second"})
    assert str(error.value) == (
        f"label 'static' in {store.folder(key.run)} holds static(size=3, pair=[1, 2]), "
        "not static(size=4, pair=[1, 2]): choose another label, or delete that folder"
    )
    assert store.description(key.run)["invocations"] == [{"command": "first"}]


@pytest.mark.parametrize("content", ["", "{", "[]", "3", '{"identity": {}}', "\xff"])
def test_a_description_that_cannot_be_read(store, key, content):
    store.open_run(key.run, IDENTITY, {})
    path = store.folder(key.run) / "run.json"
    path.write_bytes(content.encode("latin-1"))
    with pytest.raises(DamagedResult, match=f"^{re.escape(str(path))}: not a run's description"):
        store.open_run(key.run, IDENTITY, {})


def test_files_are_flushed_one_by_one_or_all_at_once(store, key, record, trajectory, monkeypatch):
    flushed = []
    monkeypatch.setattr(os, "fsync", lambda _: flushed.append("one"))
    monkeypatch.setattr(os, "sync", lambda: flushed.append("all"))
    for each in (store, ResultStore(store.root, flushing=False)):
        each.save(key, record, trajectory)
        each.fail(replace(key, trial="other"), record)
        each.flush()
    ones = len(list(store.folder(key.run).iterdir()))
    assert flushed == ["one"] * ones + ["all", "all"]


# A folder that cannot be written


def refuses(store: ResultStore, key: TrialKey, record, trajectory) -> None:
    for write in (
        lambda: store.open_run(key.run, IDENTITY, {}),
        lambda: store.save(key, record, trajectory),
        lambda: store.fail(key, record),
    ):
        with pytest.raises(NotWritable, match=r"cannot be written \(.+\); make it writable or choose") as error:
            write()
        assert "\n" not in str(error.value)
        assert str(store.root) in str(error.value)


@pytest.mark.parametrize("place", ["results", "results/otb100", "results/otb100/one_pass/static"])
def test_a_file_in_the_way(store, key, record, trajectory, place):
    path = store.root.parent / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("a file")
    assert store.runs() == store.trials(key.run) == []
    assert store.state(key, NOW) == "missing"
    refuses(store, key, record, trajectory)
    assert path.read_text() == "a file"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere: chmod does not stop it")
def test_a_folder_without_permission(store, key, record, trajectory):
    store.root.mkdir(mode=0o555)
    refuses(store, key, record, trajectory)
