"""A tracker that says what it was told to: for tests, and for replaying known trajectories."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from harness import Box, Frame, HarnessError, Prediction, Track, Tracker, Traits

__all__ = ["Scripted", "ScriptedSettings"]


@dataclass(frozen=True, slots=True)
class ScriptedSettings:
    """`script` is a text file of boxes, one ``x,y,w,h`` a frame, 0-based, or a folder of such files.

    From a folder, the file is taken whose first row is nearest to the box the track starts from. Without
    a script nothing is ever answered: every frame is a miss.
    """

    script: str = ""


@dataclass(frozen=True, slots=True)
class Reader(Track):
    rows: np.ndarray  # (N, 4)


class Scripted(Tracker[Reader]):
    """Answers frame i with row i of a script; rows of NaN, and frames past its end, are misses."""

    traits = Traits(batches=True)
    Settings = ScriptedSettings

    def __init__(self, settings: ScriptedSettings | None = None) -> None:
        super().__init__(settings)
        self._scripts = [_read(file) for file in _files(self.settings.script)] or [np.full((1, 4), np.nan)]
        self._first = np.array([script[0] for script in self._scripts])

    def start(self, frames: Sequence[Frame], targets: Sequence[Box], seeds: Sequence[int]) -> list[Reader]:
        distances = [np.abs(self._first - target.xywh).sum(1) for target in targets]
        nearest = [int(np.nan_to_num(distance, nan=np.inf).argmin()) for distance in distances]
        return [Reader(self._scripts[number]) for number in nearest]

    def update(self, tracks: Sequence[Reader], frames: Sequence[Frame]) -> list[Prediction]:
        return [
            Prediction(Box(*track.rows[frame.index].tolist()) if frame.index < len(track.rows) else None)
            for track, frame in zip(tracks, frames, strict=True)
        ]


def _files(script: str) -> list[Path]:
    """The script, or those of a folder; of a results folder, the trajectories."""
    if not script:
        return []
    if not Path(script).is_dir():
        return [Path(script)]
    texts = sorted(path for path in Path(script).glob("*.txt") if not path.stem.endswith(("_time", "_confidence")))
    if not texts:
        raise HarnessError(f"script {script}: expected *.txt files in this folder, found none")
    return texts


def _read(path: Path) -> np.ndarray:
    try:
        rows = np.loadtxt(path, delimiter=",", ndmin=2)
    except (OSError, ValueError) as error:
        raise HarnessError(f"script {path}: {error}") from None
    if rows.shape[1:] != (4,):
        raise HarnessError(f"script {path}: expected rows x,y,w,h, found {rows.shape[1]} columns")
    return rows
