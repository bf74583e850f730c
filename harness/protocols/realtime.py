"""VOT's realtime experiment: supervised, and frames do not wait for the tracker.

As in vot-toolkit 0.9 (``RealtimeTrackerRuntime``): a call that takes longer than a frame lasts is late by the
rest, and while the tracker is late by more than a frame, the next one passes with the last answer. What is left
of the delay then, less than a frame, is forgiven; so are the first three late calls after each start.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from copy import copy
from dataclasses import replace
from math import nan
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from harness.core.errors import UsageError
from harness.core.sequence import Sequence
from harness.core.tracker import Prediction
from harness.core.trajectory import Trajectory
from harness.core.trial import Answer, Drive, Start, Trial, Update
from harness.protocols.base import predicted
from harness.protocols.options import full_name
from harness.protocols.supervised import Supervised

__all__ = ["Realtime", "recorded_seconds"]


class Realtime(Supervised):
    """`fps` frames a second, `grace` late calls forgiven after a start; once, unless told otherwise.

    `times` names the protocol under which the tracker was timed alone, and whose `seconds` ``(N,)`` by sequence name
    then stand for the clock: so a tracker timed once can be run at any frame rate, and in company. Where they are
    NaN, of frames that passed, their median is taken. Raises UsageError.
    """

    name = "realtime"
    version = 1
    options: ClassVar[Mapping[str, float | str]] = {"fps": 20.0, "grace": 3, "times": ""}
    repetitions = 1

    def __init__(
        self,
        repetitions: int | None = None,
        *,
        fps: float = 20,
        grace: int = 3,
        times: str = "",
        seconds: Mapping[str, NDArray[np.float64]] | None = None,
    ) -> None:
        super().__init__(repetitions)
        if not 0 < fps < np.inf or grace < 0:
            raise UsageError(f"realtime has a frame rate above 0 and forgives 0 calls or more, found {fps:g}, {grace}")
        if times and not times.isidentifier():
            raise UsageError(f"realtime@times={times}: expected the name of the protocol it was timed under")
        self.name = full_name(type(self), fps=fps, grace=grace, times=times)
        self.times, self._interval, self._grace = times, 1 / fps, grace
        self._seconds = {} if times and seconds is None else seconds
        self.timed = self._seconds is None

    def given(self, seconds: Mapping[str, NDArray[np.float64]]) -> Realtime:
        """The same, going by these seconds."""
        other = copy(self)
        other._seconds, other.timed = seconds, False
        return other

    @property
    def identity(self) -> str:
        if self._seconds is None:
            return super().identity
        digest = hashlib.sha256()
        for name, seconds in sorted(self._seconds.items()):
            digest.update(name.encode() + seconds.tobytes())
        return f"{super().identity} seconds={digest.hexdigest()[:16]}"

    def drive(self, sequence: Sequence, trial: Trial) -> Drive:
        drive = super().drive(sequence, trial)
        injected = self._injected(sequence)
        ask, late, grace, last = next(drive), 0.0, 0, Prediction(None)
        while True:
            if isinstance(ask, Update) and late > self._interval:
                late -= self._interval
                answer = Answer(last, nan, shared=False)
            else:
                answer = yield ask
                if injected is not None:
                    answer = replace(answer, seconds=float(injected[ask.frame]), shared=False)
                if isinstance(ask, Start):
                    last, grace = Prediction(ask.region), self._grace
                else:
                    last = predicted(answer)
                late = max(answer.seconds - self._interval, 0.0)
                if late and grace:
                    late, grace = 0.0, grace - 1
            try:
                ask = drive.send(answer)
            except StopIteration as end:
                trajectory: Trajectory = end.value
                return trajectory

    def _injected(self, sequence: Sequence) -> NDArray[np.float64] | None:
        """The seconds of each frame, if there is no clock. Raises UsageError where they are not one a frame."""
        if self._seconds is None:
            return None
        seconds = self._seconds.get(sequence.name, np.empty(0))
        if len(seconds) != len(sequence):
            raise UsageError(f"{sequence.name}: expected seconds of its {len(sequence)} frames, found {len(seconds)}")
        return np.where(np.isnan(seconds), np.nanmedian(seconds), seconds)


def recorded_seconds(trajectories: Mapping[str, Trajectory]) -> dict[str, NDArray[np.float64]]:
    """The seconds of trajectories by sequence name, for `Realtime` to go by.

    Raises UsageError for one that was not alone on its machine.
    """
    for name, trajectory in trajectories.items():
        if trajectory.shared:
            raise UsageError(f"{name}: its seconds were shared with others; run it alone, with --width 1")
    return {name: trajectory.seconds for name, trajectory in trajectories.items()}
