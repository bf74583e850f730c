"""How far a session is."""

import os
import platform
import subprocess
import sys
from dataclasses import replace

import pytest

from harness.store.journal import Journal, Note, Plan, Session
from harness.store.progress import progress

PLAN = Plan(platform.node(), os.getpid(), "", trials=4, frames=100, found=2, width=1)


def session(tmp_path, plan=PLAN, **journals):
    one = Session.open(tmp_path, plan)
    for name, notes in journals.items():
        journal = Journal(one.journal(name))
        for note in notes:
            journal.add(note)
        journal.close()
    return one


def test_journals_are_added_up(tmp_path):
    one = session(
        tmp_path,
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


def test_before_the_first_answer_nobody_knows(tmp_path):
    assert progress(session(tmp_path)).left == float("inf")


def test_a_head_that_died_is_seen(tmp_path):
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    assert progress(session(tmp_path, replace(PLAN, pid=process.pid))).alive is False


def test_of_another_machine_nobody_knows(tmp_path):
    assert progress(session(tmp_path, replace(PLAN, host="elsewhere"))).alive is None


def test_a_session_that_has_just_ended_is_none(tmp_path):
    one = session(tmp_path)
    one.close()
    assert progress(one) is None
