"""A whole trial, driven by a tracker whose every answer is written down."""

from collections.abc import Callable

import pytest

from harness import Box, GroundTruth, Prediction, Sequence
from harness.core.regions import Regions
from harness.core.trajectory import Trajectory
from harness.core.trial import Answer, Ask, Start, Trial, Update
from harness.protocols.base import EvaluationProtocol

Answering = Callable[[Ask], Prediction | None]


@pytest.fixture(scope="session")
def play() -> Callable[..., tuple[list[Ask], Trajectory]]:
    """All asks of a trial and its trajectory; `answer` gives the prediction, `seconds` the time of each ask."""

    def play(
        protocol: EvaluationProtocol,
        sequence: Sequence,
        trial: Trial,
        answer: Answering,
        seconds: Callable[[Ask], float] = lambda _: 0.01,
        *,
        shared: bool = False,
    ) -> tuple[list[Ask], Trajectory]:
        drive = protocol.drive(sequence, trial)
        asks, ask = [], next(drive)
        while True:
            asks.append(ask)
            prediction = None if isinstance(ask, Start) else answer(ask)
            try:
                ask = drive.send(Answer(prediction, seconds(ask), shared))
            except StopIteration as end:
                return asks, end.value

    return play


@pytest.fixture(scope="session")
def still() -> Callable[..., Sequence]:
    """A target of 10 x 10 pixels that rests at (20, 20) in images of 60 x 50; None where it is not to be seen."""

    def still(frames: int, unseen: range = range(0), **flags) -> Sequence:
        regions = [None if i in unseen else Box(20, 20, 10, 10) for i in range(frames)]
        truth = GroundTruth.visible(Regions.collect(regions))
        return Sequence("still", GroundTruth(truth.regions, truth.absent, flags), size=(60, 50))

    return still


@pytest.fixture(scope="session")
def losing() -> Callable[..., Answering]:
    """Right in every frame, but for those `lost`."""

    def losing(*lost: int) -> Answering:
        def answer(ask: Update) -> Prediction:
            return Prediction(Box(40 if ask.frame in lost else 20, 20, 10, 10), 0.5)

        return answer

    return losing
