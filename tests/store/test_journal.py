"""Sessions and their journals."""

import os

import pytest

from harness.core.errors import NotWritable
from harness.store.journal import Journal, Note, Plan, Reader, Session

PLAN = Plan("box", 7, "2026-11-21T10:00:00+00:00", trials=3, frames=30, found=1, width=2)
NOTES = [
    Note("begin", worker="box:8", device="cuda:1"),
    Note("launch", "Deer", 71),
    Note("frames", frames=71),
    Note("end", "Deer", 71, 2, "it 'broke', \"really\""),
]


@pytest.fixture
def session(tmp_path):
    return Session.open(tmp_path, PLAN)


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


def test_a_disk_that_takes_no_notes_stops_nothing(tmp_path):
    journal = Journal(tmp_path / "no" / "folder")
    journal.add(NOTES[0])
    journal.close()


def test_a_session_says_what_it_set_out_to_do_and_goes(tmp_path, session):
    assert [one.plan for one in Session.all(tmp_path)] == [PLAN]
    assert not session.stopping
    session.stop()
    assert session.stopping
    session.close()
    assert Session.all(tmp_path) == []
    assert os.listdir(tmp_path) == []


def test_two_sessions_stand_side_by_side(tmp_path, session):
    other = Session.open(tmp_path, Plan("box", 9, "", 1, 1, 0, "auto"))
    assert len(Session.all(tmp_path)) == 2
    session.close()
    assert [one.plan for one in Session.all(tmp_path)] == [other.plan]


def test_a_folder_that_cannot_be_is_said(tmp_path):
    (tmp_path / ".progress").touch()
    with pytest.raises(NotWritable, match="cannot be written"):
        Session.open(tmp_path, PLAN)
