"""OTB's MATLAB results: read as scipy (and so MATLAB) writes them, written as MATLAB's evaluation reads them."""

import io
import zlib
from pathlib import Path

import numpy as np
import pytest
import scipy.io

from harness.core.errors import BadResults, UsageError
from harness.core.regions import Regions, Special
from harness.core.robustness import SHIFTS
from harness.datasets import official
from harness.interop.formats.format import Coordinates, Entry
from harness.interop.formats.matlab import OTBMatlab
from harness.interop.formats.otb import spelt

FORMAT = OTBMatlab()
BOXES = np.random.default_rng(3).uniform(1, 99, (30, 4)).round(3)
SHARED = Path(__file__).resolve().parents[4] / "shared"


def saved(*cells):
    results = np.empty((1, len(cells)), object)
    results[0] = cells
    file = io.BytesIO()
    scipy.io.savemat(file, {"results": results}, do_compression=True)
    return file.getvalue()


def rect(boxes=BOXES, **more):
    return {"type": "rect", "res": boxes, "len": len(boxes), "fps": 20.0, **more}


def one_pass(sequence="David", boxes=BOXES):
    return Entry(sequence, "", "one_pass", Regions(boxes), sequence)


def test_one_cell_is_one_pass(put, tmp_path):
    source = put({"results_OPE/carDark_SiamFC_3s.mat": saved(rect())})
    assert FORMAT.recognises(source)
    assert list(FORMAT.trackers(source)) == ["SiamFC_3s"]
    (entry,) = FORMAT.entries(source)
    assert (entry.sequence, entry.suffix, entry.protocol) == ("carDark", "", "one_pass")
    assert entry.coordinates == Coordinates("xywh", 1)
    assert np.array_equal(entry.regions.boxes, BOXES)
    assert entry.file == str(tmp_path / "results_OPE/carDark_SiamFC_3s.mat")


def test_a_struct_without_a_cell_is_read_too(put):
    file = io.BytesIO()
    scipy.io.savemat(file, {"results": rect()})
    (entry,) = FORMAT.entries(put({"boy_KCF.mat": file.getvalue()}))
    assert np.array_equal(entry.regions.boxes, BOXES)


def test_cells_are_segments_and_an_empty_one_was_not_run(put):
    source = put({"boy_KCF.mat": saved(rect(), np.empty((0, 0)), rect(BOXES[20:]))})
    first, third = FORMAT.entries(source)
    assert [(one.protocol, one.suffix, len(one.regions)) for one in (first, third)] == [
        ("tre", "_01", 30),
        ("tre", "_03", 10),
    ]


def test_shifts_have_their_number_whatever_their_order(put):
    cells = [rect(BOXES + number, shiftType=shift) for number, shift in enumerate(SHIFTS)]
    entries = list(FORMAT.entries(put({"boy_KCF.mat": saved(*cells[::-1])})))
    assert {entry.protocol for entry in entries} == {"sre"}
    for entry in entries:
        assert np.allclose(entry.regions.boxes, BOXES + int(entry.suffix[1:]) - 1)


def test_warps_and_transposed_rows_become_boxes(put):
    ivt = {"type": "ivtAff", "res": [[100.2, 50.7, 0.5, 0, 0, 0.8]] * 3, "tmplsize": [20.0, 30]}
    turned = {"transformType": "rect", "res": BOXES.T}
    source = put({"a_IVT.mat": saved(ivt), "b_IVT.mat": saved(turned)})
    warped, boxes = FORMAT.entries(source)
    assert warped.regions.boxes.tolist() == [[95, 38, 10, 24]] * 3
    assert np.array_equal(boxes.regions.boxes, BOXES)


@pytest.mark.parametrize(
    ("names", "tracker", "sequences"),
    [
        (["basketball_KCF", "football_KCF"], "KCF", ["basketball", "football"]),
        (["car1_2_my_net", "car1_s_my_net"], "my_net", ["car1_2", "car1_s"]),
        (["Jogging_1", "Jogging_2"], "", ["Jogging_1", "Jogging_2"]),
        (["Basketball"], "", ["Basketball"]),
        (["jogging_1_KCF"], "KCF", ["jogging_1"]),
    ],
)
def test_what_names_have_in_common_is_the_tracker(put, names, tracker, sequences):
    source = put({f"{name}.mat": saved(rect()) for name in names}, "them")
    assert list(FORMAT.trackers(source)) == [tracker or "them"]
    assert [entry.sequence for entry in FORMAT.entries(source)] == sequences


def test_a_folder_of_all_trackers_is_taken_apart(put):
    stems = ["boy_KCF", "boy_my_net", "jogging_1_KCF", "jogging_2_KCF", "jogging_1_my_net"]
    source = put({f"results_OPE/{stem}.mat": saved(rect()) for stem in stems})
    parts = FORMAT.trackers(source)
    assert {name: [entry.sequence for entry in FORMAT.entries(part)] for name, part in parts.items()} == {
        "KCF": ["boy", "jogging_1", "jogging_2"],
        "my_net": ["boy", "jogging_1"],
    }
    assert not any(part.unread for part in parts.values())


