"""A dataset's sequences: each is opened once, and whoever asks is given what came of that."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from harness import Dataset, GroundTruth, Sequence
from harness.core.errors import BadAnnotation, DataError
from harness.core.read_once import ReadOnce
from harness.core.record import sequence_fingerprint
from harness.core.regions import Regions

NAMES = ("a", "b", "broken", "c")


@pytest.fixture
def opened() -> Counter[str]:
    """How often each sequence was opened."""
    return Counter()


@pytest.fixture
def dataset(opened) -> Dataset:
    def open_(name: str) -> Sequence:
        opened[name] += 1
        if name == "broken":
            raise BadAnnotation(f"{name}: no numbers, {opened[name]}")
        return Sequence(name, GroundTruth.visible(Regions([[0, 0, 2, 2]] * 3)))

    return Dataset("three", (*NAMES, "elsewhere"), NAMES, open_)


def test_a_sequence_is_opened_when_it_is_first_asked_for_and_then_kept(dataset, opened):
    once = ReadOnce(dataset)
    assert not opened
    sequence, fingerprint = once.sequence("b")
    assert (sequence.name, fingerprint) == ("b", sequence_fingerprint(sequence))
    assert once.sequence("b")[0] is sequence
    assert opened == {"b": 1}


def test_all_that_is_there_is_read_once_broken_or_not(dataset, opened):
    once = ReadOnce(dataset)
    before = once.sequence("c")
    once.read()
    once.read()
    assert opened == dict.fromkeys(NAMES, 1)
    assert once.sequence("c") is before


def test_an_error_is_given_to_everyone_who_asks(dataset, opened):
    once = ReadOnce(dataset)
    for _ in range(3):
        with pytest.raises(BadAnnotation, match=r"^broken: no numbers, 1$"):
            once.sequence("broken")
    assert opened == {"broken": 1}


def test_what_was_read_is_the_same_for_many_threads(dataset, opened):
    once = ReadOnce(dataset)
    once.read()

    def ask(name: str) -> object:
        try:
            return once.sequence(name)
        except DataError as error:
            return error

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, NAMES * 50))
    assert opened == dict.fromkeys(NAMES, 1)
    assert len({id(answer) for answer in answers}) == len(NAMES)


def test_an_error_of_another_kind_is_not_kept(opened):
    """It is a fault of the program or the machine, not of the data: who asks again may have better luck."""

    def open_(name: str) -> Sequence:
        opened[name] += 1
        raise MemoryError(name)

    once = ReadOnce(Dataset("huge", ("a",), ("a",), open_))
    for _ in range(2):
        with pytest.raises(MemoryError):
            once.sequence("a")
    assert opened == {"a": 2}
