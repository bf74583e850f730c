"""``trax:COMMAND``: any program that speaks TraX, as a Tracker."""

from __future__ import annotations

import time
from collections.abc import Sequence as Row
from contextlib import suppress
from dataclasses import astuple, make_dataclass, replace
from math import nan
from typing import get_type_hints

from harness.core.errors import BadAnswer, TrackerError
from harness.core.regions import Region
from harness.core.sequence import Frame
from harness.core.tracker import Prediction, Track, Tracker, Traits
from harness.interop.trax.images import encode_frame
from harness.interop.trax.launch import Launch, read_launch
from harness.interop.trax.messages import Message
from harness.interop.trax.process import ExternalProcess
from harness.interop.trax.regions import decode_region, encode_region

__all__ = ["external_tracker"]

_FIRST = 10  # a first frame may take so many times as long as another


def external_tracker(text: str) -> type[_External]:
    """The class of tracker for what stands behind ``trax:``, a command line or ``path/trackers.ini#NAME``.

    Its settings are a `Launch`, its name the label of its results. Raises UsageError.
    """
    label, launch = read_launch(text)
    kinds = get_type_hints(Launch)
    fields = [(name, kinds[name], value) for name, value in zip(kinds, astuple(launch), strict=True)]
    settings = make_dataclass("Settings", fields, bases=(Launch,), frozen=True, slots=True)
    return type(label, (_External,), {"Settings": settings, "__module__": __name__, "__doc__": f"trax:{text}"})


class _Session(Track):
    """A target that a process follows."""

    def __init__(self, process: ExternalProcess) -> None:
        self.process = process


class _External(Tracker[_Session]):
    """Programs in processes of their own, one for each track in flight; they compute at the same time.

    A process is used again for a later track, unless it cannot be. What it does wrong fails the trial.
    """

    traits = Traits(batches=True)
    device = "external"
    settings: Launch

    def __init__(self, settings: Launch | None = None) -> None:
        super().__init__(settings)
        self._free: list[ExternalProcess] = []

    def prepare(self, width: int) -> None:
        """Learns from a first process what targets it can be told; where that fails, each trial's start says why."""
        if not self._free:
            with suppress(TrackerError):
                process = self._process()
                greeting = process.greet(self._deadline(_FIRST))
                self.traits = replace(self.traits, accepts="any" if len(greeting.regions) > 1 else greeting.kind)
                self._free.append(process)

    def start(self, frames: Row[Frame], targets: Row[Region], seeds: Row[int]) -> list[_Session]:
        deadline = self._deadline(_FIRST)
        sessions: list[_Session] = []
        try:
            sessions.extend(_Session(self._process()) for _ in frames)  # all, before the first is waited for
            for session, frame, target, seed in zip(sessions, frames, targets, seeds, strict=True):
                session.process.ask(self._first(session.process, frame, target, seed, deadline), deadline)
            for session in sessions:
                session.process.hear("state", deadline)
        except BaseException:
            for session in sessions:
                session.process.end()
            raise
        return sessions

    def update(self, tracks: Row[_Session], frames: Row[Frame]) -> list[Prediction]:
        deadline = self._deadline(1)
        for session, frame in zip(tracks, frames, strict=True):
            process = session.process
            image = encode_frame(frame, process.greet(deadline).images, process.folder)
            process.ask([Message("frame", (image,))], deadline)
        return [_prediction(session.process, deadline) for session in tracks]

    def close(self, track: _Session) -> None:
        process = track.process
        if process.ready and not process.greet(None).once and not self.settings.restart:
            self._free.append(process)
        else:
            process.end()

    def _process(self) -> ExternalProcess:
        while self._free:
            if (process := self._free.pop()).ready:
                return process
            process.end()
        return ExternalProcess(self.settings, type(self).__name__)

    def _first(
        self, process: ExternalProcess, frame: Frame, target: Region, seed: int, deadline: float | None
    ) -> list[Message]:
        """What starts a track, as the tracker's version of the protocol has it."""
        greeting = process.greet(deadline)
        height, width = frame.pixels.shape[:2]
        region = encode_region(greeting.fitted(target, (width, height)))
        image = encode_frame(frame, greeting.images, process.folder)
        told = {**dict(self.settings.arguments), "harness.seed": str(seed)}
        if greeting.version < 4:
            return [Message("initialize", (image, region), told)]
        forget = Message("initialize")  # the target before, if any
        return [forget, Message("initialize", (region,), told), Message("frame", (image,), told)]

    def _deadline(self, times: float) -> float | None:
        """When an answer is too late that may take so many times a frame's limit; None: never."""
        limits = [limit for limit in (self.settings.timeout, self.frame_timeout) if limit is not None]
        return time.monotonic() + times * min(limits) if limits else None


def _prediction(process: ExternalProcess, deadline: float | None) -> Prediction:
    state = process.hear("state", deadline)
    try:
        (text,) = state.arguments
        region = decode_region(text)
        confidence = float(state.properties.get("confidence", state.properties.get("score", nan)))
    except ValueError as error:
        raise process.failed(f"gave no region and confidence: {error}", BadAnswer) from None
    return Prediction(None if "absent" in state.properties else region, confidence)
