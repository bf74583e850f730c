"""Code that follows one target at a time, as a Tracker."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from collections.abc import Sequence as Row
from typing import Any, ClassVar, Protocol

import numpy as np

from harness.core.regions import Region
from harness.core.sequence import Frame
from harness.core.tracker import Prediction, Track, Tracker

__all__ = ["EachAlone", "OneTarget"]


class OneTarget(Protocol):
    """Code that follows one target at a time, in the harness's own nouns."""

    def initialize(self, frame: Frame, target: Region) -> None: ...
    def track(self, frame: Frame) -> Prediction | None: ...


class _Slot(Track):
    """An instance and its own place in the global generators, which one-at-a-time code draws from."""

    def __init__(self, instance: OneTarget) -> None:
        self.instance = instance

    def keep(self) -> None:
        """Remember where the generators are now."""
        self._states = random.getstate(), np.random.get_state()

    def restore(self) -> None:
        """Put the generators back to where this track left them."""
        random.setstate(self._states[0])
        np.random.set_state(self._states[1])


class EachAlone(Tracker[_Slot]):
    """One-at-a-time code as a Tracker: a pool of instances, re-initialised for each next track.

    `factory` builds an instance; one is built for each track in flight, and used again when it ends. Instances
    are built alike, whatever they draw at random then. What they draw later from `random` and `numpy.random`
    depends on the track's seed alone; from torch's generators, where the tracker has imported it, at width 1.
    """

    _drawing: ClassVar[_Slot | None] = None  # whose the generators are: moving them costs 0.3 ms, staying nothing

    def __init__(self, factory: Callable[[], OneTarget], settings: Any = None) -> None:
        super().__init__(settings)
        self._factory = factory
        self._free: list[OneTarget] = []

    def prepare(self, width: int) -> None:
        del self._free[width:]

    def start(self, frames: Row[Frame], targets: Row[Region], seeds: Row[int]) -> list[_Slot]:
        slots = []
        for frame, target, seed in zip(frames, targets, seeds, strict=True):
            self._turn(None)
            instance = self._free.pop() if self._free else self._built()
            _sow(seed)
            instance.initialize(frame, target)
            EachAlone._drawing = slot = _Slot(instance)
            slots.append(slot)
        return slots

    def update(self, tracks: Row[_Slot], frames: Row[Frame]) -> list[Prediction]:
        answers = []
        for slot, frame in zip(tracks, frames, strict=True):
            self._turn(slot)
            answer = slot.instance.track(frame)
            answers.append(Prediction(None) if answer is None else answer)
        return answers

    def close(self, track: _Slot) -> None:
        if EachAlone._drawing is track:
            EachAlone._drawing = None
        self._free.append(track.instance)

    @staticmethod
    def _turn(slot: _Slot | None) -> None:
        """From now on it is `slot` that draws, or a new one."""
        if EachAlone._drawing is slot:
            return
        if EachAlone._drawing is not None:
            EachAlone._drawing.keep()
        if slot is not None:
            slot.restore()
        EachAlone._drawing = slot

    def _built(self) -> OneTarget:
        _sow(0)
        return self._factory()


def _sow(seed: int) -> None:
    """Seed the global generators; torch's too, which the harness itself never imports."""
    random.seed(seed)
    np.random.seed(seed % 2**32)
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.manual_seed(seed)
