"""A worker's share of a job."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from harness.core.record import TrialKey
from harness.execution.choice import TrackerChoice
from harness.execution.plan import plan
from harness.execution.request import RunRequest
from harness.execution.workers.work import Work, in_flight, make, measure
from harness.store.journal import Journal, Note, Reader, Session
from harness.store.journal import Plan as Planned
from harness.store.results import ResultStore

LONGEST_FIRST = ["Bird2", "Skiing", "Football1", "Deer"]


@pytest.fixture
def work(tmp_path, otb_copy) -> Iterator[Work]:
    """All four trials of `static`, as a worker is sent them."""
    store = ResultStore(tmp_path / "results")
    request = RunRequest((TrackerChoice("static"),), ("otb100",), otb_copy, allow_partial=True)
    (job,) = plan(request, store)
    store.open_run(job.run, job.described.identity, {})
    with Session.open(store.folder(job.run), Planned("box", 1, "", 4, 325, 0, 1)) as session:
        yield Work(
            name="1",
            run=job.run,
            choice=job.choice,
            fingerprint=job.described.fingerprint,
            dataset=job.dataset.name,
            root=str(otb_copy),
            protocol=job.protocol,
            items=job.items,
            results=store.root,
            session=session,
            width=1,
            init_box="minmax",
            isolated=False,
        )


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
