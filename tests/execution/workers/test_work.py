"""A worker's share of a job."""

from contextlib import closing
from dataclasses import replace

from harness.core.record import TrialKey
from harness.execution.workers.work import Work, make, measure
from harness.store.journal import Journal, Note, Reader
from harness.store.results import ResultStore

LONGEST_FIRST = ["Bird2", "Skiing", "Football1", "Deer"]


def made(work: Work) -> list[str]:
    """Make it; the trials that ended, in their order."""
    ended = []
    make(work, lambda note: ended.append(note.trial) if note.kind == "end" else None)
    return ended


def test_trials_are_said_to_end_when_they_are_on_the_disk(work):
    store, fingerprints = ResultStore(work.results), {item.trial.name: item.fingerprints for item in work.items}
    ended = []

    def hear(note: Note) -> None:
        if note.kind == "end":
            ended.append((note.trial, store.state(TrialKey(work.run, note.trial), fingerprints[note.trial])))

    make(work, hear)
    assert ended == [(name, "done") for name in LONGEST_FIRST]
    notes = [note for note in Reader(work.session.journal("1")).notes() if note.kind != "frames"]
    assert notes[0].kind == "begin"
    for name in LONGEST_FIRST:
        assert [note.kind for note in notes if note.trial == name] == ["launch", "end"]


def test_what_was_made_meanwhile_is_found(work):
    make(replace(work, items=work.items[:2]))
    notes = []
    make(replace(work, name="2"), notes.append)
    assert [(note.kind, note.trial, note.frames) for note in notes if note.kind in ("found", "end")] == [
        ("found", "Bird2", 99),
        ("found", "Skiing", 81),
        ("end", "Football1", 74),
        ("end", "Deer", 71),
    ]


def test_a_share_that_comes_a_second_time_leaves_out_what_was_in_flight(work):
    journal = Journal(work.session.journal("1"))
    for note in (Note("begin", worker="box:9"), Note("launch", "Skiing", 81), Note("launch", "Deer", 71)):
        journal.add(note)
    journal.add(Note("end", "Deer", 71))
    journal.close()
    assert made(work) == ["Bird2", "Football1"]  # nor what it had made, should that be gone


def test_what_another_worker_has_begun_is_left_out_whatever_became_of_it(work):
    with closing(Journal(work.session.journal("2"))) as journal:
        journal.add(Note("launch", "Skiing", 81))
    assert made(work) == ["Bird2", "Football1", "Deer"]
    assert made(replace(work, name="3", items=work.items[1:2], alone=True)) == ["Skiing"]  # its second chance


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
