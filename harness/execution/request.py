"""What `harness run` was asked, in the words of this package."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from harness.catalog import PROTOCOLS, usual_protocol
from harness.core.errors import UsageError
from harness.core.regions import InitBox
from harness.execution.choice import TrackerChoice
from harness.protocols.base import EvaluationProtocol, Repeated
from harness.protocols.options import read_options

__all__ = ["RunRequest", "Workforce"]


@dataclass(frozen=True, slots=True)
class Workforce:
    """Who does it: this process (no `workers`), worker processes on this machine, or those of a Dask cluster.

    `devices` has the workers' devices, `per_device` workers on each; without any, `workers` share the processor.
    `cluster` is a scheduler's address, or ``slurm``. `frame_timeout` is what a worker may take for a frame, in
    seconds, and a tenth of what it may take for a first one; None: as long as it likes.
    """

    workers: int = 0
    devices: tuple[str, ...] = ()
    per_device: int = 1
    cluster: str | None = None
    frame_timeout: float | None = None

    def __post_init__(self) -> None:
        if self.workers < 0 or self.per_device < 1:
            raise UsageError(f"expected some workers, found {min(self.workers, self.per_device)}")
        if self.cluster is not None and (self.devices or self.per_device > 1):
            raise UsageError("--devices and --per-device are this machine's; on a cluster each worker is one device's")
        if self.frame_timeout is not None and not self.frame_timeout > 0:
            raise UsageError(f"--frame-timeout is a number of seconds, found {self.frame_timeout:g}")

    @property
    def seats(self) -> tuple[str | None, ...]:
        """The device of each worker on this machine; None where the tracker chooses."""
        if self.devices:
            return tuple(device for device in self.devices for _ in range(self.per_device))
        return (None,) * self.workers


@dataclass(frozen=True, slots=True)
class RunRequest:
    """Trackers and datasets, how to drive them, which of them to do, and who does it.

    `protocol` None is the usual one of each dataset, `repetitions` None the protocol's own number.
    """

    trackers: tuple[TrackerChoice, ...]
    datasets: tuple[str, ...]
    root: Path | None = None
    protocol: str | None = None
    repetitions: int | None = None
    sequences: tuple[str, ...] = ()
    subset: int | None = None
    allow_partial: bool = False
    width: int | Literal["auto"] = 1
    seed: int = 0
    init_box: InitBox = "minmax"
    fresh: bool = False
    reuse_stale: bool = False
    workforce: Workforce = field(default_factory=Workforce)

    def __post_init__(self) -> None:
        if self.width != "auto" and self.width < 1:
            raise UsageError(f"--width is the number of trials in flight, at least 1; found {self.width}")
        if self.root is not None and len(self.datasets) > 1:
            raise UsageError("--root is the folder of one dataset; for several use HARNESS_DATA or harness.ini")

    def protocol_of(self, dataset: str) -> EvaluationProtocol:
        """How a dataset is driven. Raises UsageError where that does not go with the rest of the request."""
        name, _, text = (self.protocol or usual_protocol(dataset)).partition("@")
        kind: type[EvaluationProtocol] = PROTOCOLS.load(name)
        options: dict[str, Any] = {**read_options(kind, text)}
        if self.repetitions is not None:
            if not issubclass(kind, Repeated):
                raise UsageError(f"--repetitions {self.repetitions}: {name} repeats nothing")
            options["repetitions"] = self.repetitions
        protocol = kind(**options)
        if protocol.timed and (self.width != 1 or self.workforce.cluster or len(self.workforce.seats) > 1):
            raise UsageError(f"{name} goes by a tracker's own seconds, which needs --width 1 and one worker")
        return protocol
