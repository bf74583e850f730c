import json
from dataclasses import replace

import numpy as np
import pytest

from harness.interop.submissions.vot import faults, manifest

TRACKED = "1\n" + "10.0,20.0,5.0,4.0\n" * 19
FAILED = "1\n10,20,5,4\n2\n0\n0\n0\n0\n1\n" + "10,20,5,4\n" * 12
SUPERVISED = {
    "manifest.yml": "{}",
    **{f"baseline/a/a_{number:03d}.txt": TRACKED for number in (1, 2, 3)},
    **{f"baseline/b/b_{number:03d}.txt": FAILED for number in range(1, 16)},
    "baseline/b/b_001_time.value": "0.1\n" * 20,
    "baseline/b/b_001_motion.value": "1\n" * 20,
    "unsupervised/a/a_001.txt": TRACKED,
    "unsupervised/b/b_001.txt": TRACKED,
}
ANCHORED = {
    "manifest.yml": "{}",
    "baseline/a/a_00000000.txt": TRACKED,
    "baseline/a/a_00000012.txt": "1\n" + "m1,2,2,2,0,4\n" * 12,
    "realtime/a/a_00000000.txt": TRACKED,
}


@pytest.fixture
def supervised(sequence):
    return {name: sequence(name, 20) for name in "ab"}


@pytest.fixture
def anchored(sequence):
    plain = sequence("a", 20)
    anchors = np.zeros(20)
    anchors[[0, 12]] = 1, -1
    return {"a": replace(plain, truth=replace(plain.truth, flags={"anchor": anchors}))}


def told(zipped, files, change, sequences):
    source = zipped({name: text for name, text in (files | change).items() if text is not None})
    return [fault.removeprefix(f"{source}/") for fault in faults(source, sequences)]


def test_good_archives(zipped, supervised, anchored):
    assert told(zipped, SUPERVISED, {}, supervised) == []
    assert told(zipped, ANCHORED, {}, anchored) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"manifest.yml": None}, ["manifest.yml: missing"]),
        ({"readme.txt": "x"}, ["readme.txt: not a file of VOT's results"]),
        ({"baseline/c/c_001.txt": TRACKED}, ["c: not a sequence of this benchmark"]),
        (
            {"baseline/a/a_003.txt": None},
            ["baseline/a: expected repetitions _001 to _015, or 3 alike, found _001, _002"],
        ),
        (
            {"baseline/b/b_007.txt": TRACKED, "baseline/b/b_015.txt": None},
            [
                "baseline/b: expected repetitions _001 to _015, or 3 alike, found "
                + ", ".join(f"_{number:03d}" for number in range(1, 15))
            ],
        ),
        ({"unsupervised/b/b_001.txt": None}, ["unsupervised/b: expected repetitions _001 alone, found none"]),
        (
            {"unsupervised/b/b_001.txt": TRACKED + "1\n"},
            ["unsupervised/b/b_001.txt: expected 20 rows, one a frame, found 21"],
        ),
        ({"unsupervised/b/b_001.txt": "1,2,3,4\n" * 20}, ["unsupervised/b/b_001.txt: line 1 is not code 1, a start"]),
        (
            {"unsupervised/b/b_001.txt": "1\n" + "1,2,-3,4\n" * 19},
            ["unsupervised/b/b_001.txt: line 2 has a negative width or height"],
        ),
        (
            {"baseline/b/b_002.txt": FAILED.replace("0\n1\n", "0\n1,2,3,4\n")},
            [
                "baseline/b/b_002.txt: frame 7: expected a start (code 1), 5 frames after a failure or the first; "
                "is it a supervised run's result?"
            ],
        ),
        (
            {"unsupervised/b/b_001.txt": "1\nx\n"},
            [
                "unsupervised/b/b_001.txt:2: expected x,y,w,h, corners x,y,..., a mask mx,y,w,h,runs... or a code "
                "0, 1, 2, found 'x'"
            ],
        ),
    ],
)
def test_each_fault(zipped, supervised, change, expected):
    assert told(zipped, SUPERVISED, change, supervised) == expected


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"baseline/a/a_00000012.txt": None}, ["baseline/a/a_00000012: missing"]),
        ({"baseline/a/a_00000005.txt": TRACKED}, ["baseline/a/a_00000005: not from an anchor"]),
        (
            {"baseline/a/a_00000012.txt": TRACKED},
            ["baseline/a/a_00000012.txt: expected 13 rows, one a frame, found 20"],
        ),
        ({"baseline/a/a_001.txt": TRACKED}, ["baseline: holds runs of supervised, expected multi_start"]),
    ],
)
def test_each_fault_of_runs_from_anchors(zipped, anchored, change, expected):
    assert told(zipped, ANCHORED, change, anchored) == expected


def test_a_folder_around_experiments_is_a_fault(zipped, supervised):
    inside = {name if name == "manifest.yml" else f"SiamX/{name}": text for name, text in SUPERVISED.items()}
    assert told(zipped, inside, {}, supervised) == [
        "SiamX/: a folder around experiments; make the zip of what is in it, of one tracker"
    ]


def test_of_a_sequence_that_is_not_at_hand_there_must_be_a_run(zipped, anchored):
    assert told(zipped, ANCHORED, {}, anchored | {"b": None}) == [
        "baseline/b: expected a run from each anchor, found none"
    ]


def test_the_manifest_says_who_and_of_what():
    said = json.loads(manifest("mine", "vot2019"))
    assert (said["identifier"], said["stack"]) == ("mine", "vot2019/shortterm")
