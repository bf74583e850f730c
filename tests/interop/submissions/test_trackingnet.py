import pytest

from harness.interop.submissions.trackingnet import faults

BOXES = "10,20,5,4\n" * 3
GOOD = {"-a_1.txt": BOXES, "b_2.txt": BOXES}


@pytest.fixture
def sequences(sequence):
    return {name: sequence(name, 3) for name in ("-a_1", "b_2")}


def test_a_good_archive(zipped, sequences):
    assert list(faults(zipped(GOOD), sequences)) == []


def test_what_a_mac_puts_into_zips_may_be_taken_for_results(zipped, sequences):
    assert list(faults(zipped(GOOD | {"__MACOSX/._b_2.txt": "x", ".DS_Store": "x"}), sequences)) == [
        "'.DS_Store': one of 2 hidden files, which may be taken for results; zip without"
    ]


def test_a_folder_around_all_of_it_is_one_fault(zipped, sequences):
    inside = {f"SiamX/{name}": text for name, text in GOOD.items()}
    assert list(faults(zipped(inside), sequences)) == [
        "SiamX/: a folder around all files; make the zip of what is in it"
    ]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"b_2.txt": None}, ["b_2.txt: missing"]),
        ({"b_2.txt": BOXES + "1,2,3,4\n"}, ["b_2.txt: expected 3 rows, one a frame, found 4"]),
        (
            {"b_2.txt": None, "mine/b_2.txt": BOXES},
            ["b_2.txt: missing", "mine/b_2.txt: lies in a folder; expected b_2.txt"],
        ),
        ({"c_3.txt": BOXES}, ["c_3.txt: not a file of a sequence of TrackingNet's test"]),
        ({"b_2.csv": BOXES}, ["b_2.csv: not a file of a sequence of TrackingNet's test"]),
        ({"b_2_time.txt": "1\n"}, ["b_2_time.txt: not a file of a sequence of TrackingNet's test"]),
    ],
)
def test_each_fault(zipped, sequences, change, expected):
    files = {name: text for name, text in (GOOD | change).items() if text is not None}
    assert list(faults(zipped(files), sequences)) == expected
