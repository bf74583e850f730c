"""OTB: `otb100` (98 videos, 100 targets) and its parts `otb50` and `otb2013`.

Truth counts pixels from 1 in every source, and is shifted here. A target is evaluated over the frames
that `lists/otb100.txt` names, found by file *number*, never by position: copies differ in what they cut
off (David begins at 300), and the official evaluation starts Tiger1 at frame 6, though its truth begins
at 1. Two targets of one video are `Jogging.1` and `Jogging.2`; Human4's only target is `Human4.2`.

The benchmark's ``initOmit/`` is here as `lists/omitted-otb100.txt`, and in the truth's flag OMITTED.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path, PurePosixPath
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from harness.core.errors import BadAnnotation, MissingData
from harness.core.regions import Regions
from harness.core.robustness import OMITTED
from harness.core.sequence import Dataset, Frames, GroundTruth, Sequence, canonical_name
from harness.datasets import official
from harness.datasets.annotations import parse_boxes
from harness.datasets.places import Place, search

__all__ = ["otb50", "otb100", "otb2013"]

Float = NDArray[np.float64]
Opener: TypeAlias = Callable[[], Sequence]

_INSIDE = ("otb100", "anno_tb100")  # folders a root may hold the benchmark in


@dataclass(frozen=True, slots=True)
class _Target:
    """A row of `lists/otb100.txt`: the numbers of the first and last evaluated frame, and challenge labels."""

    name: str
    first: int
    last: int
    attributes: frozenset[str]

    @property
    def folder(self) -> str:
        return self.name.partition(".")[0]

    @property
    def truth_file(self) -> str:
        number = self.name.partition(".")[2]
        return f"groundtruth_rect.{number}.txt" if number else "groundtruth_rect.txt"

    @property
    def numbers(self) -> range:
        return range(self.first, self.last + 1)


def otb100(root: Path, split: str | None = None) -> Dataset:
    """The 100 targets of TB-100 as found under `root`.

    `root` (or a folder ``OTB100`` in it) holds the benchmark's folders or their zips, annotations alone as
    text (``anno_TB100/*.txt``), or pysot's ``OTB100*.json``; a target is taken from the first of these that
    has it. Sequences are read when opened, and one that is broken raises then (MissingData, BadAnnotation).

    Raises UsageError for a split, MissingData where no target is found.
    """
    return _dataset("otb100", root, split)


def otb50(root: Path, split: str | None = None) -> Dataset:
    """The 50 hardest targets of `otb100` (TB-50)."""
    return _dataset("otb50", root, split)


def otb2013(root: Path, split: str | None = None) -> Dataset:
    """The 51 targets of the CVPR 2013 benchmark, a part of `otb100`."""
    return _dataset("otb2013", root, split)


def _dataset(name: str, root: Path, split: str | None) -> Dataset:
    official.chosen_split(name, split)
    table = _targets()
    expected = official.names(name)
    places = search(root, _INSIDE)
    openers = _find(places, [table[target] for target in expected])
    if not openers:
        raise MissingData(
            f"{name}: no sequence in {root}; looked there and in its OTB100/ for "
            "Basketball/groundtruth_rect.txt and the like, their zips, anno_TB100/*.txt or OTB100*.json"
        )
    available = tuple(target for target in expected if target in openers)
    return Dataset(name, expected, available, lambda target: openers[target](), str(root), _extra(places))


@cache
def _targets() -> Mapping[str, _Target]:
    return {
        name: _Target(name, int(first), int(last), frozenset(attributes.split(",")))
        for name, first, last, attributes in official.rows("otb100")
    }


def _find(places: list[Place], targets: list[_Target]) -> dict[str, Opener]:
    """How to open each target that is at hand."""
    spelled = [(place, {canonical_name(name): name for name in place.names()}) for place in places]
    openers: dict[str, Opener] = {}
    for target in targets:
        folder, text = canonical_name(target.folder), canonical_name(f"{target.name}.txt")
        homes = (place / names[folder] for place, names in spelled if folder in names)
        if home := next((home for home in homes if home.has(target.truth_file) or home.has("img")), None):
            openers[target.name] = partial(_open_folder, home, target)
        elif found := next(((place, names[text]) for place, names in spelled if text in names), None):
            openers[target.name] = partial(_open_text, *found, target)
    if len(openers) < len(targets):
        openers = _find_json(places, targets) | openers
    return openers


def _extra(places: list[Place]) -> tuple[str, ...]:
    """Folders that look like a sequence and are none of the benchmark's."""
    known = {canonical_name(target.folder) for target in _targets().values()}
    others = {name for place in places for name in place.names() if canonical_name(name) not in known}
    return tuple(sorted(n for n in others if any((p / n).has("img", "groundtruth_rect.txt") for p in places)))


def _open_folder(home: Place, target: _Target) -> Sequence:
    frames = _frames(home / "img", target) if home.has("img") else None
    return _sequence(target, _read_text(home, target.truth_file, target), frames)


def _open_text(place: Place, name: str, target: _Target) -> Sequence:
    return _sequence(target, _read_text(place, name, target))


def _read_text(place: Place, name: str, target: _Target) -> Float:
    """The rows of the evaluated frames: a file begins at the first of them or, as Tiger1's, at frame 1."""
    boxes = parse_boxes(place.read(name), f"{place}/{name}")
    if len(boxes) not in (len(target.numbers), target.last):
        found = f"found {len(boxes)}; the file is not OTB's or is cut short"
        raise BadAnnotation(f"{place}/{name}: expected {len(target.numbers)} rows for {_span(target)}, {found}")
    return boxes[-len(target.numbers) :]


def _frames(images: Place, target: _Target) -> Frames:
    names = {int(stem): name for name in images.names() if (stem := PurePosixPath(name).stem).isdecimal()}
    digits = len(PurePosixPath(next(iter(names.values()))).stem) if names else 4
    return images.frames(target.numbers, lambda number: names.get(number) or f"{number:0{digits}d}.jpg")


def _find_json(places: list[Place], targets: list[_Target]) -> dict[str, Opener]:
    """The targets that pysot-family JSON files hold (``OTB100.json``, ``CVPR13.json``)."""
    by_name = {canonical_name(target.name): target for target in targets}
    openers: dict[str, Opener] = {}
    for place in places:
        for file in sorted(place.names()):
            if file.endswith(".json") and file.lower().startswith(("otb", "cvpr13")):
                try:
                    videos = json.loads(place.read(file)).items()
                except (ValueError, AttributeError) as error:
                    what = f"expected pysot's JSON, one object a sequence: {error}"
                    raise BadAnnotation(f"{place}/{file}: {what}") from None
                for name, video in videos:
                    if target := by_name.get(canonical_name(name)):
                        openers[target.name] = partial(_open_json, f"{place}/{file}", video, target)
    return openers


def _open_json(source: str, video: Any, target: _Target) -> Sequence:
    try:
        numbers = [int(PurePosixPath(name).stem) for name in video["img_names"]]
        rows = dict(zip(numbers, np.asarray(video["gt_rect"], np.float64).reshape(-1, 4), strict=True))
    except (KeyError, TypeError, ValueError) as error:
        raise BadAnnotation(f"{source}: {target.name}: expected gt_rect and img_names of one length: {error}") from None
    missing = [number for number in target.numbers if number not in rows]
    if missing:
        lost = f"{len(missing)} missing, the first {missing[0]}"
        raise BadAnnotation(f"{source}: {target.name}: expected truth for {_span(target)}, {lost}")
    return _sequence(target, np.array([rows[number] for number in target.numbers]))


def _span(target: _Target) -> str:
    return f"frames {target.first} to {target.last}"


def _sequence(target: _Target, boxes: Float, frames: Frames | None = None) -> Sequence:
    truth = GroundTruth.visible(Regions(boxes - [1, 1, 0, 0]))
    truth = replace(truth, flags={OMITTED: _omitted(target)})
    return Sequence(target.name, truth, frames, attributes=target.attributes)


def _omitted(target: _Target) -> Float:
    """1 in the frames that no segment may begin with, else 0."""
    flags = np.zeros(len(target.numbers))
    for name, first, last in official.rows("omitted-otb100"):
        if name == target.name:
            flags[max(int(first) - target.first, 0) : int(last) - target.first + 1] = 1
    return flags
