"""What the store keeps beside a trajectory: who made it, from what, and how it ended."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from harness.core.errors import UsageError
from harness.core.masks import Labels, Mask
from harness.core.regions import Polygon, Region, Special
from harness.core.sequence import Sequence

__all__ = ["Fingerprints", "RunKey", "RunRecord", "Seconds", "TrialKey", "checked_label", "sequence_fingerprint"]


@dataclass(frozen=True, slots=True)
class RunKey:
    """Where a run's results live: ``<dataset>/<protocol>/<label>``."""

    dataset: str
    protocol: str
    label: str


@dataclass(frozen=True, slots=True)
class TrialKey:
    """One trial of a run."""

    run: RunKey
    trial: str


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """What a result depends on. A stored trial whose fingerprints differ from today's is stale.

    `tracker` covers settings, weights and source; `sequence` name, frame count and truth; `protocol` its
    version and options.
    """

    tracker: str
    sequence: str
    protocol: str


@dataclass(frozen=True, slots=True)
class Seconds:
    """A trial's time in the tracker: for its first frame, for its `updates` others; `shared` as in Answer."""

    start: float
    update: float
    updates: int
    shared: bool


@dataclass(frozen=True, slots=True)
class RunRecord:
    """The sidecar of one trial. Its file's appearance is the commit: it is written last.

    `width` is how many trials the tracker's calls were made for, which on some devices the last digits depend on;
    `merged` says how, where no tracker made it but other trials, its `parts`, were put together.
    """

    sequence: str
    status: Literal["done", "failed"]
    fingerprints: Fingerprints
    seed: int
    worker: str
    device: str
    finished: str
    rows: int = 0
    misses: int = 0
    seconds: Seconds | None = None
    files: Mapping[str, str] = field(default_factory=dict)
    reason: str | None = None
    traceback: str | None = None
    version: int = 1
    weights: str | None = None
    width: int = 1
    merged: str | None = None
    parts: tuple[str, ...] = ()

    @property
    def done(self) -> bool:
        return self.status == "done"


def checked_label(label: str) -> str:
    r"""`label`, where it can be one. Raises UsageError.

    It names a folder and stands in lists parted by commas and in CSV files, where programs take a cell that begins
    with one of ``=+-@`` for a formula.

    >>> checked_label("siamx@1a2b")
    'siamx@1a2b'
    >>> checked_label("=cmd")
    Traceback (most recent call last):
    harness.core.errors.UsageError: label '=cmd': expected printable text without / \ , and none of .=+-@ in front
    """
    printable = label.isprintable() and 0 < len(label.encode()) <= _LONGEST
    if not printable or label[0] in ".=+-@" or set(label) & set("/\\,"):
        raise UsageError(f"label {label!r:.80}: expected printable text without / \\ , and none of .=+-@ in front")
    return label


_LONGEST = 200  # bytes; a folder's name may have 255


def sequence_fingerprint(sequence: Sequence) -> str:
    """Name, frame count and truth in one hash; images do not enter.

    A full copy, a partial one and an annotation-only root of a benchmark agree.
    """
    digest = hashlib.sha256(f"{sequence.name}\n{len(sequence)}\n".encode())
    regions = sequence.truth.regions
    if regions.all_boxes:
        digest.update(regions.boxes.astype("<f8").tobytes())
    else:
        digest.update("\n".join(map(_spell, regions)).encode())
    digest.update(sequence.truth.absent.tobytes())
    return digest.hexdigest()[:16]


def _spell(region: Region | Special | None) -> str:
    match region:
        case Polygon(points):
            return repr([(float(x), float(y)) for x, y in points])
        case Mask():
            return repr(region.trimmed())
        case Labels(masks):
            return repr([(number, mask.trimmed()) for number, mask in masks])
        case _:
            return repr(region)
