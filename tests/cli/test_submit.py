"""harness submit, as a user meets it; VOT2021 is what a copy says it is, so a small one is whole."""

import json
import zipfile

import pytest

VOT = ["submit", "--to", "vot", "--dataset", "vot2021"]


def test_an_archive_is_written_and_checked(harness, tmp_path):
    harness("data", "make", "--layout", "vot2020", "--out", "copy", "--number", "2", "--length", "20", "-q", code=0)
    harness("run", "--tracker", "static", "--dataset", "vot2021", "--root", "copy", code=0)
    done = harness(*VOT, "--tracker", "static", code=0)
    assert done.stdout == "static-vot2021.zip: written\n"
    path = tmp_path / "static-vot2021.zip"
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert json.loads(files["manifest.yml"])["identifier"] == "static"
    runs = sorted(name for name in files if name.endswith(".txt"))
    assert [name.split("/")[0] for name in runs] == ["baseline"] * len(runs)
    assert len({name.split("/")[1] for name in runs}) == 2
    assert harness(*VOT, "--validate", path, "--root", "copy", code=0).stdout == f"{path}: no fault\n"

    del files[runs[0]]
    files["notes.txt"] = b"x"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    done = harness(*VOT, "--validate", path, "--root", "copy", code=1)
    assert done.stdout.splitlines() == [f"{runs[0][:-4]}: missing", "notes.txt: not a file of VOT's results"]
    assert done.stderr == f"harness submit: {path}: 2 faults\n"

    next((tmp_path / "results/vot2021/multi_start/static").glob("*_00000000.json")).unlink()
    said = json.loads(harness(*VOT, "--tracker", "static", "--out", "a.zip", "--json", code=1).stdout)
    assert not said["written"]
    assert [fault.rpartition("_")[2] for fault in said["faults"]] == ["00000000: missing"]
    assert not (tmp_path / "a.zip").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--to", "vot", "--tracker", "x"], "vot's server takes results of vot2016, vot2018, "),
        (["--to", "got10k", "--dataset", "got10k:val", "--tracker", "x"], "takes results of got10k, found got10k:val"),
        (["--to", "got10k", "--tracker", "x", "--out", "x.tar"], "--out names a zip, found x.tar"),
    ],
)
def test_wrong_usage(harness, words, said):
    assert said in harness("submit", *words, code=2).stderr


def test_shared_times_and_missing_sequences_are_refused(harness, tmp_path):
    harness("data", "make", "--layout", "got10k", "--out", "copy", "--number", "2", "--length", "10", "-q", code=0)
    run = ["run", "--tracker", "static", "--dataset", "got10k", "--root", "copy", "--allow-partial", "--width", "2"]
    harness(*run, code=0)
    words = ["submit", "--to", "got10k", "--tracker", "static"]
    assert "no times of 2 sequences" in harness(*words, code=1).stdout
    done = harness(*words, "--shared-times", code=1)
    assert "GOT-10k_Test_000003: expected repetitions _001 to at most _003, found none" in done.stdout
    assert "178 sequences are not at hand to count their rows, the first GOT-10k_Test_000003" in done.stdout
    assert "no times" not in done.stdout
    assert not list(tmp_path.glob("*.zip"))
