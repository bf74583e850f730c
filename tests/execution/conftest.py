"""Sequences and trackers whose every answer is known beforehand."""

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import numpy as np
import pytest

from harness import Box, Frames, GroundTruth, Prediction, Sequence, Track, Tracker, Traits
from harness.cli.progress import listener
from harness.core.regions import Regions
from harness.execution.choice import TrackerChoice
from harness.execution.listener import JobSummary
from harness.execution.loop.batching import Assignment, DriveLoop, Outcome
from harness.execution.provenance import trial_seed
from harness.execution.request import RunRequest, Workforce
from harness.execution.run import run
from harness.protocols.one_pass import OnePass
from harness.store.formats import encode_numbers, encode_regions
from harness.store.results import ResultStore


@pytest.fixture
def make_sequence() -> Callable[..., Sequence]:
    """A bright textured square that moves two pixels a frame over noise."""

    def make(name: str = "one", length: int = 8, seed: int = 0) -> Sequence:
        rng = np.random.default_rng(seed)
        background = rng.integers(0, 90, (60, 90, 3), np.uint8)
        patch = rng.integers(120, 255, (16, 16, 3), np.uint8)

        def decode(number: int) -> np.ndarray:
            image = background.copy()
            image[20:36, 10 + 2 * number : 26 + 2 * number] = patch
            return image

        boxes = [[10 + 2 * number, 20, 16, 16] for number in range(length)]
        return Sequence(name, GroundTruth.visible(Regions(boxes)), Frames(range(length), decode), (90, 60))

    return make


class State(Track):
    def __init__(self, seed: int, vector: np.ndarray) -> None:
        self.seed, self.vector, self.open = seed, vector, True


class Batched(Tracker[State]):
    """Answers from one array padded to the width, as a network would.

    Its arithmetic depends on the batch's shape, as kernels do that are chosen by it: an answer made in a
    batch that was not padded would show.
    """

    traits = Traits(batches=True)

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[tuple[str, int]] = []
        self.width = 0
        self.tracks: list[State] = []

    def prepare(self, width: int) -> None:
        self.width = width

    def start(self, frames, targets, seeds):
        self.calls.append(("start", len(frames)))
        made = [State(seed, self._features(frame)) for frame, seed in zip(frames, seeds, strict=True)]
        self.tracks += made
        return made

    def update(self, tracks, frames):
        self.calls.append(("update", len(tracks)))
        batch = np.zeros((self.width, 300))
        for row, track, frame in zip(batch, tracks, frames, strict=False):
            row[:] = track.vector + self._features(frame)
        batch *= 1 + 0.01 * len(batch)
        for track, row in zip(tracks, batch, strict=False):
            track.vector = row / row.max()
        return [Prediction(Box(*track.vector[:4].tolist()), track.vector[4]) for track in tracks]

    def close(self, track):
        assert track.open, "closed twice"
        track.open = False

    @staticmethod
    def _features(frame) -> np.ndarray:
        return frame.pixels[20:30, 20:30].reshape(-1) / 255


@pytest.fixture
def batched() -> Batched:
    return Batched()


@pytest.fixture
def written() -> Callable[..., dict[str, str]]:
    """What would be stored of outcomes, by sequence name: equal texts are equal to the byte."""

    def text(outcomes: Iterable[Outcome]) -> dict[str, str]:
        trajectories = {outcome.assignment.sequence.name: outcome.trajectory for outcome in outcomes}
        return {
            name: encode_regions(one.regions) + encode_numbers(one.confidences) for name, one in trajectories.items()
        }

    return text


@pytest.fixture
def drive() -> Callable[..., dict[str, Outcome]]:
    """Run the drive loop over sequences; outcomes by sequence name."""

    def run(tracker: Tracker, sequences: list[Sequence], width: int = 1, seed: int = 0, **how) -> dict[str, Outcome]:
        protocol = OnePass()
        assignments = [
            Assignment(protocol, sequence, trial, trial_seed(seed, sequence.name, trial.repetition))
            for sequence in sequences
            for trial in protocol.trials(sequence, tracker.traits)
        ]
        return {o.assignment.sequence.name: o for o in DriveLoop(tracker, width=width, **how).run(assignments)}

    return run


@pytest.fixture
def go(tmp_path, otb_copy, monkeypatch) -> Callable[..., JobSummary]:
    """Run the tracker of faulty.py on four sequences into `results`, with faults of some of them."""

    def go(results: str = "results", faults: Mapping[str, tuple[str, int]] | None = None, **asked) -> JobSummary:
        seeds = {trial_seed(0, name, 0): fault for name, fault in (faults or {}).items()}
        monkeypatch.setenv("FAULTS", json.dumps(seeds))
        request = RunRequest(
            trackers=(TrackerChoice(f"{Path(__file__).parent / 'workers' / 'faulty.py'}:Faulty"),),
            datasets=("otb100",),
            root=otb_copy,
            allow_partial=True,
            width=asked.pop("width", 1),
            workforce=Workforce(**asked),
        )
        with listener(quiet=True, verbose=False) as told:
            (summary,) = run(request, ResultStore(tmp_path / results), told)
        return summary

    return go
