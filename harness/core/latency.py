"""How long a tracker takes when it is alone: a measurement of its own, never a by-product of a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Conditions", "Latency"]


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a latency was measured under.

    `tracker` is the tracker's fingerprint and `identity` what it covers, in words; `hardware` is what stands behind
    `device`; `warm_up` counts the updates made before the clock ran; `disturbed` says, a line each, what else was
    using the machine; `invocation` is the command line with the machine and its versions.
    """

    tracker: str
    identity: Mapping[str, Any]
    device: str
    hardware: str
    precision: str
    warm_up: int
    disturbed: tuple[str, ...]
    invocation: Mapping[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Latency:
    """Seconds ``(N,)`` of each sequence: of the start on its first frame, then of each update; decoding is in none."""

    conditions: Conditions
    seconds: Mapping[str, NDArray[np.float64]]
