"""LaSOT: `lasot` (280 test sequences), `lasot:train` (1,120) and the extension `lasot_ext` (150 of 15 new classes).

Truth counts pixels from 1 and is shifted here. A target is absent where it is fully occluded or out of view.
The toolkit's own annotations (``annos/``), where at hand, count before the files beside the images, since the
official evaluation reads them; images beyond the truth are left out. Of paddle-1 the download has 2,703 rows and
the toolkit the first 2,500: both are cut to these (HengLan/LaSOT_Evaluation_Toolkit, issue 18).

H. Fan et al.: LaSOT, CVPR 2019 and IJCV 2021; http://vision.cs.stonybrook.edu/~lasot.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import numpy as np

from harness.core.errors import MissingData
from harness.core.regions import Regions
from harness.core.sequence import Dataset, GroundTruth, Sequence
from harness.datasets import official
from harness.datasets.annotations import parse_attributes, parse_boxes, parse_flags
from harness.datasets.places import Folder, Place, ZipFolder, search

__all__ = ["lasot", "lasot_ext"]

_TOPS = frozenset({"annos", "lasot", "lasot_ext", "lasot_extension_subset", "lasotbenchmark"})
_LABELS = ("IV", "POC", "DEF", "MB", "CM", "ROT", "BC", "VC", "SV", "FOC", "FM", "OV", "LR", "ARC")
_FLAGS = ("full_occlusion.txt", "out_of_view.txt")
_EVALUATED = {"paddle-1": 2500}  # frames, where the download has more


def lasot(root: Path, split: str | None = None) -> Dataset:
    """A split of LaSOT as found under `root`; without one, test.

    `root` (or a folder ``LaSOT`` or ``LaSOTBenchmark`` in it) holds ``airplane/airplane-1/…``, the sequences
    without folders of classes, zips of the classes or one of all (``*LaSOT*.zip``), or annotations alone:
    ``annos/airplane-1.txt`` with ``annos/absent/`` beside it. The zip of a class is opened with its sequences
    only. Sequences are read when opened, and one that is broken raises then (MissingData, BadAnnotation).

    Raises UsageError for another split, MissingData where no sequence of it is found.
    """
    split = official.chosen_split("lasot", split, ("test", "train"))
    return _dataset("lasot" if split == "test" else f"lasot-{split}", f"lasot-{split}", root)


def lasot_ext(root: Path, split: str | None = None) -> Dataset:
    """The extension, laid out like `lasot`; a folder in `root` may also be called ``LaSOT_extension_subset``."""
    official.chosen_split("lasot_ext", split)
    return _dataset("lasot_ext", "lasot_ext", root)


def _dataset(name: str, list_name: str, root: Path) -> Dataset:
    expected = official.names(list_name)
    places = search(root, _TOPS | {_class(sequence) for sequence in _attributes()}, zips="*lasot*.zip")
    homes, annos = _homes(places, expected), _annos(places, expected)
    available = tuple(sequence for sequence in expected if sequence in homes or sequence in annos)
    if not available:
        first = expected[0]
        raise MissingData(
            f"{name}: no sequence in {root}; looked there and in its LaSOT/ for {_class(first)}/{first}/groundtruth.txt"
            f" and the like, {_class(first)}.zip, *LaSOT*.zip and annos/{first}.txt"
        )
    return Dataset(name, expected, available, lambda name: _open(name, homes, annos), str(root), _extra(places))


def _class(sequence: str) -> str:
    return sequence.rpartition("-")[0]


@cache
def _attributes() -> dict[str, frozenset[str]]:
    """Of each sequence of LaSOT; empty where the toolkit alone has them."""
    rows = [row for name in ("lasot-test", "lasot-train", "lasot_ext") for row in official.rows(name)]
    return {row[0]: frozenset(row[1].split(",")) if row[1:] else frozenset() for row in rows}


def _homes(places: list[Place], expected: tuple[str, ...]) -> dict[str, Place]:
    """The folders of the sequences, in the outermost of several copies, and unpacked rather than zipped."""
    zipped: dict[str, Place] = {}
    unpacked: dict[str, Place] = {}
    for place in reversed(places):
        names = place.names()
        unpacked |= {name: place / name for name in expected if name in names}
        if isinstance(place, Folder):
            inside = {name: f"{_class(name)}.zip" for name in expected}
            zipped |= {n: ZipFolder(place.path / z) / _class(n) / n for n, z in inside.items() if z in names}
    return zipped | unpacked


def _annos(places: list[Place], expected: tuple[str, ...]) -> dict[str, Place]:
    """The folders that hold the toolkit's annotations of the sequences."""
    annos: dict[str, Place] = {}
    for place in reversed(places):
        names = place.names()
        annos |= {name: place for name in expected if f"{name}.txt" in names}
    return annos


def _extra(places: list[Place]) -> tuple[str, ...]:
    """Folders that look like a sequence and are on none of the lists."""
    names = {name for place in places for name in place.names() if re.fullmatch(r"\w+-\d+", name)}
    others = names - _attributes().keys()
    return tuple(sorted(name for name in others if any((place / name).has("groundtruth.txt") for place in places)))


def _open(name: str, homes: dict[str, Place], annos: dict[str, Place]) -> Sequence:
    home, file, attributes = homes.get(name), f"{name}.txt", _attributes()[name]
    if name in annos:
        truth = _truth(annos[name], file, [(annos[name] / "absent", file)])
        att = annos[name] / "att"
        if not attributes and att.has(file):
            attributes = parse_attributes(att.read(file), f"{att}/{file}", _LABELS)
    else:
        truth = _truth(homes[name], "groundtruth.txt", [(homes[name], flag) for flag in _FLAGS])
    truth = truth.view(slice(_EVALUATED.get(name)))
    frames = None
    if home is not None and home.has("img"):
        frames = (home / "img").frames(range(1, len(truth) + 1), "{:08d}.jpg".format)
    return Sequence(name, truth, frames, attributes=attributes, object_class=_class(name))


def _truth(place: Place, file: str, flags: list[tuple[Place, str]]) -> GroundTruth:
    boxes = parse_boxes(place.read(file), f"{place}/{file}")
    absent = np.zeros(len(boxes), bool)
    for folder, name in flags:
        absent |= parse_flags(folder.read(name), f"{folder}/{name}", len(boxes)) != 0
    return GroundTruth(Regions(boxes - [1, 1, 0, 0]), absent)
