"""How far a session is."""

import os
import platform
from collections.abc import Callable

import pytest

from harness.store.journal import Journal, Note, Plan, Session
from harness.store.progress import progress

PLAN = Plan(platform.node(), os.getpid(), "", trials=4, frames=100, found=2, width=1)


@pytest.fixture
def session(tmp_path) -> Callable[..., Session]:
    """A session that goes on, with journals of these notes."""
    with Session.open(tmp_path, PLAN) as one:

        def of(**journals: list[Note]) -> Session:
            for name, notes in journals.items():
                journal = Journal(one.journal(name))
                for note in notes:
                    journal.add(note)
                journal.close()
            return one

        yield of


def test_journals_are_added_up(session):
    one = session(
        a=[Note("begin", worker="box:1", device="cpu"), Note("launch", "x", 10), Note("frames", frames=10),
           Note("end", "x", 10), Note("launch", "y", 20), Note("frames", frames=5)],
        b=[Note("begin", worker="box:2", device="cuda:0"), Note("launch", "z", 30), Note("end", "z", 30, reason="bad")],
    )  # fmt: skip
    os.utime(one.path / "plan.json", (1000, 1000))
    os.utime(one.journal("a"), (1005, 1005))
    os.utime(one.journal("b"), (1003, 1003))
    found = progress(one)
    assert (found.made, found.failed, found.frames) == (1, (("z", "bad"),), 15)
    assert found.rate == pytest.approx(3.0)
    assert found.left == pytest.approx(85 / 3)
    assert [(each.worker, each.device, each.flying) for each in found.workers] == [("box:1", "cpu", ("y",))]
    assert found.alive is True
    assert found.silent > 1e6
    assert not found.stopping


def test_what_a_dead_worker_held_is_nobodys_until_it_is_launched_again(session):
    found = progress(
        session(
            a=[Note("begin", worker="box:1"), Note("launch", "x", 10), Note("launch", "y", 10), Note("lost", "x"),
               Note("lost", "y")],
            b=[Note("begin", worker="box:2"), Note("launch", "x", 10), Note("end", "x", 10, reason="its worker died")],
        )
    )  # fmt: skip
    assert (found.made, found.failed, found.workers) == (0, (("x", "its worker died"),), ())


def test_what_one_has_made_and_others_find_is_counted_once_and_of_another_runs_the_frames(session):
    found = [Note("found", "x", 10), Note("found", "y", 20)]
    one = session(
        a=[Note("begin", worker="box:1"), *found],
        b=[Note("begin", worker="box:2"), Note("launch", "x", 10), Note("frames", frames=10), Note("end", "x", 10)],
        c=[Note("begin", worker="box:3"), *found],
    )
    os.utime(one.path / "plan.json", (1000, 1000))
    for name in "abc":
        os.utime(one.journal(name), (1005, 1005))
    now = progress(one)
    assert (now.made, now.failed, now.frames, now.rate, now.left) == (2, (), 30, 2.0, 35.0)


def test_before_the_first_answer_nobody_knows(session):
    assert progress(session()).left == float("inf")


def test_a_session_that_has_just_ended_is_none(tmp_path):
    with Session.open(tmp_path, PLAN) as one:
        assert progress(one).plan == PLAN
    assert progress(one) is None
