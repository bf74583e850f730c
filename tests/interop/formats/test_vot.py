"""VOT's folders: found wherever they begin, read with all that lies beside a trial, written as the toolkit reads."""

import re
import zipfile
from pathlib import Path

import numpy as np
import pytest

from harness import Labels, Mask, Polygon
from harness.core.errors import BadResults, UsageError
from harness.core.regions import Box, Regions, Special
from harness.interop.formats.format import Coordinates, Entry
from harness.interop.formats.vot import Vot
from harness.interop.source import Source

FORMAT = Vot()
SHARED = Path(__file__).resolve().parents[4] / "shared/data/raw_results"
TEXT = b"1\n10.5000,20.0000,30.0000,40.0000\n2\n0\n"
REGIONS = Regions.collect([Special.INITIALISED, Box(10.5, 20, 30, 40), Special.FAILED, Special.SKIPPED])


def test_experiments_and_names_tell_the_protocol(put):
    source = put(
        {
            "results/KCF/baseline/bag/bag_001.txt": TEXT,
            "results/KCF/baseline/bag/bag_00000050.txt": TEXT,
            "results/KCF/unsupervised/bag/bag_001.txt": TEXT,
            "results/KCF/realtime/bag/bag_001.txt": TEXT,
            "results/KCF/realtime/bag/bag_00000050.txt": TEXT,  # realtime from anchors, which we have not
            "results/KCF/longterm/bag/bag_001.txt": TEXT,
            "results/KCF/manifest.yml": b"",
        },
    )
    assert FORMAT.recognises(source)
    (kcf,) = FORMAT.trackers(source).values()
    entries = list(FORMAT.entries(kcf))
    assert [(one.protocol, one.suffix) for one in entries] == [
        ("multi_start", "_00000050"),
        ("supervised", "_001"),
        ("realtime", "_001"),
        ("unsupervised", "_001"),
    ]
    assert all(one.regions == REGIONS and one.coordinates == Coordinates("xywh", 0) for one in entries)
    assert {file.split("/")[0] for file in kcf.unread} == {"realtime", "longterm", "manifest.yml"}


@pytest.mark.parametrize(
    ("below", "names"),
    [("", ["KCF", "TLD"]), ("results", ["KCF", "TLD"]), ("results/KCF", ["KCF"]), ("results/KCF/baseline", ["KCF"])],
)
def test_any_folder_above_the_sequences_will_do(put, tmp_path, below, names):
    trials = ("results/KCF/baseline/bag/bag_001.txt", "results/TLD/baseline/ball1/ball1_001.txt")
    put(dict.fromkeys(trials, TEXT), "workspace")
    trackers = FORMAT.trackers(Source(tmp_path / "workspace" / below))
    assert list(trackers) == names
    assert [len(list(FORMAT.entries(source))) for source in trackers.values()] == [1] * len(names)


def test_two_folders_of_one_name_are_told_apart(put):
    source = put(dict.fromkeys(("2018/KCF/baseline/bag/bag_001.txt", "2019/KCF/baseline/bag/bag_001.txt"), TEXT))
    with pytest.raises(BadResults, match="2018/KCF and 2019/KCF are both of KCF; name one of them"):
        FORMAT.trackers(source)


def test_a_zip_as_the_toolkit_packs_it(tmp_path):
    with zipfile.ZipFile(tmp_path / "KCF.zip", "w") as file:
        file.writestr("manifest.yml", "hash: 1")
        file.writestr("baseline/bag/bag_001.txt", TEXT)
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as file:
        file.write(tmp_path / "KCF.zip", "KCF.zip")
    for source in (Source(tmp_path / "KCF.zip"), Source(tmp_path / "all.zip").inside("KCF.zip")):
        ((name, inside),) = FORMAT.trackers(source).items()
        assert name == "KCF"
        assert next(FORMAT.entries(inside)).regions == REGIONS


@pytest.mark.parametrize("file", ["KCF/bag/bag_001.txt", "KCF/baseline/bag/ball_001.txt", "KCF/baseline/bag/bag_1.txt"])
def test_other_layouts_are_not_recognised(put, file):
    assert not FORMAT.recognises(put({file: TEXT}))


def test_text_goes_before_binary(put):
    trial = "KCF/baseline/bag/bag_001"
    source = put({f"{trial}.bin": b"whatever", f"{trial}.txt": TEXT})
    (entry,) = FORMAT.entries(source)
    assert entry.regions == REGIONS


def test_times_and_confidences_of_either_toolkit(put):
    new, old = "KCF/baseline/bag/bag", "KCF/baseline/ball1/ball1"
    files = dict.fromkeys((f"{new}_001.txt", f"{old}_001.txt", f"{old}_002.txt", f"{old}_00000000.txt"), TEXT)
    files |= {f"{new}_001_time.value": b"0.1\n\n0.3\n0.4\n", f"{new}_001_confidence.value": b"\n0.5\n0.25\n\n"}
    files |= {f"{old}_time.txt": b"1,5\n2,6\n3,NaN\n4,8\n"}
    entries = {Path(one.file).stem: one for one in FORMAT.entries(put(files))}
    nan = np.nan
    for trial, seconds, confidences in (
        ("bag_001", [0.1, nan, 0.3, 0.4], [nan, 0.5, 0.25, nan]),
        ("ball1_001", [1, 2, 3, 4], None),
        ("ball1_002", [5, 6, nan, 8], None),
        ("ball1_00000000", None, None),
    ):
        for found, expected in ((entries[trial].seconds, seconds), (entries[trial].confidences, confidences)):
            assert (found is None) == (expected is None)
            assert expected is None or np.array_equal(found, expected, equal_nan=True)


