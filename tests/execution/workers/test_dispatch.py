"""What the head makes of its workers' deaths; more of them in test_faults.py."""

import pytest

from harness.core.errors import TrackerError


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
