"""The words in which a protocol asks and a tracker's answer comes back."""

from __future__ import annotations

from collections.abc import Generator
from collections.abc import Sequence as Row
from dataclasses import dataclass
from typing import TypeAlias

from harness.core.regions import Region
from harness.core.tracker import Prediction
from harness.core.trajectory import Trajectory

__all__ = ["Answer", "Ask", "Drive", "Start", "Trial", "Update"]


@dataclass(frozen=True, slots=True)
class Trial:
    """The unit of work: one pass of a protocol over one sequence.

    `name` is its file's name in the store; `order` the frames it expects to ask for, in that order (what
    is decoded ahead); `target` the object followed where a sequence holds several. Seeds are made from
    the run's, the sequence's name and `repetition`, never from the neighbours in flight. `unless_alike` names
    the trials to be made before: when they come out alike, this one is superfluous.
    """

    sequence: str
    name: str
    order: Row[int]
    repetition: int = 0
    target: int | None = None
    unless_alike: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Start:
    """Ask for a new track on `region` in frame `frame`; the one before, if any, is closed."""

    frame: int
    region: Region


@dataclass(frozen=True, slots=True)
class Update:
    """Ask where the target is in frame `frame`."""

    frame: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the prediction (None after a Start) and the seconds the call took.

    `shared` says that others shared the call or the machine, so that the seconds are no latency.
    """

    prediction: Prediction | None
    seconds: float
    shared: bool


Ask: TypeAlias = Start | Update
Drive: TypeAlias = Generator[Ask, Answer, Trajectory]
