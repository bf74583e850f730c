"""What every evaluation protocol is: a generator that asks a tracker and is answered."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from collections.abc import Sequence as Row
from dataclasses import dataclass
from math import nan
from typing import ClassVar

import numpy as np

from harness.core.errors import BadAnnotation, UsageError
from harness.core.regions import Region, Regions, Special
from harness.core.sequence import Sequence
from harness.core.tracker import Prediction, Traits
from harness.core.trajectory import Trajectory
from harness.core.trial import Answer, Drive, Start, Trial, Update

__all__ = ["EvaluationProtocol", "Log", "Merge", "Repeated", "follow", "image_size", "predicted", "target_in"]

_ALIKE = 3  # repetitions, after which a tracker counts as deterministic


@dataclass(frozen=True, slots=True)
class Merge:
    """The trial `name`, which no tracker makes: `make` makes it of the trajectories of `parts`, in their order.

    `how` is for its record.
    """

    name: str
    parts: tuple[str, ...]
    how: str
    make: Callable[[Row[Trajectory]], Trajectory]


class EvaluationProtocol(ABC):
    """A way to drive a tracker over a sequence: when to start, reset, skip and stop.

    It knows the sequence and the rules, never the tracker. `version` changes when a trajectory could; `options` are
    keywords it is made with, and their defaults: where others are given, they stand in its `name` too (`options.py`);
    `repetitions` is how often a sequence is run, at most; `timed` says that the tracker's own seconds decide what
    is asked, so that no two trials may share them.
    """

    name: str
    version: ClassVar[int]
    options: ClassVar[Mapping[str, float | str]] = {}
    repetitions: int = 1
    timed: bool = False

    @property
    def identity(self) -> str:
        """What of the protocol a trajectory depends on."""
        return f"{self.name}@{self.version}"

    @abstractmethod
    def trials(self, sequence: Sequence, traits: Traits) -> list[Trial]:
        """All trials of a sequence, those that may turn out superfluous included. Raises BadAnnotation."""

    @abstractmethod
    def drive(self, sequence: Sequence, trial: Trial) -> Drive:
        """One trial: yields Start and Update, is sent Answers, returns the Trajectory."""

    def shown(self, sequence: Sequence) -> Sequence:
        """The sequence with the images that the tracker is to see: its own, unless they are the protocol's matter."""
        return sequence

    def merged(self, sequence: Sequence, traits: Traits) -> Merge | None:
        """What is made of a sequence's trials once all of them are done, if anything."""
        return None


class Repeated(EvaluationProtocol):
    """Repeats whole sequences as VOT does: trials ``<sequence>_001``, ``<sequence>_002`` and so on.

    When the first three come out alike, the others are superfluous. Raises UsageError for a number of
    `repetitions` (None: the protocol's own) that has no such trials.
    """

    def __init__(self, repetitions: int | None = None) -> None:
        if repetitions is not None:
            if not 1 <= repetitions <= 999:
                raise UsageError(f"a sequence is run 1 to 999 times, found {repetitions} repetitions")
            self.repetitions = repetitions

    def trials(self, sequence: Sequence, traits: Traits) -> list[Trial]:
        names = [f"{sequence.name}_{number:03d}" for number in range(1, self.repetitions + 1)]
        first = tuple(names[:_ALIKE])
        return [
            Trial(sequence.name, name, range(len(sequence)), number, unless_alike=first if number >= _ALIKE else ())
            for number, name in enumerate(names)
        ]


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
        prediction = predicted(answer)
        self._add(prediction.region, prediction.confidence, answer)

    def failed(self, answer: Answer) -> None:
        """The frame of an update whose answer is a failure."""
        self._add(Special.FAILED, predicted(answer).confidence, answer)

    def skipped(self) -> None:
        """A frame for which nothing was asked."""
        self._add(Special.SKIPPED, nan, Answer(None, nan, shared=False))

    def trajectory(self) -> Trajectory:
        return Trajectory(
            Regions.collect(self._regions), np.array(self._confidences), np.array(self._seconds), self._shared
        )

    def _add(self, region: Region | Special | None, confidence: float, answer: Answer) -> None:
        self._regions.append(region)
        self._confidences.append(confidence)
        self._seconds.append(answer.seconds)
        self._shared |= answer.shared


def follow(sequence: Sequence, trial: Trial, first: Special | None = None, started_on: Region | None = None) -> Drive:
    """Start on the truth of the trial's first frame (or `started_on`), and ask for all others without help.

    What stands in the first frame is `first`, or what it started on. Raises BadAnnotation where there is none.
    """
    start, *others = trial.order
    target = target_in(sequence, start) if started_on is None else started_on
    log = Log()
    log.started(target if first is None else first, (yield Start(start, target)))
    for frame in others:
        log.answered((yield Update(frame)))
    return log.trajectory()


def target_in(sequence: Sequence, frame: int) -> Region:
    """The truth to start from. Raises BadAnnotation where there is none."""
    region = sequence.truth.regions[frame]
    if region is None or isinstance(region, Special):
        where = f"frame {frame}" if frame else "the first frame"
        raise BadAnnotation(f"{sequence.name}: no truth in {where} to start from")
    return region


def image_size(sequence: Sequence) -> tuple[int, int]:
    """Width and height; where the benchmark does not say, the first image's. Raises BadImage."""
    if sequence.size is not None:
        return sequence.size
    assert sequence.frames is not None  # or it could not be run
    height, width = sequence.frames[0].pixels.shape[:2]
    return width, height


def predicted(answer: Answer) -> Prediction:
    """What an update was answered with. Raises ValueError for the answer to a start."""
    if answer.prediction is None:
        raise ValueError("an update is answered with a prediction")
    return answer.prediction
