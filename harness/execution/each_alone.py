"""Code that follows one target at a time, as a Tracker."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from collections.abc import Sequence as Row
from contextlib import contextmanager
from typing import Any, Protocol

import numpy as np

from harness.core.regions import Region
from harness.core.sequence import Frame
from harness.core.tracker import Prediction, Track, Tracker

__all__ = ["EachAlone", "OneTarget"]


class OneTarget(Protocol):
    """Code that follows one target at a time, with the two verbs of the field."""

    def initialize(self, frame: Frame, target: Region) -> None: ...
    def track(self, frame: Frame) -> Prediction | None: ...


class _Slot(Track):
    """An instance and its own place in the global generators, which one-at-a-time code draws from."""

    def __init__(self, instance: OneTarget, seed: int) -> None:
        self.instance = instance
        self._states = random.Random(seed).getstate(), np.random.RandomState(seed % 2**32).get_state()

    @contextmanager
    def drawing(self) -> Iterator[OneTarget]:
        """The instance, with the generators where this track left them."""
        random.setstate(self._states[0])
        np.random.set_state(self._states[1])
        yield self.instance
        self._states = random.getstate(), np.random.get_state()


class EachAlone(Tracker[_Slot]):
    """One-at-a-time code as a Tracker: a pool of instances, re-initialised for each next track.

    `factory` builds an instance; one is built for each track in flight, and used again when it ends. What
    it draws from `random` and `numpy.random` depends on the track's seed alone.
    """

    def __init__(self, factory: Callable[[], OneTarget], settings: Any = None) -> None:
        super().__init__(settings)
        self._factory = factory
        self._free: list[OneTarget] = []

    def start(self, frames: Row[Frame], targets: Row[Region], seeds: Row[int]) -> list[_Slot]:
        slots = [_Slot(self._free.pop() if self._free else self._factory(), seed) for seed in seeds]
        for slot, frame, target in zip(slots, frames, targets, strict=True):
            with slot.drawing() as instance:
                instance.initialize(frame, target)
        return slots

    def update(self, tracks: Row[_Slot], frames: Row[Frame]) -> list[Prediction]:
        answers = []
        for slot, frame in zip(tracks, frames, strict=True):
            with slot.drawing() as instance:
                answer = instance.track(frame)
            answers.append(Prediction(None) if answer is None else answer)
        return answers

    def close(self, track: _Slot) -> None:
        self._free.append(track.instance)
