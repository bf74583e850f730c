"""A tracker of ours as a TraX server: what the VOT toolkit, or the harness itself, drives from another process."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, BinaryIO

from harness.core.errors import BadAnswer, HarnessError, TrackerRaised, UsageError
from harness.core.regions import Box, Labels, Region, RegionKind, as_region, convert
from harness.core.sequence import Frame
from harness.core.tracker import Prediction, Track, Tracker
from harness.interop.trax.greeting import Greeting
from harness.interop.trax.images import decode_frame
from harness.interop.trax.messages import Message
from harness.interop.trax.regions import decode_region, encode_region

__all__ = ["serve"]

_NOWHERE = Box(0.0, 0.0, 0.0, 0.0)  # a miss: the toolkit knows no other way to say it that it would bear

_REGIONS: Mapping[str, frozenset[RegionKind]] = {
    "any": frozenset({"box", "polygon", "mask"}),
    "box": frozenset({"box"}),
    "labels": frozenset({"mask"}),
    "mask": frozenset({"mask"}),
    "polygon": frozenset({"polygon"}),
}


def serve(tracker: Tracker[Any], name: str, requests: Iterable[bytes], answers: BinaryIO) -> None:
    """Answer a client until it says ``quit`` or ends its lines.

    One target at a time; a new one takes the place of the one before. An error ends the session: the client is told
    why. Raises UsageError for what a client may not ask, TrackerRaised for what the tracker raises.
    """
    greeting = Greeting(_REGIONS[tracker.traits.accepts])
    session = _Session(tracker, greeting)

    def say(message: Message) -> None:
        answers.write(b"\n" + message.encode())  # whatever was printed before, it begins a line
        answers.flush()

    tracker.prepare(1)
    say(greeting.written(name))
    try:
        for line in requests:
            with _blaming_client():
                message = Message.decode(line)
            if message is not None and message.name == "quit":
                break
            if message is not None and (state := session.answered(message)) is not None:
                say(state)
    except Exception as error:
        told = error if isinstance(error, HarnessError) else TrackerRaised(f"{type(error).__name__}: {error}")
        say(Message("quit", (), {"trax.reason": str(told)}))
        raise told from (None if told is error else error)
    finally:
        session.close()


@contextmanager
def _blaming_client() -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        raise UsageError(f"the client broke the protocol: {error}") from None


class _Session:
    """The target that is followed, and the one that the next frame begins with."""

    def __init__(self, tracker: Tracker[Any], greeting: Greeting) -> None:
        self._tracker, self._greeting = tracker, greeting
        self._track: Track | None = None
        self._target: Region | None = None
        self._seed = self._begun = 0  # each target begins with a seed of its own: how many there were before it
        self._count = 0  # frames since the target was told

    def answered(self, message: Message) -> Message | None:
        """The state to reply with; None where none is due. Raises UsageError for a request that cannot be."""
        with _blaming_client():
            if message.name == "initialize":
                self._begin(message)
                return None
            if message.name != "frame" or len(message.arguments) != 1 or not (self._track or self._target):
                raise ValueError(f"a frame of one image is due, after a target; found {message.name!r}")
            frame = decode_frame(message.arguments[0], self._count)
            if self._track is None:  # libtrax's client tells the arguments with the first frame
                self._seed = int(message.properties.get("harness.seed", self._seed))
        self._count += 1
        if self._track is None:
            return self._started(frame)
        (prediction,) = self._tracker.update([self._track], [frame])
        return _written(prediction)

    def _begin(self, message: Message) -> None:
        """Forget the target; a message without one does no more."""
        self.close()
        self._count, self._seed = 0, int(message.properties.get("harness.seed", self._begun))
        if message.arguments:
            self._begun += 1
            (text,) = message.arguments
            self._target = decode_region(text)

    def _started(self, frame: Frame) -> Message:
        assert self._target is not None
        height, width = frame.pixels.shape[:2]
        target = self._greeting.fitted(self._target, (width, height))
        if self._tracker.traits.accepts == "labels":
            target = convert(target, "labels")
        (self._track,) = self._tracker.start([frame], [target], [self._seed])
        return Message("state", (encode_region(self._target),))

    def close(self) -> None:
        track, self._track, self._target = self._track, None, None
        if track is not None:
            self._tracker.close(track)


def _written(prediction: Prediction | None) -> Message:
    """An answer as a state; a miss as an empty box with a property `absent`, which the harness reads."""
    if prediction is None:
        prediction = Prediction(None)
    try:
        region, confidence = as_region(prediction.region), float(prediction.confidence)
    except (TypeError, ValueError) as error:
        raise BadAnswer(f"a prediction's region: {error}") from None
    if isinstance(region, Labels):
        region = dict(region.masks).get(1)
    absent = region is None or (isinstance(region, Box) and region.missing)
    properties = {"absent": "1"} if absent else {}
    if not math.isnan(confidence):
        properties["confidence"] = repr(confidence)
    return Message("state", (encode_region(_NOWHERE if absent or region is None else region),), properties)
