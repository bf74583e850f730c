"""A job's work, as its workers are sent it."""

from collections.abc import Iterator

import pytest

from harness.execution.choice import TrackerChoice
from harness.execution.plan import plan
from harness.execution.request import RunRequest
from harness.execution.workers.work import Work
from harness.store.journal import Plan as Planned
from harness.store.journal import Session
from harness.store.results import ResultStore


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
