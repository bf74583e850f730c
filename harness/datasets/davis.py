"""DAVIS at 480p: `davis16` (one object a video; val 20, train 30) and `davis17` (several; val 30, train 60).

Truth are masks of every frame: PNGs whose pixels say which object they are of. `davis17` has `Labels`: 0 is
background, 255 void. `davis16` has a `Mask`: whatever is not black, since its files hold 0 and 255; in a copy of
DAVIS 2017, which holds the same videos and more, all objects are one. A frame is absent where no object is marked.

F. Perazzi et al.: A Benchmark Dataset and Evaluation Methodology for Video Object Segmentation, CVPR 2016;
J. Pont-Tuset et al.: The 2017 DAVIS Challenge, arXiv 1704.00675; https://davischallenge.org.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from harness.core.errors import BadAnnotation, MissingData
from harness.core.masks import Labels, Mask
from harness.core.regions import Regions
from harness.core.sequence import Dataset, GroundTruth, Sequence
from harness.datasets import official
from harness.datasets.places import Place, search

__all__ = ["davis16", "davis17"]

Pixels: TypeAlias = NDArray[np.uint8]

_INSIDE = ("davis", "davis16", "davis17", "davis2016", "davis2017")  # folders a root may hold the benchmark in
_IMAGES, _MASKS = "JPEGImages", "Annotations"
_MASK = re.compile(r"[0-9]{5}\.png")


def davis16(root: Path, split: str | None = None) -> Dataset:
    """A split of DAVIS 2016, read as `davis17`."""
    return _dataset("davis16", root, split)


def davis17(root: Path, split: str | None = None) -> Dataset:
    """A split of DAVIS 2017 as found under `root`; without one, val.

    `root` (or a folder ``DAVIS`` or a zip ``*DAVIS*.zip`` in it) holds ``JPEGImages/480p/dog/00000.jpg`` and
    ``Annotations/480p/dog/00000.png``, or annotations alone. Its own ``ImageSets`` are not asked: what counts is the
    official list. A sequence is read when opened, all of its masks, and one that is broken raises then (MissingData,
    BadAnnotation).

    Raises UsageError for another split, MissingData where no sequence of it is found.
    """
    return _dataset("davis17", root, split)


def _dataset(name: str, root: Path, split: str | None) -> Dataset:
    split = official.chosen_split(name, split, ("val", "train"))
    expected = official.names(f"{name}-{split}")
    places = search(root, _INSIDE, zips="*davis*.zip")
    images, masks = _find(places, _IMAGES), _find(places, _MASKS)
    available = tuple(sequence for sequence in expected if sequence in masks or sequence in images)
    if not available:
        first = f"480p/{expected[0]}/00000"
        raise MissingData(
            f"{name}: no sequence of {split} in {root}; looked there and in its DAVIS/ and *DAVIS*.zip for "
            f"{_MASKS}/{first}.png and the like, and {_IMAGES}/{first}.jpg"
        )
    return Dataset(
        name=name if split == "val" else f"{name}-{split}",
        expected=expected,
        available=available,
        open=lambda sequence: _open(sequence, masks.get(sequence), images.get(sequence), name == "davis17"),
        root=str(root),
        extra=_extra(images | masks),
    )


def _extra(folders: Mapping[str, Place]) -> tuple[str, ...]:
    """Those that look like a sequence, and are none of DAVIS 2017, which has those of 2016 too."""
    others = folders.keys() - {*official.names("davis17-val"), *official.names("davis17-train")}
    return tuple(sorted(name for name in others if folders[name].names() & {"00000.jpg", "00000.png"}))


def _find(places: list[Place], kind: str) -> dict[str, Place]:
    """The folders of a kind, by sequence: in the outermost of several copies, and unpacked rather than zipped."""
    found: dict[str, Place] = {}
    for place in reversed(places):
        folder = place / kind / "480p"
        found |= {name: folder / name for name in folder.names()}
    return found


def _open(name: str, masks: Place | None, images: Place | None, several: bool) -> Sequence:
    if masks is None:
        raise MissingData(f"{images}: no {_MASKS}/480p/{name} beside its {_IMAGES}; unpack it too")
    files = [f"{number:05d}.png" for number in range(sum(map(bool, map(_MASK.fullmatch, masks.names()))))]
    if not files:
        raise MissingData(f"{masks}: expected masks 00000.png and on, found none; copy it again")
    frames = None if images is None else images.numbered_frames(first=0)
    if images is not None and (frames is None or len(frames) != len(files)):
        found = f"found {len(files)} masks and {len(frames or ())} images"
        raise BadAnnotation(f"{masks}: expected a mask an image, {found}; copy the sequence again")
    truth, size = _truth(masks, files, several)
    return Sequence(name, truth, frames, size)


def _truth(masks: Place, files: list[str], several: bool) -> tuple[GroundTruth, tuple[int, int]]:
    """What the masks mark, and their size (width, height)."""
    found: list[Labels | Mask] = []
    shapes = []
    for file in files:
        pixels = _pixels(masks.read(file), f"{masks}/{file}", several)
        found.append(Labels.encode(pixels) if several else Mask.encode(pixels))
        shapes.append(pixels.shape)
        if shapes[-1] != shapes[0]:
            raise BadAnnotation(f"{masks}/{file}: expected a mask of shape {shapes[0]}, found {shapes[-1]}")
    absent = np.array([not (mask.masks if isinstance(mask, Labels) else mask.area) for mask in found])
    if several and absent[0]:
        none = "found none; of DAVIS 2016, whose masks are 0 and 255? It is read as davis16"
        raise BadAnnotation(f"{masks}/{files[0]}: expected objects numbered from 1, {none}")
    height, width = shapes[0]
    return GroundTruth(Regions.collect(found), absent), (width, height)


def _pixels(data: bytes, source: str, several: bool) -> Pixels:
    """The numbers in a PNG (H, W), of a palette or grey; where there is one object, colours count too."""
    try:
        Image.open(io.BytesIO(data), formats=["PNG"]).verify()  # checksums, which decoding passes over
        with Image.open(io.BytesIO(data), formats=["PNG"]) as image:
            if image.mode in ("P", "L"):
                return np.asarray(image)
            mode, grey = image.mode, np.asarray(image.convert("L"))
    except (OSError, SyntaxError, ValueError):
        raise BadAnnotation(f"{source}: not a PNG that can be decoded ({len(data)} bytes); copy it again") from None
    if several:
        raise BadAnnotation(f"{source}: expected a PNG with a palette or grey, found one of mode {mode}")
    return grey
