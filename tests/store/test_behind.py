"""Trials are written behind their maker's back, all of them, and an error comes to light."""

from contextlib import closing
from dataclasses import replace

import pytest

from harness.core.errors import NotWritable
from harness.store.behind import WriteBehind


def test_every_trial_is_there_in_the_order_of_saving(store, key, record, trajectory):
    keys = [replace(key, trial=f"trial{number}") for number in range(30)]
    with closing(WriteBehind(store)) as behind:
        for one in keys:
            behind.save(one, record, trajectory)
        early = list(behind.committed())
        assert early == keys[: len(early)]
        assert [*early, *behind.committed(every=True)] == keys
    assert all(store.record(one).rows == len(trajectory) for one in keys)


def test_what_is_said_to_be_committed_is_on_the_disk(store, key, record, trajectory):
    with closing(WriteBehind(store)) as behind:
        behind.save(key, record, trajectory)
        for one in behind.committed(every=True):
            assert store.record(one) is not None


def test_a_trial_that_cannot_be_written_is_told_and_those_before_it_are_there(store, key, record, trajectory):
    hurdle = replace(key, trial="hurdle")
    (store.folder(key.run) / "hurdle.json").mkdir(parents=True)
    with closing(WriteBehind(store)) as behind:
        behind.save(key, record, trajectory)
        behind.save(hurdle, record, trajectory)
        coming = behind.committed(every=True)
        assert next(coming) == key
        with pytest.raises(NotWritable, match=r"hurdle\.json: cannot be written"):
            next(coming)
