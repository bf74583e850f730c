"""Released raw results of real trackers, imported with nothing said about them; exported, the same bytes."""

from pathlib import Path

import numpy as np
import pytest

from harness.catalog import open_dataset
from harness.core.record import TrialKey
from harness.interop.arrivals import Benchmark, Reading
from harness.interop.exporting import export_results
from harness.interop.finding import find_trackers
from harness.interop.importing import import_all
from harness.interop.names import Names
from harness.interop.registered import FORMATS
from harness.interop.source import Source
from harness.store.results import ResultStore

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
RELEASED = DATA / "raw_results"

pytestmark = pytest.mark.skipif(not RELEASED.is_dir(), reason=f"needs released raw results in {RELEASED}")

BENCHMARKS = {
    "OTB100": ("otb100", ""),
    "LaSOT": ("lasot", "LaSOT"),
    "VOT2018": ("vot2018", "VOT"),
    "VOT2019": ("vot2019", "VOT"),
}
ALL = {
    "OTB100": dict.fromkeys(("ATOM", "CFNet", "SiamBAN", "SiamFC"), ("pysot", 100)),
    "LaSOT": dict.fromkeys(("ATOM", "C-RPN"), ("pysot", 280)),
    "VOT2018": {"DaSiamRPN": ("vot", 60)},
    "VOT2019": dict.fromkeys(("LightTrack", "NanoTrackV1"), ("vot", 60)),
}


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return ResultStore(tmp_path_factory.mktemp("results"))


@pytest.fixture(scope="module")
def reports(store):
    """What importing all of it says, by benchmark and label."""
    told = {}
    for folder, (dataset, annotations) in BENCHMARKS.items():
        found, refused = find_trackers([RELEASED / folder])
        assert refused == []
        benchmark = Benchmark(open_dataset(dataset, DATA / "annotations" / annotations))
        told[folder] = {one.label: one for one in import_all(found, benchmark, Reading(), store, {"started": "now"})}
    return told


@pytest.mark.parametrize("folder", BENCHMARKS)
def test_all_is_understood(reports, folder):
    assert {label: (one.format, one.made) for label, one in reports[folder].items()} == ALL[folder]
    assert not any(one.failed for one in reports[folder].values())


def test_what_is_known_of_them_is_found_out(reports):
    otb = reports["OTB100"]
    assert all(one.decisions[0].startswith("boxes are xywh from 1: 100 of 100") for one in otb.values())
    assert "0.5 px off" in otb["SiamBAN"].decisions[0]
    cut = {label for label, one in otb.items() if "whole numbers alone in 100 of 100" in " ".join(one.decisions)}
    assert cut == {"ATOM", "CFNet", "SiamFC"}
    assert reports["LaSOT"]["C-RPN"].remarks == {}


@pytest.mark.parametrize(("folder", "label"), [("OTB100", "ATOM"), ("OTB100", "SiamBAN"), ("LaSOT", "C-RPN")])
def test_exported_they_are_the_same_bytes(reports, store, tmp_path, folder, label):
    (run,) = reports[folder][label].runs
    export_results(store, [run], FORMATS["pysot"], tmp_path / "out.zip")
    names = Names(
        run.dataset, open_dataset(*BENCHMARKS[folder][:1], DATA / "annotations" / BENCHMARKS[folder][1]).expected
    )
    origin = RELEASED / folder / label
    theirs = by_sequence(Source(origin if origin.is_dir() else origin.with_suffix(".zip")), names)
    assert by_sequence(Source(tmp_path / "out.zip").within(label), names) == theirs


def by_sequence(source, names):
    return {names.find(file.removesuffix(".txt")): source.read(file) for file in source.files}


def test_supervised_results_lie_as_their_protocol_leaves_them(reports, store):
    (run,) = reports["VOT2018"]["DaSiamRPN"].runs
    assert run.protocol == "supervised"
    key = TrialKey(run, "ants1_001")
    regions = store.regions(key, store.record(key))
    np.testing.assert_allclose(regions[1].xywh, [129.9982, 472.0081, 24.6704, 60.6127])
