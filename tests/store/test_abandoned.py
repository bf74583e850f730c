"""What a process leaves that is killed while it writes."""

import os

from harness.core.record import RunKey
from harness.store.results import ResultStore

RUN = RunKey("otb100", "one_pass", "static")


def test_old_parts_go_when_the_run_is_opened_again_and_young_ones_stay(tmp_path):
    store = ResultStore(tmp_path)
    store.open_run(RUN, {"tracker": "static"}, {})
    old, young = (store.folder(RUN) / f".{name}.part" for name in ("old", "young"))
    for part in (old, young):
        part.write_text("half of")
    os.utime(old, (0, 0))
    store.open_run(RUN, {"tracker": "static"}, {})
    assert sorted(path.name for path in store.folder(RUN).iterdir()) == [young.name, "run.json"]
