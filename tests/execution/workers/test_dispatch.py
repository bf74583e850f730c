"""What the head makes of its workers' deaths; more of them in test_faults.py."""

from concurrent.futures import BrokenExecutor, Future
from contextlib import closing

import pytest

from harness.core.errors import TrackerError
from harness.execution.workers.crew import Crew, Seat
from harness.execution.workers.dispatch import Dispatch
from harness.execution.workers.work import make
from harness.store.journal import Journal, Note


def test_workers_that_cannot_begin_any_more_end_the_run(go, tmp_path, monkeypatch):
    monkeypatch.setenv("DOOM", str(tmp_path / "doom"))
    message = r"3 workers died before they had built tracker '.*Faulty' \(exit code 7\): see what it does with --worke"
    with pytest.raises(TrackerError, match=message):
        go(faults={"Deer": ("dooms", 5)}, workers=1)
    assert not list(tmp_path.rglob(".progress"))
    (tmp_path / "doom").unlink()
    summary = go()
    assert (summary.failed, summary.made + summary.found) == ((), 4)
    assert summary.found > 0  # what was made before Deer, the shortest


class OneSeat(Crew, Seat):
    """Its workers do what is planned for them, and after that their work."""

    def __init__(self, *planned):
        self.planned, self.sent = list(planned), []

    def send(self, function, work):
        self.sent.append((work.alone, [item.trial.name for item in work.items]))
        sent, what = Future(), self.planned.pop(0) if self.planned else "makes"
        if what == "makes":
            sent.set_result(make(work))
        elif what == "finds it held":
            with closing(Journal(work.session.journal(work.name))) as journal:
                journal.add(Note("begin", worker="box:9"))
            sent.set_result(None)
        else:
            if what == "dies in the middle":
                with closing(Journal(work.session.journal(work.name))) as journal:
                    journal.add(Note("begin", worker="box:9"))
                    journal.add(Note("launch", work.items[0].trial.name))
            sent.set_exception(BrokenExecutor("as planned"))
        return sent

    def seats(self):
        return [self]

    def renew(self):
        """There is always another."""

    def close(self, kill=False):
        """Nobody is there."""


ALL = ["Bird2", "Skiing", "Football1", "Deer"]


@pytest.mark.parametrize(
    ("then", "next_"),
    [("dies before it begins", (True, ["Bird2"])), ("finds it held", (False, ALL))],  # the others do not wait for it
)
def test_a_second_chance_that_was_not_taken_comes_again(work, then, next_):
    crew, ended = OneSeat("dies in the middle", then), []
    Dispatch(work, crew, None, lambda note: ended.append(note.trial) if note.kind == "end" else None).run()
    assert crew.sent[:3] == [(False, ALL), (True, ["Bird2"]), next_]
    assert crew.sent.count((True, ["Bird2"])) == 2
    assert sorted(ended) == sorted(ALL)
