"""The tracker that never moves: every benchmark's floor."""

from collections.abc import Sequence
from dataclasses import dataclass

from harness import Box, Frame, Prediction, Track, Tracker, Traits

__all__ = ["Static"]


@dataclass(frozen=True, slots=True)
class Still(Track):
    box: Box


class Static(Tracker[Still]):
    """Repeats the first box."""

    traits = Traits(batches=True)

    def start(self, frames: Sequence[Frame], targets: Sequence[Box], seeds: Sequence[int]) -> list[Still]:
        return [Still(box) for box in targets]

    def update(self, tracks: Sequence[Still], frames: Sequence[Frame]) -> list[Prediction]:
        return [Prediction(track.box) for track in tracks]
