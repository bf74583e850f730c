"""Disks that are full or not ours, clocks that go back, and two runs of one job."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.core.errors import NotWritable
from harness.core.record import RunKey
from harness.store.claims import Claims
from harness.store.results import ResultStore

RUN = RunKey("otb100", "one_pass", "Faulty")


@pytest.fixture
def store(tmp_path) -> ResultStore:
    return ResultStore(tmp_path / "results")


@pytest.fixture
def stored(store):
    """The trials that are done, with the bytes of all their files."""

    def read() -> dict[str, dict[str, bytes]]:
        done = {key.trial: store.record(key) for key in store.trials(RUN)}
        folder = store.folder(RUN)
        return {name: {file: (folder / file).read_bytes() for file in one.files} for name, one in done.items()}

    return read


def mount(*words: str | Path) -> None:
    """As root, or as one who may become root; skips where that is nobody."""
    command = [*([] if os.geteuid() == 0 else ["sudo", "-n"]), "mount", *words]
    if shutil.which(command[0]) is None or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("needs a small file system of its own, and mount is not permitted here")


@pytest.fixture
def disk(store) -> Iterator[Path]:
    """The results' folder as a disk of 48 KiB, which holds about two trials."""
    store.root.mkdir()
    mount("-t", "tmpfs", "-o", "size=48k,mode=777", "harness", store.root)
    yield store.root
    subprocess.run([*([] if os.geteuid() == 0 else ["sudo", "-n"]), "umount", "-l", store.root], check=True)


@pytest.mark.parametrize("workers", [0, 1])
def test_a_full_disk_ends_the_run_and_keeps_what_it_holds(go, disk, stored, workers):
    with pytest.raises(NotWritable, match="No space left on device"):
        go(workers=workers, width=2)
    before = stored()
    assert 0 < len(before) < 4
    assert all(before.values())
    assert not list(disk.rglob(".progress")) + list(disk.rglob("*.part"))
    mount("-o", "remount,size=1m", disk)
    summary = go(width=2)
    assert (summary.made, summary.found) == (4 - len(before), len(before))
    assert {name: stored()[name] for name in before} == before


def test_a_disk_that_can_only_be_read_is_said_before_anything_runs(go, disk):
    mount("-o", "remount,ro", disk)
    with pytest.raises(NotWritable, match=r"run.json: cannot be written \(Read-only file system\)"):
        go()


@pytest.mark.parametrize("workers", [0, 1])
def test_results_that_are_deleted_in_the_middle_are_said_and_made_again(go, store, stored, workers, monkeypatch):
    monkeypatch.setenv("RESULTS", str(store.root))
    with pytest.raises(NotWritable, match=r"Faulty: was deleted, or went away, while it was written; run again"):
        go(faults={"Skiing": ("deletes_the_results", 5)}, workers=workers)
    go()
    assert len(stored()) == 4


def test_a_clock_that_was_set_back_loses_nothing_and_does_nothing_twice(go, store, stored):
    """As the disk looks then: what was made before is of tomorrow."""
    go()
    for path in store.folder(RUN).iterdir():
        os.utime(path, (time.time() + 86400,) * 2)
    before = stored()
    (store.folder(RUN) / "Deer.json").unlink()
    summary = go()
    assert (summary.made, summary.found) == (1, 3)
    after = stored()
    assert after["Deer"]["Deer.txt"] == before["Deer"]["Deer.txt"]
    del before["Deer"], after["Deer"]
    assert after == before


OTHER = """
import sys, time
from pathlib import Path
from harness.store.claims import Claims

folder = Path(sys.argv[1])
assert Claims(folder).take("Deer")
print("taken", flush=True)
time.sleep(3)
print(len(list(folder.glob(".progress/*/*.jsonl"))))
"""


@pytest.mark.parametrize("workers", [0, 1])
def test_what_another_run_holds_is_waited_for_and_made_when_that_gives_up(go, store, workers, capsys):
    go()
    folder = store.folder(RUN)
    for path in folder.glob("*.json"):
        path.unlink()
    command = [sys.executable, "-c", OTHER, folder]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as other:
        assert other.stdout.readline() == b"taken\n"
        summary = go(workers=workers)
        assert other.poll() is not None
        assert int(other.stdout.read()) <= 2  # journals: asking again and again leaves none
    assert capsys.readouterr().err.count("waiting for a trial that another run is making") == 1
    assert (summary.made, summary.failed) == (4, ())
    assert not (folder / ".progress").exists()
    assert Claims(folder).take("Deer")