@pytest.mark.parametrize(
    ("sequences", "trackers"),
    [
        (("basketball", "boy", "jogging_1"), ("KCF", "Deep_KCF", "HC_KCF")),  # each ends in another's name
        (("bike1", "boat1", "car1", "car1_s", "truck1", "wakeboard1"), ("KCF",)),  # UAV123's names
        (("bike1", "boat1", "car1", "car1_s", "truck1", "wakeboard1"), ("KCF", "ECO", "HC_ECO")),
        (("bike1", "boat1", "car1", "car1_s", "truck1", "wakeboard1"), ("ECO", "HC_ECO")),
    ],
)
def test_underscores_of_sequences_and_of_trackers(put, sequences, trackers):
    source = put({f"{sequence}_{tracker}.mat": saved(rect()) for sequence in sequences for tracker in trackers})
    parts = FORMAT.trackers(source)
    found = {name: tuple(entry.sequence for entry in FORMAT.entries(part)) for name, part in parts.items()}
    assert found == dict.fromkeys(trackers, sequences)


def test_a_tracker_of_no_name_beside_others_is_refused(put):
    source = put({"boy_KCF.mat": saved(rect()), "boy_TLD.mat": saved(rect()), "car_1.mat": saved(rect())})
    with pytest.raises(BadResults, match=r"car_1\.mat: expected a tracker's name behind the sequence's"):
        FORMAT.trackers(source)


BOMB = b"MATLAB".ljust(124) + b"\x00\x01IM"
BOMB += b"\x0f\0\0\0" + len(packed := zlib.compress(bytes(2**25))).to_bytes(4, "little") + packed


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"junk", "no MATLAB file"),
        (BOMB, "damaged MATLAB file"),
        (saved(rect())[:-50], "cut short"),
        (saved({"type": "rect"}), r"trial 1: expected a type and rows of numbers in res, found \['type'\]"),
        (saved({"res": BOXES}), "trial 1: expected a type"),
        (saved({"type": "rect", "res": "rows"}), "trial 1: expected a type"),
        (saved({"type": "square", "res": BOXES}), "trial 1: expected results of type rect"),
        (saved({"type": "ivtAff", "res": np.ones((3, 6))}), "trial 1: expected a template's size"),
        (saved(rect(), rect(np.ones((3, 5)))), "trial 2: expected 4 numbers a frame"),
        (saved(rect(shiftType="left"), rect(shiftType="left")), "found some twice"),
        (saved(rect(shiftType="aside")), "one of the shifts"),
        (saved(np.empty((0, 0))), "expected results to be a struct"),
        (saved(BOXES), "expected results to be a struct"),
    ],
)
def test_a_bad_file_is_a_fault_and_the_others_go_on(put, data, says):
    source = put({"boy_KCF.mat": data, "car4_KCF.mat": saved(rect())})
    bad, good = FORMAT.entries(source)
    with pytest.raises(BadResults, match=f"boy_KCF.mat: .*{says}"):
        raise BadResults(bad.fault)
    assert (bad.sequence, good.sequence, good.fault) == ("boy", "car4", None)
    assert "\n" not in bad.fault


@pytest.mark.parametrize(("evaluation", "protocol", "suffix"), [("results_TRE", "tre", "_01"), ("OPE", "one_pass", "")])
def test_a_bad_file_is_of_the_evaluation_that_its_folder_names(put, evaluation, protocol, suffix):
    (entry,) = FORMAT.entries(put({f"{evaluation}/boy_KCF.mat": b"junk"}))
    assert (entry.protocol, entry.suffix) == (protocol, suffix)


def test_written_as_the_evaluation_loads_it():
    files = dict(FORMAT.files("KCF", "otb100", [one_pass(), one_pass("Jogging.1")]))
    assert list(files) == ["results_OPE/david_KCF.mat", "results_OPE/jogging-1_KCF.mat"]
    assert files == dict(FORMAT.files("KCF", "otb100", [one_pass(), one_pass("Jogging.1")]))
    results = scipy.io.loadmat(io.BytesIO(files["results_OPE/david_KCF.mat"]), simplify_cells=True)["results"]
    assert (results["type"], results["len"], results["startFrame"], results["annoBegin"]) == ("rect", 30, 300, 300)
    assert np.array_equal(results["res"], np.add(BOXES, (1, 1, 0, 0)))  # MATLAB counts pixels from 1


def test_what_is_written_is_read_again(put):
    segments = [Entry("Boy", f"_{k:02d}", "tre", Regions(BOXES[k - 1 :]), "") for k in range(1, 21)]
    shifts = [Entry("Boy", f"_{k:02d}", "sre", Regions(BOXES + k), "") for k in range(1, 13)]
    missed = one_pass(boxes=np.vstack([BOXES[:3], np.full((1, 4), np.nan)]))
    entries = [missed, *segments, *shifts]
    files = dict(FORMAT.files("KCF", "otb100", entries))
    back = list(FORMAT.entries(put(files)))
    assert len(back) == len(entries) == 33
    known = {(entry.protocol, entry.suffix): entry for entry in back}
    for entry in entries:
        found = known[entry.protocol, entry.suffix]
        assert np.allclose(found.regions.boxes - [1, 1, 0, 0], entry.regions.boxes, rtol=0, atol=1e-12, equal_nan=True)


def test_masks_codes_and_other_protocols_are_refused():
    with pytest.raises(UsageError, match="not trials of supervised"):
        list(FORMAT.files("KCF", "otb100", [Entry("x", "_001", "supervised", Regions(BOXES), "")]))
    with pytest.raises(UsageError, match="other regions than boxes"):
        list(FORMAT.files("KCF", "otb100", [Entry("x", "", "one_pass", Regions.collect([Special.FAILED]), "")]))


def test_names_are_the_toolkits_own():
    folder = SHARED / "data/annotations/OTB100/anno_TB100"
    if not folder.is_dir():
        pytest.skip("no annotations of OTB's MATLAB toolkit beside the project")
    theirs = {file.stem for file in folder.glob("*.txt")}
    assert {spelt(name, "otb100", "matlab") for name in official.names("otb100")} == theirs
