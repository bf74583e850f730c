"""Which trials are asked for: repetitions until it is clear that they are alike, and how protocols are chosen."""

from collections.abc import Callable
from pathlib import Path

import pytest

from harness.cli.progress import listener
from harness.core.errors import UsageError
from harness.core.record import RunKey
from harness.execution.choice import TrackerChoice
from harness.execution.listener import JobSummary
from harness.execution.plan import plan
from harness.execution.provenance import trial_seed
from harness.execution.request import RunRequest
from harness.execution.run import run
from harness.store.results import ResultStore

SEQUENCE = "iv-3"
SOURCE = """
from dataclasses import dataclass
import harness

@dataclass
class State(harness.Track):
    box: harness.Box
    seed: int

class Mine(harness.Tracker):
    def start(self, frames, targets, seeds):
        return [State(target, seed) for target, seed in zip(targets, seeds)]

    def update(self, tracks, frames):
        if tracks[0].seed == {failing}:
            raise RuntimeError("out of luck")
        return [harness.Prediction(harness.Box(t.box.x, t.box.y, t.box.w, t.box.h + {noise} * t.seed)) for t in tracks]
"""


@pytest.fixture(scope="module")
def root(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("synthetic")


@pytest.fixture
def go(tmp_path, root) -> Callable[..., list[JobSummary]]:
    """Run a tracker, whose answers differ with its seed where there is `noise`, through supervised."""

    def go(noise: float = 0, failing: int = -1, **asked) -> list[JobSummary]:
        (tmp_path / "mine.py").write_text(SOURCE.format(noise=noise, failing=failing))
        request = RunRequest(
            trackers=(TrackerChoice(f"{tmp_path}/mine.py:Mine"),),
            datasets=("synthetic:challenges",),
            root=root,
            **{"protocol": "supervised", "sequences": (SEQUENCE,), "repetitions": 5, **asked},
        )
        with listener(quiet=True, verbose=False) as told:
            return run(request, ResultStore(tmp_path / "results"), told)

    return go


def made(summaries: list[JobSummary]) -> list[tuple[int, int]]:
    return [(summary.made, summary.found) for summary in summaries]


def stored(tmp_path: Path) -> list[str]:
    keys = ResultStore(tmp_path / "results").trials(RunKey("synthetic-challenges", "supervised", "Mine"))
    return [key.trial.removeprefix(f"{SEQUENCE}_") for key in keys]


def test_of_a_tracker_that_answers_alike_there_are_three(go, tmp_path):
    assert made(go()) == [(3, 0)]
    assert stored(tmp_path) == ["001", "002", "003"]
    assert made(go()) == [(0, 3)]
    assert made(go(repetitions=2, fresh=True)) == [(2, 0)]


def test_of_one_that_does_not_there_are_all(go, tmp_path):
    assert made(go(1e-18)) == [(3, 0), (2, 0)]
    assert stored(tmp_path) == ["001", "002", "003", "004", "005"]
    assert made(go(1e-18)) == [(0, 5)]
    (tmp_path / f"results/synthetic-challenges/supervised/Mine/{SEQUENCE}_004.json").unlink()
    assert made(go(1e-18)) == [(1, 4)]
    assert made(go(1e-18, repetitions=7)) == [(2, 5)]


def test_results_of_another_source_are_made_anew_as_far_as_they_are_needed(go):
    go(1e-18)
    assert made(go()) == [(3, 0)]
    assert made(go(1e-18)) == [(3, 2)]  # the fourth and fifth were this source's
    assert made(go(1e-18, fresh=True)) == [(3, 0), (2, 0)]


def test_while_one_has_failed_nothing_is_known_of_the_others(go, tmp_path):
    (summary,) = go(1e-18, failing=trial_seed(0, SEQUENCE, 1))
    assert (summary.made, [failure.trial for failure in summary.failed]) == (2, [f"{SEQUENCE}_002"])
    assert stored(tmp_path) == ["001", "002", "003"]
    assert made(go(1e-18)) == [(3, 0), (2, 0)]


def test_seconds_are_of_updates_alone(go, tmp_path):
    """`static` boxes fail now and then: neither the start that follows nor the frames in between are updates."""
    go()
    store = ResultStore(tmp_path / "results")
    key = store.trials(RunKey("synthetic-challenges", "supervised", "Mine"))[0]
    record = store.record(key)
    codes = (store.folder(key.run) / f"{key.trial}.txt").read_text().split()
    assert codes.count("1") > 1
    assert record.seconds.updates == len(codes) - codes.count("0") - codes.count("1")
    assert 0 < record.seconds.update < 60


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"protocol": None}, "--repetitions 5: one_pass repeats nothing"),
        ({"protocol": "multi_start"}, "--repetitions 5: multi_start repeats nothing"),
        ({"repetitions": 0}, "1 to 999 times, found 0 repetitions"),
        ({"protocol": "realtime", "width": 2}, "realtime goes by a tracker's own seconds, which needs --width 1"),
        ({"protocol": "reset"}, "unknown protocol 'reset'"),
    ],
)
def test_what_a_protocol_cannot_do_is_said_before_anything_runs(go, tmp_path, asked, message):
    with pytest.raises(UsageError, match=message):
        go(**asked)
    assert not (tmp_path / "results").exists()


def test_without_a_protocol_each_dataset_has_its_own(tmp_path, root):
    request = RunRequest((TrackerChoice("static"),), ("synthetic:challenges",), root, sequences=(SEQUENCE,))
    (job,) = plan(request, ResultStore(tmp_path / "results"))
    assert (job.run.protocol, job.protocol.repetitions) == ("one_pass", 1)
