"""Sessions and their journals."""

import os
import platform
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from harness.core.errors import NotWritable
from harness.store.journal import Journal, Note, Plan, Reader, Session

PLAN = Plan("box", 7, "2026-11-21T10:00:00+00:00", trials=3, frames=30, found=1, width=2)
OURS = Plan(platform.node(), os.getpid(), "", trials=1, frames=1, found=0, width="auto")
NOTES = [
    Note("begin", worker="box:8", device="cuda:1"),
    Note("launch", "Deer", 71),
    Note("frames", frames=71),
    Note("end", "Deer", 71, 2, "it 'broke', \"really\""),
]


@pytest.fixture
def session(tmp_path):
    with Session.open(tmp_path, PLAN) as session:
        yield session


def written(session, *notes):
    journal = Journal(session.journal("1"))
    for note in notes:
        journal.add(note)
    journal.close()


def test_notes_come_back_as_they_were_and_once(session):
    reader = Reader(session.journal("1"))
    assert list(reader.notes()) == []
    written(session, *NOTES[:2])
    assert list(reader.notes()) == NOTES[:2]
    written(session, *NOTES[2:])
    assert list(reader.notes()) == NOTES[2:]
    assert list(reader.notes()) == []


def test_a_line_that_is_not_whole_yet_waits(session):
    written(session, NOTES[0])
    whole = session.journal("1").read_bytes()
    session.journal("1").write_bytes(whole + whole[:10])
    reader = Reader(session.journal("1"))
    assert list(reader.notes()) == NOTES[:1]
    session.journal("1").write_bytes(whole + whole)
    assert list(reader.notes()) == NOTES[:1]


@pytest.mark.parametrize("junk", ["\n", "{}\n", "[1]\n", '{"kind": "end", "colour": 3}\n', "\xff\n"])
def test_junk_is_no_note(session, junk):
    written(session, NOTES[0])
    with session.journal("1").open("a", encoding="latin-1") as file:
        file.write(junk)
    written(session, NOTES[1])
    assert list(Reader(session.journal("1")).notes()) == NOTES[:2]


def test_notes_that_cannot_be_kept_are_an_error(tmp_path):
    with pytest.raises(NotWritable, match="cannot be written"):
        Journal(tmp_path / "no" / "folder")
    journal = Journal(Path("/dev/full"))
    with pytest.raises(NotWritable, match="No space left"):
        journal.add(NOTES[0])
    journal.close()


def test_a_session_says_what_it_set_out_to_do_and_goes(tmp_path):
    with Session.open(tmp_path, PLAN) as session:
        assert [one.plan for one in Session.all(tmp_path)] == [PLAN]
        assert not session.stopping
        session.stop()
        assert session.stopping
    assert Session.all(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_two_sessions_of_one_number_stand_side_by_side(tmp_path):
    """As of two containers that call themselves alike."""
    with Session.open(tmp_path, OURS) as first:
        with Session.open(tmp_path, OURS) as second:
            assert {one.path for one in Session.all(tmp_path)} == {first.path, second.path}
        assert [one.path for one in Session.all(tmp_path)] == [first.path]


HEAD = """
import sys, time
from pathlib import Path
from harness.store.journal import Plan, Session

with Session.open(Path(sys.argv[1]), Plan(sys.argv[2], 1, "", 1, 1, 0, 1)):
    print("open", flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize(("host", "left"), [(platform.node(), 0), ("elsewhere", 1)])
def test_one_that_was_killed_goes_when_the_next_begins_on_its_machine(tmp_path, host, left):
    process = subprocess.Popen([sys.executable, "-c", HEAD, tmp_path, host], stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"open\n"
    (killed,) = Session.all(tmp_path)
    assert killed.alive is (True if host == platform.node() else None)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert killed.alive is (False if host == platform.node() else None)
    with Session.open(tmp_path, OURS) as session:
        assert session.alive is True
        assert len(Session.all(tmp_path)) == 1 + left


def test_a_folder_that_cannot_be_is_said(tmp_path):
    (tmp_path / ".progress").touch()
    with pytest.raises(NotWritable, match="cannot be written"), Session.open(tmp_path, PLAN):
        pass


def test_what_was_killed_before_it_had_a_plan_goes_when_it_is_old(tmp_path):
    old, young = (tmp_path / ".progress" / name for name in ("box-8-0000", "box-9-0000"))
    for folder in (old, young):
        folder.mkdir(parents=True)
        (folder / ".plan").touch()
    os.utime(old, (0, 0))
    with Session.open(tmp_path, OURS):
        assert not old.exists()
        assert young.exists()
