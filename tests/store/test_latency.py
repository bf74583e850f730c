"""A latency on disk: as it was, or damaged and said so; beside the trials, and no trial itself."""

import numpy as np
import pytest

from harness.core.errors import DamagedResult, NotWritable
from harness.core.latency import Conditions, Latency
from harness.core.record import RunKey
from harness.store.latency import latency_path, load_latency, save_latency

RUN = RunKey("got10k-val", "one_pass", "kcf@1")
CONDITIONS = Conditions(
    tracker="0123",
    identity={"tracker": "kcf", "settings": {"scales": 1}},
    device="cuda:0",
    hardware="a GPU",
    precision="bf16",
    warm_up=20,
    disturbed=("the load was 3.0",),
    invocation={"command": ["harness", "speed"], "environment": {"cpus": 2}},
)
SECONDS = {"file": [0.1, 1 / 3], "latency": [2e-9], "Jogging.1": [0.0, 1e3, 0.5]}  # names that a format might trip over


def latency(**seconds):
    return Latency(CONDITIONS, {name: np.array(row) for name, row in (seconds or SECONDS).items()})


def test_what_is_kept_comes_back(store):
    save_latency(store, RUN, latency())
    back = load_latency(store, RUN)
    assert back.conditions == CONDITIONS
    assert {name: row.tolist() for name, row in back.seconds.items()} == SECONDS
    assert list(back.seconds) == list(SECONDS)


def test_the_latest_counts(store):
    save_latency(store, RUN, latency())
    save_latency(store, RUN, latency(a=[1.0, 2.0]))
    assert list(load_latency(store, RUN).seconds) == ["a"]


def test_nothing_is_there(store):
    assert load_latency(store, RUN) is None


def test_it_is_no_run_and_no_trial(store):
    save_latency(store, RUN, latency())
    assert (store.runs(), store.trials(RUN)) == ([], [])
    assert [path.name for path in store.folder(RUN).iterdir()] == ["latency.npz"]


@pytest.mark.parametrize("kept", [0, 10, 400, -1])
def test_a_file_cut_short_is_damaged(store, kept):
    save_latency(store, RUN, latency())
    path = latency_path(store, RUN)
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(DamagedResult, match=r"latency\.npz: no latency can be read from it .*; measure it again"):
        load_latency(store, RUN)


def test_a_changed_bit_is_damage(store):
    save_latency(store, RUN, latency())
    path = latency_path(store, RUN)
    content = bytearray(path.read_bytes())
    content[content.index(np.float64(1e3).tobytes())] ^= 1
    path.write_bytes(content)
    with pytest.raises(DamagedResult, match="CRC"):
        load_latency(store, RUN)


@pytest.mark.parametrize(
    "change",
    [
        {"lengths": np.array([2, 1, 2])},
        {"lengths": np.array([2, 1, 4])},
        {"sequences": np.array(["a", "b"])},
        {"seconds": np.full(6, np.nan)},
        {"conditions": np.frombuffer(b'{"tracker": 1}', np.uint8)},
        {"conditions": None},
    ],
)
def test_parts_that_do_not_fit_are_damage(store, change):
    save_latency(store, RUN, latency())
    path = latency_path(store, RUN)
    with np.load(path) as file:
        parts = {name: part for name, part in {**file, **change}.items() if part is not None}
    np.savez(path, **parts)
    with pytest.raises(DamagedResult):
        load_latency(store, RUN)


def test_a_file_where_a_folder_should_be(store):
    store.root.write_text("in the way")
    with pytest.raises(NotWritable, match="cannot be written"):
        save_latency(store, RUN, latency())
    assert load_latency(store, RUN) is None
