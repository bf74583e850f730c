"""What a plug-in author needs: Tracker, Track, Traits, Prediction, Compute.

A `Tracker` is weights and settings; it remembers nothing of any sequence. A `Track` is its memory of one
target. The harness calls `start` and `update` with many at once, for whichever sequences are in flight.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from collections.abc import Sequence as Row
from dataclasses import dataclass, field
from math import nan
from typing import Any, ClassVar, Generic, Literal, TypeAlias, TypeVar, get_args

import numpy as np
from numpy.typing import NDArray

from harness.core.errors import UsageError
from harness.core.regions import Region, RegionKind
from harness.core.sequence import Frame

__all__ = ["Compute", "NoSettings", "Prediction", "SoftMask", "Track", "Tracker", "Traits"]


Precision: TypeAlias = Literal["float32", "tf32", "bf16", "fp16"]


@dataclass(frozen=True, slots=True)
class Traits:
    """What a tracker can take: the regions it starts from (any: as they are), objects a track, batches, weights.

    One that takes weights is built from its settings (None for the defaults) and a `Compute`.
    """

    accepts: RegionKind | Literal["any"] = "box"
    objects: Literal["one", "many"] = "one"
    batches: bool = False
    weights: bool = False


@dataclass(frozen=True, slots=True)
class Compute:
    """Where a network computes, how precisely, and from which weights.

    `device` is torch's name of one, or ``auto``: the first GPU where there is one. `weights` is their file; without
    one, the tracker's own name in `folder`. `random_weights` is a seed: the network is as it was initialised, which
    tests and benchmarks of speed can do with. Raises UsageError.
    """

    device: str = "auto"
    precision: Precision = "float32"
    weights: str | None = None
    random_weights: int | None = None
    folder: str = "weights"

    def __post_init__(self) -> None:
        if self.precision not in get_args(Precision):
            raise UsageError(f"precision is {', '.join(get_args(Precision))}; found {self.precision!r}")
        if self.weights is not None and self.random_weights is not None:
            raise UsageError(f"weights are read from {self.weights} or random, not both")


@dataclass(frozen=True, slots=True, eq=False)
class SoftMask:
    """Foreground probabilities float32 ``(h, w)`` in a window whose top-left pixel is ``(x, y)``."""

    x: int
    y: int
    values: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Prediction:
    """A tracker's answer for one frame; region None means that it sees no target."""

    region: Region | None
    confidence: float = nan
    soft: SoftMask | None = None
    extras: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NoSettings:
    """The settings of a tracker that has none."""


class Track:
    """A tracker's memory of one target (or of all targets of one sequence); subclass and fill."""


TrackT = TypeVar("TrackT", bound=Track)


class Tracker(ABC, Generic[TrackT]):
    """Weights and settings.

    `Settings` is a frozen dataclass; its fields are what ``--set key=value`` overrides. `start`,
    `update` and `close` may be called from two threads at the same time, on disjoint tracks.
    """

    traits: Traits = Traits()  # of the class; `prepare` may learn more
    Settings: ClassVar[type[Any]] = NoSettings
    device: str = "cpu"  # where it computes, for the record
    precision: Precision = "float32"
    weights: str | None = None  # the sha256 of what it loaded, or "random:SEED"; part of its identity, as is precision
    frame_timeout: float | None = None  # seconds a call may take, a first frame's ten times; set before `prepare`

    def __init__(self, settings: Any = None) -> None:
        self.settings = self.Settings() if settings is None else settings

    def prepare(self, width: int) -> None:
        """Told once, before anything else: no call will hold more than `width` tracks.

        A tracker that computes in batches pads each of them to `width`, so that its arithmetic does not
        depend on who else is in flight.
        """

    @abstractmethod
    def start(self, frames: Row[Frame], targets: Row[Region], seeds: Row[int]) -> list[TrackT]:
        """A new track for each target, seen in its frame; a seed fixes all that is random in its track."""

    @abstractmethod
    def update(self, tracks: Row[TrackT], frames: Row[Frame]) -> list[Prediction]:
        """The answer of each track for its next frame."""

    def close(self, track: TrackT) -> None:
        """Give back what a track holds: memories, processes."""
