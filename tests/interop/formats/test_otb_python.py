"""OTB's JSON results: read and written as its Python toolkit does."""

import json

import numpy as np
import pytest

from harness.core.errors import BadResults, UsageError
from harness.core.regions import Regions
from harness.core.robustness import SHIFTS
from harness.interop.formats.format import Coordinates, Entry
from harness.interop.formats.otb_python import OTBPython

FORMAT = OTBPython()
BOXES = np.random.default_rng(4).integers(1, 99, (30, 4)).astype(float)
FIELDS = ["tracker", "seqName", "startFrame", "endFrame", "evalType", "fps", "shiftType", "resType", "tmplsize", "res"]


def trial(**more):
    return {"evalType": "OPE", "fps": 28.5, "shiftType": "None", "resType": "rect", "res": BOXES.tolist()} | more


@pytest.fixture
def put(put):
    """A source of JSON files; bytes stay what they are."""
    return lambda files, name="": put(
        {path: held if isinstance(held, bytes) else json.dumps(held).encode() for path, held in files.items()}, name
    )


def test_each_folder_is_a_tracker_and_scores_are_no_results(put):
    source = put(
        {
            "OPE/IVT/Jogging-1.json": [trial()],
            "OPE/IVT/BasketBall.json": [trial()],
            "OPE/IVT/scores_tb50/ALL.json": {"overlap": 3},
            "OPE/IVT/attributes/BC.json": {},
            "OPE/TLD/Boy.json": [trial()],
        },
    )
    assert FORMAT.recognises(source)
    trackers = FORMAT.trackers(source)
    assert list(trackers) == ["IVT", "TLD"]
    first, second = FORMAT.entries(trackers["IVT"])
    assert [first.sequence, second.sequence] == ["BasketBall", "Jogging-1"]
    assert (first.protocol, first.suffix, first.coordinates) == ("one_pass", "", Coordinates("xywh", 1))
    assert np.array_equal(first.regions.boxes, BOXES)


def test_other_json_is_not_recognised(put):
    assert not FORMAT.recognises(put({"OTB100.json": {"Boy": {"gt_rect": []}}}))
    assert not FORMAT.recognises(put({"Boy.txt": b"1,2,3,4"}, "none"))


def test_segments_and_shifts_are_trials(put):
    sre = [trial(evalType="SRE", shiftType=shift) for shift in SHIFTS[::-1]]
    tre = [trial(evalType="TRE", res=BOXES[place:].tolist()) for place in range(20)]
    trials = list(FORMAT.entries(put({"Boy.json": sre, "Car4.json": tre})))
    assert [one.suffix for one in trials] == [
        *(f"_{k:02d}" for k in range(12, 0, -1)),
        *(f"_{k:02d}" for k in range(1, 21)),
    ]
    assert {one.protocol for one in trials} == {"sre", "tre"}
    assert len(trials[-1].regions) == 11


@pytest.mark.parametrize("template", [[20.0, 30.0], [[20, 30]]])
def test_warps_become_boxes(put, template):
    warps = trial(resType="affine_ivt", tmplsize=template, res=[[100.2, 50.7, 0.5, 0.0, 0.0, 0.8]])
    (entry,) = FORMAT.entries(put({"Boy.json": [warps]}))
    assert entry.regions.boxes.tolist() == [[95, 38, 10, 24]]


def test_several_evaluations_are_told_apart(put):
    source = put({"OPE/IVT/Boy.json": [trial()], "SRE/IVT/Boy.json": [trial()]})
    with pytest.raises(BadResults, match="OPE/IVT and SRE/IVT are both of IVT; name one of them"):
        FORMAT.trackers(source)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"[" * 100_000,
        b"[" + b" " * 2**25 + b"]",
        [],
        {},
        [1],
        [{}],
        [trial(evalType="XYZ")],
        [trial(evalType=None)],
        [trial(resType=["rect"])],
        [trial(res=None)],
        [trial(res=[[1, 2, 3]])],
        [trial(res=[[1, 2, 3, 4], [1, 2]])],
        [trial(res=[[1, 2, 3, {}]])],
        [trial(res=[[1, 2, 3, 10**400]])],
        [trial(res=[[1, 2, 3, None]])],
        [trial(res=[["1", "2", "3", "4"]])],
        [trial(), trial()],
        [trial(evalType="SRE", shiftType="aside")],
        [trial(resType="affine_ivt", tmplsize={"w": 3}, res=[[1] * 6])],
        json.dumps([trial(res=[[1, 2, 3, float("inf")]])]).encode(),
    ],
    ids=range(22),
)
def test_junk_is_a_fault_in_one_line_and_the_others_go_on(put, tmp_path, content):
    bad, good = FORMAT.entries(put({"Boy.json": content, "Car4.json": [trial()]}))
    assert bad.fault.startswith(f"{tmp_path}/Boy.json: expected the JSON of OTB's Python toolkit (")
    assert "\n" not in bad.fault
    assert len(bad.fault) < 500
    assert good.fault is None


def test_written_with_all_fields_the_toolkit_builds_a_result_of(put):
    entries = [
        Entry("Jogging.1", "", "one_pass", Regions(BOXES), ""),
        *(Entry("David", f"_{k:02d}", "sre", Regions(BOXES + k), "") for k in range(1, 13)),
    ]
    files = dict(FORMAT.files("KCF", "otb100", entries))
    assert list(files) == ["results/OPE/KCF/Jogging-1.json", "results/SRE/KCF/David.json"]
    (jogging,), david = map(json.loads, files.values())
    assert list(jogging) == FIELDS
    assert (jogging["evalType"], jogging["startFrame"], jogging["endFrame"]) == ("OPE", 1, 30)
    assert jogging["res"][0] == (BOXES[0] + [1, 1, 0, 0]).tolist()
    assert [(one["shiftType"], one["startFrame"]) for one in david] == [(shift, 300) for shift in SHIFTS]
    source = put({path: content for path, content in files.items() if "SRE" in path})
    back = list(FORMAT.entries(FORMAT.trackers(source)["KCF"]))
    assert [one.suffix for one in back] == [one.suffix for one in entries[1:]]
    assert all(np.array_equal(one.regions.boxes, BOXES + int(one.suffix[1:]) + [1, 1, 0, 0]) for one in back)
    again = [Entry("David", one.suffix, one.protocol, Regions(one.regions.boxes - [1, 1, 0, 0]), "") for one in back]
    assert list(FORMAT.files("KCF", "otb100", again)) == list(files.items())[1:]


def test_a_miss_is_not_a_number(put):
    entry = Entry("Boy", "", "one_pass", Regions([[1, 2, 3, 4], [np.nan] * 4]), "")
    source = put(dict(FORMAT.files("KCF", "otb100", [entry])))
    (back,) = FORMAT.entries(source)
    assert list(back.regions)[1] is None


def test_trials_of_other_protocols_are_refused():
    with pytest.raises(UsageError, match="not trials of multi_start"):
        list(FORMAT.files("KCF", "otb100", [Entry("Boy", "_00000000", "multi_start", Regions(BOXES), "")]))
