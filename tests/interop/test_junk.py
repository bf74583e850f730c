"""Whatever lies in a source, an import ends well or in one line: never in a traceback, nor half done."""

import io
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.core.errors import HarnessError
from harness.core.regions import Labels, Mask, Regions, Special
from harness.interop.arrivals import Benchmark, Reading
from harness.interop.finding import find_trackers
from harness.interop.formats.format import Coordinates, Entry
from harness.interop.importing import import_results
from harness.interop.registered import FORMATS
from harness.store.results import ResultStore

FILES = """
    CarDark.txt Human4.2/Human4.2_001.txt CarDark_time.txt CarDark.json x/CarDark/00000.png CarDark_SiamX.mat x.zip
    baseline/CarDark/CarDark_001.bin baseline/CarDark/CarDark_time.txt manifest.yml
"""
NAMES = st.sampled_from(FILES.split())
WORDS = st.sampled_from(
    [b"1,2,3,4\n", b"1\n", b"m1,2,3,4,5\n", b"nan,nan,nan,nan\n", b"\0\0", b"[{", b"1e999,", b"-", b"PK\3\4"]
)
JUNK = st.binary(max_size=80) | st.lists(WORDS, max_size=8).map(b"".join)


def sample(name):
    """A tracker's answers, as this format holds them."""
    boxes = [[step, 2 * step, 30, 20] for step in range(12)]
    regions, protocol, suffix, size = Regions(boxes), "one_pass", "", None
    if name == "vot":
        regions, protocol, suffix = Regions.collect([Special.INITIALISED, *regions[1:]]), "supervised", "_001"
    if name == "davis":
        mask = Mask.encode(np.ones((20, 30), bool))
        regions, protocol, size = Regions.collect([Labels(((1, mask),))] * 12), "video_segmentation", (320, 240)
    return Entry("CarDark", suffix, protocol, regions, "here", Coordinates(), size=size)


def zipped(files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def survives(data, dataset, name):
    """Import these bytes as a zip: all of it, some of it, or a refusal in one line."""
    with tempfile.TemporaryDirectory() as folder:
        path, store = Path(folder) / "SiamX.zip", ResultStore(Path(folder) / "results")
        path.write_bytes(data)
        try:
            found, refused = find_trackers([path], name)
            messages = [one.reason for one in refused]
            for one in found:
                report = import_results(one, Benchmark(dataset), Reading(allow_extra=True), store, {"started": "now"})
                messages += [*report.decisions, *(note for notes in report.remarks.values() for note in notes)]
        except HarnessError as error:
            messages = [str(error)]
            assert store.runs() == []
        assert all(message and "\n" not in message for message in messages)


BUSY = settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.parametrize("name", [None, *FORMATS])
@BUSY
@given(files=st.dictionaries(NAMES, JUNK, max_size=4))
def test_junk_under_the_names_a_format_looks_for(name, dataset, files):
    survives(zipped(files), dataset, name)


@pytest.mark.parametrize("name", FORMATS)
@BUSY
@given(data=st.data())
def test_good_files_with_a_few_bytes_changed(name, dataset, data):
    files = dict(FORMATS[name].files("SiamX", "otb100", [sample(name)]))
    file = data.draw(st.sampled_from(sorted(files)))
    start = data.draw(st.integers(0, len(files[file]) - 1))
    length, new = data.draw(st.integers(0, 9)), data.draw(JUNK)
    files[file] = files[file][:start] + new + files[file][start + length :]
    survives(zipped(files), dataset, name)


@BUSY
@given(start=st.integers(0, 400), length=st.integers(0, 40), new=st.binary(max_size=20))
def test_a_zip_with_a_few_bytes_changed(dataset, start, length, new):
    data = zipped({"CarDark.txt": b"1,1,30,20\n" * 12, "x/y.txt": b"1"})
    survives(data[:start] + new + data[start + length :], dataset, None)


@pytest.mark.parametrize("name", FORMATS)
def test_the_sample_itself_is_imported(name, dataset, tmp_path):
    """Or else its changes would say little."""
    path = tmp_path / "SiamX.zip"
    path.write_bytes(zipped(dict(FORMATS[name].files("SiamX", "otb100", [sample(name)]))))
    ((found,), _) = find_trackers([path], None if name not in ("lasot", "trackingnet") else name, "SiamX")
    report = import_results(
        found, Benchmark(dataset), Reading(*_said(found)), ResultStore(tmp_path), {"started": "now"}
    )
    assert (report.format, report.made) == (found.format.name, 1)


def _said(found):
    """The first box of a lone sequence lies in the corner, where xywh and corners are the same."""
    return ("xywh", None) if found.format.name in ("got10k", "pysot", "pytracking", "lasot", "trackingnet") else ()
