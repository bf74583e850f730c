"""UAV123: `uav123` (123 targets in 91 videos taken from drones).

Truth counts pixels from 1 and is shifted here. A target is absent where its row is NaN; the row stays as it is,
since the official evaluation counts such frames. Targets of one video share its folder of images, each over the
frames that `lists/uav123.txt` names.

M. Mueller, N. Smith, B. Ghanem: A Benchmark and Simulator for UAV Tracking, ECCV 2016.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from harness.core.errors import BadAnnotation, MissingData
from harness.core.regions import Regions
from harness.core.sequence import Dataset, GroundTruth, Sequence
from harness.datasets import official
from harness.datasets.annotations import parse_attributes, parse_boxes
from harness.datasets.places import Place, search

__all__ = ["uav123"]

_INSIDE = ("anno", "data_seq", "dataset_uav123", "uav123")  # folders a root may hold the benchmark in
_LABELS = ("SV", "ARC", "LR", "FM", "FOC", "POC", "OV", "BC", "IV", "VC", "CM", "SOB")


@dataclass(frozen=True, slots=True)
class _Target:
    """A row of `lists/uav123.txt`: the folder of a target's images, and the numbers of its frames in it."""

    video: str
    numbers: range


def uav123(root: Path, split: str | None = None) -> Dataset:
    """The 123 targets as found under `root`.

    `root` (or a folder ``UAV123`` or the zip downloaded, ``*UAV123*.zip``, in it) holds ``data_seq/UAV123/bike1/…``
    and ``anno/UAV123/bike1.txt``, or annotations alone, ``bike1.txt``. Sequences are read when opened, and one that is
    broken raises then (MissingData, BadAnnotation).

    Raises UsageError for a split, MissingData where no target is found.
    """
    official.chosen_split("uav123", split)
    expected = official.names("uav123")
    places = search(root, _INSIDE, depth=4, zips="*uav123*.zip")
    truth, images = _find(places)
    available = tuple(name for name in expected if name in truth or name in images)
    if not available:
        raise MissingData(
            f"uav123: no sequence in {root}; looked there and in its UAV123/ for data_seq/UAV123/bike1/ and "
            "anno/UAV123/bike1.txt and the like, *UAV123*.zip and bike1.txt"
        )
    return Dataset("uav123", expected, available, lambda name: _open(name, truth, images), str(root), _extra(places))


@cache
def _targets() -> dict[str, _Target]:
    rows = official.rows("uav123")
    return {name: _Target(video, range(int(first), int(last) + 1)) for name, video, first, last in rows}


def _find(places: list[Place]) -> tuple[dict[str, Place], dict[str, Place]]:
    """For each target, the folder that holds its truth ``<name>.txt``, and the one that holds its images."""
    truth: dict[str, Place] = {}
    images: dict[str, Place] = {}
    for place in reversed(places):  # of two copies the outer counts, and a folder before a zip
        names = place.names()
        truth |= {name: place for name in _targets() if f"{name}.txt" in names}
        videos = {target.video for target in _targets().values()} & names
        whole = {video for video in videos if (place / video).has("000001.jpg")}
        images |= {name: place / target.video for name, target in _targets().items() if target.video in whole}
    return truth, images


def _extra(places: list[Place]) -> tuple[str, ...]:
    """Folders that look like a video and are none of the benchmark's."""
    names = {name for place in places for name in place.names()} - {target.video for target in _targets().values()}
    return tuple(sorted(name for name in names if any((place / name).has("000001.jpg") for place in places)))


def _open(name: str, truth: dict[str, Place], images: dict[str, Place]) -> Sequence:
    file, numbers = f"{name}.txt", _targets()[name].numbers
    if name not in truth:
        raise MissingData(f"{images[name]}: no truth of {name}; unpack anno/UAV123/{file} too")
    source, att = f"{truth[name]}/{file}", truth[name] / "att"
    boxes = parse_boxes(truth[name].read(file), source)
    if len(boxes) != len(numbers):
        found = f"found {len(boxes)}; the file is not UAV123's or is cut short"
        raise BadAnnotation(f"{source}: expected {len(numbers)} rows, {found}")
    attributes = parse_attributes(att.read(file), f"{att}/{file}", _LABELS) if att.has(file) else frozenset()
    frames = images[name].frames(numbers, "{:06d}.jpg".format) if name in images else None
    absent = np.any(np.isnan(boxes), axis=1)
    return Sequence(name, GroundTruth(Regions(boxes - [1, 1, 0, 0]), absent), frames, attributes=attributes)