@pytest.mark.parametrize(
    ("file", "content", "says"),
    [
        ("bag_001.txt", b"1\n1,2,3\n", r"bag_001.txt:2: expected x,y,w,h, .* found '1,2,3'"),
        ("bag_001.bin", b"", "bag_001.bin: no trajectory in VOT's binary form"),
        ("bag_001_time.value", b"0.1\nsoon\n", "bag_001_time.value:2: expected a number, found 'soon'"),
        ("bag_001_confidence.value", b"1_0\n", "bag_001_confidence.value:1: expected a number"),
        ("bag_time.txt", b"", "bag_time.txt: expected lines of at least 1 numbers"),
        ("bag_time.txt", b"1,2\n3\n", "bag_time.txt: expected lines"),
    ],
)
def test_a_bad_file_is_a_fault_and_the_others_go_on(put, file, content, says):
    files = {"baseline/bag/bag_001.txt": TEXT} if not file.endswith(".bin") else {}
    source = put(files | {f"baseline/bag/{file}": content, "baseline/ball1/ball1_001.txt": TEXT})
    bad, good = FORMAT.entries(source)
    assert re.search(says, bad.fault)
    assert "\n" not in bad.fault
    assert (good.fault, good.regions) == (None, REGIONS)


def entry(protocol="supervised", suffix="_001", regions=REGIONS, **more):
    return Entry("bag", suffix, protocol, regions, "", **more)


def test_written_is_read_again(put):
    masks = Regions.collect([Special.INITIALISED, Mask.encode(np.eye(3)), None, Mask.encode(np.zeros((1, 1)))])
    polygon = Regions.collect([Special.INITIALISED, Polygon(((0.1, 1 / 3), (5, 0), (5, 5.5)))])
    entries = [
        entry(confidences=np.array([np.nan, 0.5, 0.25, np.nan]), seconds=np.array([0.5, 1 / 3, 0.1, np.nan])),
        entry("multi_start", "_00000012", masks, seconds=np.full(4, np.nan)),
        entry("unsupervised", "_001", polygon),
        entry("realtime", "_001", Regions([[1 / 3, 2, 3, 4], [np.nan] * 4])),
    ]
    files = dict(FORMAT.files("KCF", "vot2020", entries))
    source = put(files)
    back = {one.protocol: one for one in FORMAT.entries(source)}
    assert source.unread == ()
    for one in entries:
        found = back[one.protocol]
        assert (found.sequence, found.suffix, found.regions) == (one.sequence, one.suffix, one.regions)
    assert np.array_equal(back["supervised"].seconds, entries[0].seconds, equal_nan=True)
    assert np.array_equal(back["supervised"].confidences, entries[0].confidences, equal_nan=True)
    assert dict(FORMAT.files("KCF", "vot2020", back.values())) == files


@pytest.mark.parametrize(
    ("held", "says"),
    [
        (entry("one_pass", ""), "supervised, multi_start, unsupervised, realtime, not of one_pass"),
        (entry(regions=Regions.collect([Labels(())])), "one object a trial, not labels"),
    ],
)
def test_what_vot_has_no_word_for_is_refused(held, says):
    with pytest.raises(UsageError, match=says):
        list(FORMAT.files("KCF", "vot2019", [held]))


def test_the_toolkit_reads_what_is_written(put, tmp_path):
    tracker = pytest.importorskip("vot.tracker.results", reason="vot-toolkit is not installed")
    workspace = pytest.importorskip("vot.workspace.storage")
    seconds = np.array([0.5, 0.25, np.nan, 1])
    put(dict(FORMAT.files("KCF", "vot2019", [entry(seconds=seconds)])))
    storage = workspace.LocalStorage(str(tmp_path)).substorage("KCF").substorage("baseline").substorage("bag")
    read = tracker.Trajectory.read(tracker.Results(storage), "bag_001")
    assert [str(region) for region in read] == ["1", "10.5,20.0,30.0,40.0", "2", "0"]
    assert [read.properties(frame).get("time") for frame in range(4)] == [0.5, 0.25, None, 1.0]


@pytest.mark.parametrize("folder", ["VOT2018/DaSiamRPN", "VOT2019/LightTrack", "VOT2019/NanoTrackV1"])
def test_released_results_come_back_to_the_byte(folder):
    if not (SHARED / folder).is_dir():
        pytest.skip("no released results beside the project")
    source = Source(SHARED / folder)
    files = dict(FORMAT.files("x", "vot", FORMAT.entries(source)))
    assert len(files) == len(source.files) == 60
    assert all(source.read(path.removeprefix("x/")) == content for path, content in files.items())
