"""A worker's share of a job."""

from dataclasses import replace

from harness.core.record import TrialKey
from harness.execution.workers.work import Work, in_flight, make, measure
from harness.store.journal import Journal, Note, Reader
from harness.store.results import ResultStore

LONGEST_FIRST = ["Bird2", "Skiing", "Football1", "Deer"]


def made(work: Work) -> list[str]:
    """Make it; the trials that ended, in their order."""
    ended = []
    make(work, lambda note: ended.append(note.trial) if note.kind == "end" else None)
    return ended


def test_trials_are_committed_one_by_one_and_said(work):
    assert made(work) == LONGEST_FIRST
    kinds = [note.kind for note in Reader(work.session.journal("1")).notes() if note.kind != "frames"]
    assert kinds == ["begin", *["launch", "end"] * 4]
    store = ResultStore(work.results)
    assert all(store.state(TrialKey(work.run, item.trial.name), item.fingerprints) == "done" for item in work.items)


def test_what_was_made_meanwhile_is_found(work):
    make(replace(work, items=work.items[:2]))
    notes = []
    make(replace(work, name="2"), notes.append)
    assert [(note.kind, note.trial) for note in notes if note.kind in ("found", "end")] == [
        ("found", "Bird2"),
        ("found", "Skiing"),
        ("end", "Football1"),
        ("end", "Deer"),
    ]


def test_a_share_that_comes_a_second_time_leaves_out_what_was_in_flight(work):
    journal = Journal(work.session.journal("1"))
    for note in (Note("begin", worker="box:9"), Note("launch", "Skiing", 81), Note("launch", "Deer", 71)):
        journal.add(note)
    journal.add(Note("end", "Deer", 71))
    journal.close()
    assert in_flight(Reader(work.session.journal("1")).notes()) == {"Skiing"}
    assert made(work) == ["Bird2", "Football1", "Deer"]


def test_one_that_is_stopped_finishes_what_it_holds(work):
    def stop(note: Note) -> None:
        if note.kind == "launch" and note.trial == "Skiing":
            work.session.stop()

    make(work, stop)
    store = ResultStore(work.results)
    assert [key.trial for key in store.trials(work.run)] == ["Bird2", "Skiing"]


def test_measuring_makes_nothing(work):
    assert measure(work) in (1, 2, 4)
    assert ResultStore(work.results).trials(work.run) == []
