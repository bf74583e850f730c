"""Out and in again: the same trajectories, the same bytes; a folder or zip is there whole, or not at all."""

import zipfile

import numpy as np
import pytest

from harness.core.errors import IncompleteResults, UsageError
from harness.core.record import Fingerprints, RunKey, RunRecord, TrialKey
from harness.core.regions import Regions
from harness.core.trajectory import Trajectory
from harness.interop.arrivals import Reading
from harness.interop.exporting import export_results
from harness.interop.finding import find_trackers
from harness.interop.importing import import_results
from harness.interop.registered import FORMATS
from harness.store.results import ResultStore

RUN = RunKey("otb100", "one_pass", "SiamX")
RECORD = RunRecord("x", "done", Fingerprints("a", "b", "c"), 0, "here", "cpu", "today")
CALL = {"started": "today"}


@pytest.fixture
def filled(store, answers):
    """A store with one run, all digits of each number used; a tracker that answers nothing in one frame."""
    store.open_run(RUN, {"tracker": "SiamX", "settings": {}}, CALL)
    for name, boxes in answers.items():
        rows = boxes + np.pi * np.arange(12)[:, None] / 1e3
        rows[7] = np.nan
        key = TrialKey(RUN, name)
        record = RunRecord(name, "done", RECORD.fingerprints, 0, "here", "cpu", "today")
        store.save(key, record, Trajectory(Regions(rows), np.full(12, np.nan), np.full(12, 0.5)))
    return store


def boxes_of(store):
    keys = store.trials(RUN)
    return {key.trial: store.regions(key, store.record(key)).boxes for key in keys}


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize("name", ["got10k", "pysot", "pytracking", "lasot", "trackingnet"])
def test_out_in_and_out_again(filled, benchmark, tmp_path, name, zipped):
    end = ".zip" if zipped else ""
    first, second = tmp_path / f"first{end}", tmp_path / f"second{end}"
    count = export_results(filled, [RUN], FORMATS[name], first)
    assert count == {"got10k": 8, "pytracking": 8}.get(name, 4)
    other = ResultStore(tmp_path / "other")
    ((found,), _) = find_trackers([first], name, "SiamX")
    report = import_results(found, benchmark, Reading(), other, CALL)
    assert report.made == 4
    assert set(report.remarks.values()) == {("1 rows with NaN",)}
    for trial, boxes in boxes_of(filled).items():
        tolerance = 5.1e-4 if name == "got10k" else 1e-13  # three decimals; what counting from 1 costs a float
        np.testing.assert_allclose(boxes_of(other)[trial], boxes, rtol=0, atol=tolerance)
    export_results(other, [RUN], FORMATS[name], second)
    if zipped:
        assert first.read_bytes() == second.read_bytes()
    else:
        paths = [path.relative_to(first) for path in first.rglob("*") if path.is_file()]
        assert {path: (first / path).read_bytes() for path in paths} == {
            path: (second / path).read_bytes() for path in paths
        }


def test_several_trackers_in_one_zip(filled, answers, tmp_path):
    other = RunKey("otb100", "one_pass", "Other")
    filled.open_run(other, {"tracker": "Other", "settings": {}}, CALL)
    trajectory = Trajectory(Regions(answers["CarDark"]), np.full(12, np.nan), np.full(12, np.nan))
    filled.save(
        TrialKey(other, "CarDark"), RunRecord("CarDark", "done", RECORD.fingerprints, 0, "", "", ""), trajectory
    )
    export_results(filled, [RUN, other], FORMATS["pysot"], tmp_path / "both.zip")
    with zipfile.ZipFile(tmp_path / "both.zip") as made:
        assert {name.split("/")[0] for name in made.namelist()} == {"SiamX", "Other"}
    with pytest.raises(UsageError, match=r"one 'CarDark\.txt' for all trackers"):
        export_results(filled, [RUN, other], FORMATS["trackingnet"], tmp_path / "flat.zip")
    assert not (tmp_path / "flat.zip").exists()


def test_failed_trials(filled, tmp_path):
    filled.fail(
        TrialKey(RUN, "CarDark"), RunRecord("CarDark", "failed", RECORD.fingerprints, 0, "", "", "", reason="it raised")
    )
    with pytest.raises(IncompleteResults, match=r"CarDark failed \(it raised\)"):
        export_results(filled, [RUN], FORMATS["pysot"], tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert export_results(filled, [RUN], FORMATS["pysot"], tmp_path / "out", allow_partial=True) == 3


@pytest.mark.parametrize("name", ["out", "out.zip"])
def test_what_is_there_is_never_overwritten(filled, tmp_path, name):
    out = tmp_path / name
    if name == "out":
        out.mkdir()
        (out / "thesis.tex").write_text("dear")
    else:
        out.write_text("dear")
    with pytest.raises(UsageError, match="is there already"):
        export_results(filled, [RUN], FORMATS["pysot"], out)
    assert sorted(path.name for path in tmp_path.iterdir()) == [name, "results"]


def test_an_empty_folder_is_filled(filled, tmp_path):
    (tmp_path / "out").mkdir()
    assert export_results(filled, [RUN], FORMATS["pysot"], tmp_path / "out") == 4
    assert len(list((tmp_path / "out" / "SiamX").iterdir())) == 4
