import pytest

from harness.interop.submissions.got10k import faults

BOXES = "10.000,20.000,5.000,4.000\n" * 3
GOOD = {
    "A_1/A_1_001.txt": BOXES,
    "A_1/A_1_002.txt": BOXES,
    "A_1/A_1_time.txt": "0.1,0.2\n" * 3,
    "A_2/A_2_001.txt": BOXES[:52],
    "A_2/A_2_time.txt": "0.1\n" * 2,
}


@pytest.fixture
def sequences(sequence):
    return {"A_1": sequence("A_1", 3), "A_2": sequence("A_2", 2)}


@pytest.mark.parametrize("folder", ["", "mine/"])
def test_a_good_archive_with_or_without_the_trackers_folder(zipped, sequences, folder):
    source = zipped({folder + name: text for name, text in GOOD.items()})
    assert list(faults(source, sequences)) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            {"A_2/A_2_001.txt": None, "A_2/A_2_time.txt": None},
            [
                "A_2: expected repetitions _001 to at most _003, found none",
                "A_2/A_2_time.txt: missing; the server takes no results without times",
            ],
        ),
        ({"A_2/A_2_time.txt": None}, ["A_2/A_2_time.txt: missing; the server takes no results without times"]),
        (
            {"A_1/A_1_001.txt": None},
            [
                "A_1: expected repetitions _001 to at most _003, found _002",
                "A_1/A_1_time.txt: line 1 does not hold 1 numbers, and so do 2 more",
            ],
        ),
        ({"A_1/A_1_time.txt": "0.1,0.2\n" * 2}, ["A_1/A_1_time.txt: expected 3 rows, one a frame, found 2"]),
        ({"A_1/A_1_time.txt": "0.1,0\n" * 3}, ["A_1/A_1_time.txt: line 1 is not above zero, and so do 2 more"]),
        ({"A_2/A_2_001.txt": BOXES}, ["A_2/A_2_001.txt: expected 2 rows, one a frame, found 3"]),
        ({"A_2/A_2_all_scores.txt": "1\n"}, ["A_2/A_2_all_scores.txt: not a file of a sequence of GOT-10k's test"]),
        ({"A_3/A_3_001.txt": BOXES}, ["A_3/A_3_001.txt: not a file of a sequence of GOT-10k's test"]),
        ({"A_1_001.txt": BOXES}, ["A_1_001.txt: not a file of a sequence of GOT-10k's test"]),
    ],
)
def test_each_fault(zipped, sequences, change, expected):
    files = {name: text for name, text in (GOOD | change).items() if text is not None}
    assert list(faults(zipped(files), sequences)) == expected


def test_of_a_sequence_that_is_not_at_hand_all_but_the_rows_is_checked(zipped, sequences):
    files = GOOD | {"A_2/A_2_001.txt": BOXES.replace("5.000", "nan")}
    assert list(faults(zipped(files), sequences | {"A_2": None})) == [
        "A_2/A_2_001.txt: line 1 holds nan or inf, and so do 2 more"
    ]


def test_four_repetitions_are_one_too_many(zipped, sequences):
    files = GOOD | {f"A_1/A_1_{number:03d}.txt": BOXES for number in (3, 4)}
    files |= {"A_1/A_1_time.txt": "0.1,0.2,0.3,0.4\n" * 3}
    (fault,) = faults(zipped(files), sequences)
    assert fault == "A_1: expected repetitions _001 to at most _003, found _001, _002, _003, _004"
