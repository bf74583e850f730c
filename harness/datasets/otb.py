"""OTB: `otb100` (98 videos, 100 targets) and its parts `otb50` and `otb2013`.

Truth counts pixels from 1 in every source, and is shifted here. A target is evaluated over the frames
that `lists/otb100.txt` names, found by file *number*, never by position: copies differ in what they cut
off (David begins at 300), and the official evaluation starts Tiger1 at frame 6, though its truth begins
at 1. Two targets of one video are `Jogging.1` and `Jogging.2`; Human4's only target is `Human4.2`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from importlib import resources
from pathlib import Path, PurePosixPath
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from harness.core.errors import BadAnnotation, MissingData, UsageError
from harness.core.regions import Regions
from harness.core.sequence import Dataset, Frames, GroundTruth, Sequence, canonical_name
from harness.datasets.annotations import read_boxes
from harness.datasets.images import numbered_frames

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

    `root` (or a folder ``OTB100`` in it) holds the benchmark's folders, annotations alone as text
    (``anno_TB100/*.txt``), or pysot's ``OTB100*.json``; a target is taken from the first of these that has
    it. Sequences are read when opened, and one that is broken raises then (MissingData, BadAnnotation).

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
    if split is not None:
        raise UsageError(f"{name} has no splits, found '{name}:{split}'")
    table = _targets()
    expected = tuple(row[0] for row in _rows(name))
    openers = _find(root, [table[target] for target in expected])
    if not openers:
        raise MissingData(
            f"{name}: no sequence in {root}; looked there and in its OTB100/ for "
            "Basketball/groundtruth_rect.txt and the like, anno_TB100/*.txt or OTB100*.json"
        )
    available = tuple(target for target in expected if target in openers)
    return Dataset(name, expected, available, lambda target: openers[target](), str(root))


@cache
def _targets() -> Mapping[str, _Target]:
    return {
        name: _Target(name, int(first), int(last), frozenset(attributes.split(",")))
        for name, first, last, attributes in _rows("otb100")
    }


def _rows(name: str) -> list[list[str]]:
    text = resources.files("harness.datasets.lists").joinpath(f"{name}.txt").read_text("utf-8")
    return [line.split("\t") for line in text.splitlines() if not line.startswith("#")]


def _find(root: Path, targets: list[_Target]) -> dict[str, Opener]:
    """How to open each target that is at hand."""
    places = [{canonical_name(path.name): path for path in folder.iterdir()} for folder in _places(root)]
    openers: dict[str, Opener] = {}
    for target in targets:
        folder, text = canonical_name(target.folder), canonical_name(f"{target.name}.txt")
        if home := next((place[folder] for place in places if _is_home(place.get(folder), target)), None):
            openers[target.name] = partial(_open_folder, home, target)
        elif file := next((place[text] for place in places if text in place), None):
            openers[target.name] = partial(_open_text, file, target)
    if len(openers) < len(targets):
        openers = _find_json([path for place in places for path in place.values()], targets) | openers
    return openers


def _places(root: Path) -> list[Path]:
    """The root and, two levels down, the folders that bear the benchmark's own names."""
    if not root.is_dir():
        raise MissingData(f"{root}: no such folder")
    level, places = [root], [root]
    for _ in range(2):
        level = [path for folder in level for path in folder.iterdir() if path.name.lower() in _INSIDE]
        level = sorted(path for path in level if path.is_dir())
        places += level
    return places


def _is_home(folder: Path | None, target: _Target) -> bool:
    return folder is not None and ((folder / target.truth_file).is_file() or (folder / "img").is_dir())


def _open_folder(folder: Path, target: _Target) -> Sequence:
    images = folder / "img"
    frames = _frames(images, target) if images.is_dir() else None
    return _sequence(target, _read_text(folder / target.truth_file, target), frames)


def _open_text(path: Path, target: _Target) -> Sequence:
    return _sequence(target, _read_text(path, target))


def _read_text(path: Path, target: _Target) -> Float:
    """The rows of the evaluated frames: a file begins at the first of them or, as Tiger1's, at frame 1."""
    boxes = read_boxes(path)
    if len(boxes) not in (len(target.numbers), target.last):
        found = f"found {len(boxes)}; the file is not OTB's or is cut short"
        raise BadAnnotation(f"{path}: expected {len(target.numbers)} rows for {_span(target)}, {found}")
    return boxes[-len(target.numbers) :]


def _frames(images: Path, target: _Target) -> Frames:
    names = {int(path.stem): path.name for path in images.iterdir() if path.stem.isdecimal()}
    missing = [number for number in target.numbers if number not in names]
    if missing:
        digits = len(PurePosixPath(next(iter(names.values()))).stem) if names else 4
        lost = f"{len(missing)} of {len(target.numbers)} images missing, the first {missing[0]:0{digits}d}.jpg"
        raise MissingData(f"{images}: {lost}; copy {target.folder} again")
    return numbered_frames(images, target.numbers, names.__getitem__)


def _find_json(paths: list[Path], targets: list[_Target]) -> dict[str, Opener]:
    """The targets that pysot-family JSON files hold (``OTB100.json``, ``CVPR13.json``)."""
    by_name = {canonical_name(target.name): target for target in targets}
    openers: dict[str, Opener] = {}
    for path in sorted(paths):
        if path.suffix == ".json" and path.name.lower().startswith(("otb", "cvpr13")):
            try:
                videos = json.loads(path.read_bytes()).items()
            except (ValueError, AttributeError) as error:
                raise BadAnnotation(f"{path}: expected pysot's JSON, one object a sequence: {error}") from None
            for name, video in videos:
                if target := by_name.get(canonical_name(name)):
                    openers[target.name] = partial(_open_json, path, video, target)
    return openers


def _open_json(path: Path, video: Any, target: _Target) -> Sequence:
    try:
        numbers = [int(PurePosixPath(name).stem) for name in video["img_names"]]
        rows = dict(zip(numbers, np.asarray(video["gt_rect"], np.float64).reshape(-1, 4), strict=True))
    except (KeyError, TypeError, ValueError) as error:
        raise BadAnnotation(f"{path}: {target.name}: expected gt_rect and img_names of one length: {error}") from None
    missing = [number for number in target.numbers if number not in rows]
    if missing:
        lost = f"{len(missing)} missing, the first {missing[0]}"
        raise BadAnnotation(f"{path}: {target.name}: expected truth for {_span(target)}, {lost}")
    return _sequence(target, np.array([rows[number] for number in target.numbers]))


def _span(target: _Target) -> str:
    return f"frames {target.first} to {target.last}"


def _sequence(target: _Target, boxes: Float, frames: Frames | None = None) -> Sequence:
    truth = GroundTruth.visible(Regions(boxes - [1, 1, 0, 0]))
    return Sequence(target.name, truth, frames, attributes=target.attributes)
