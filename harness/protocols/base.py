"""What every evaluation protocol is: a generator that asks a tracker and is answered."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence as Row
from math import nan
from typing import ClassVar

import numpy as np

from harness.core.regions import Region, Regions, Special
from harness.core.sequence import Sequence
from harness.core.tracker import Traits
from harness.core.trajectory import Trajectory
from harness.core.trial import Answer, Drive, Trial

__all__ = ["EvaluationProtocol", "Log"]


class EvaluationProtocol(ABC):
    """A way to drive a tracker over a sequence: when to start, reset, skip and stop.

    It knows the sequence and the rules, never the tracker. `version` changes when a trajectory could.
    """

    name: ClassVar[str]
    version: ClassVar[int]

    @abstractmethod
    def trials(self, sequence: Sequence, traits: Traits, done: Row[Trajectory] = ()) -> list[Trial]:
        """The trials of a sequence still to be made, given the trajectories there are."""

    @abstractmethod
    def drive(self, sequence: Sequence, trial: Trial) -> Drive:
        """One trial: yields Start and Update, is sent Answers, returns the Trajectory."""


class Log:
    """A trajectory in the making."""

    def __init__(self) -> None:
        self._regions: list[Region | Special | None] = []
        self._confidences: list[float] = []
        self._seconds: list[float] = []
        self._shared = False

    def started(self, region: Region | Special, answer: Answer) -> None:
        """The frame of a start: what stands there is the protocol's, the seconds are the tracker's."""
        self._add(region, nan, answer)

    def answered(self, answer: Answer) -> None:
        """The frame of an update."""
        prediction = answer.prediction
        if prediction is None:
            raise ValueError("an update is answered with a prediction")
        self._add(prediction.region, prediction.confidence, answer)

    def trajectory(self) -> Trajectory:
        return Trajectory(
            Regions.collect(self._regions), np.array(self._confidences), np.array(self._seconds), self._shared
        )

    def _add(self, region: Region | Special | None, confidence: float, answer: Answer) -> None:
        self._regions.append(region)
        self._confidences.append(confidence)
        self._seconds.append(answer.seconds)
        self._shared |= answer.shared
