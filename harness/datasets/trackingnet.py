"""TrackingNet: `trackingnet` (test, 511 sequences) and `trackingnet:train` (30,132 in twelve chunks).

Truth is kept as written, with no shift: neither the benchmark's devkit nor the toolkits that read it shift it.
Of test only the first box is published (its numbers come from the server), so the frames are as many as the
images and the truth of the others is NaN. Images are numbered from 0, without leading zeros. There is no
official list of train: what a copy holds is what is expected of it.

M. Müller et al.: TrackingNet, ECCV 2018; https://tracking-net.org.
"""

from __future__ import annotations

import re
from pathlib import Path

from harness.core.errors import MissingData
from harness.core.regions import Regions
from harness.core.sequence import Dataset, Frames, GroundTruth, Sequence
from harness.datasets import official
from harness.datasets.annotations import one_a_frame, parse_boxes
from harness.datasets.places import Folder, Place, ZipFolder, search

__all__ = ["trackingnet"]

_CHUNKS = {"test": ("test",), "train": tuple(f"train_{number}" for number in range(12))}
_NAME = re.compile(r"[\w-]+_\d+", re.ASCII)  # of a video on YouTube, and of the target in it


def trackingnet(root: Path, split: str | None = None) -> Dataset:
    """A split of TrackingNet as found under `root`; without one, test.

    `root` (or a folder ``TrackingNet`` in it) holds the chunks ``TEST`` or ``TRAIN_0`` to ``TRAIN_11``, or
    zips of them, or is one. In a chunk lie ``anno/<name>.txt`` and the images, unpacked in ``frames/<name>/``
    or as downloaded in ``zips/<name>.zip``, which is opened with its sequence only. Sequences of train without
    images can be scored, not run. Sequences are read when opened, and one that is broken raises then
    (MissingData, BadAnnotation).

    Raises UsageError for another split, MissingData where no sequence of it is found.
    """
    split = official.chosen_split("trackingnet", split, ("test", "train"))
    truth, images = _scan(search(root, {"trackingnet", *_CHUNKS[split]}, depth=3, zips=f"{split}*.zip"))
    found, test = truth.keys() | images.keys(), official.names("trackingnet-test")
    expected = test if split == "test" else tuple(sorted(found - set(test)))
    available = tuple(name for name in expected if name in found)
    if not available:
        chunk = _CHUNKS[split][0].upper()
        raise MissingData(
            f"trackingnet: no sequence of {split} in {root}; looked there and in its TrackingNet/, {chunk}/ and "
            f"{split}*.zip for anno/<name>.txt, frames/<name>/ and zips/<name>.zip"
        )
    return Dataset(
        name="trackingnet" if split == "test" else "trackingnet-train",
        expected=expected,
        available=available,
        open=lambda name: _open(name, truth.get(name), images.get(name), split),
        root=str(root),
        extra=tuple(sorted(found - set(expected))),
    )


def _scan(places: list[Place]) -> tuple[dict[str, Place], dict[str, Place]]:
    """For each sequence, the folder that holds its truth ``<name>.txt``, and the one that holds its images."""
    truth: dict[str, Place] = {}
    images: dict[str, Place] = {}
    for place in reversed(places):  # of two copies the outer counts, and a folder before a zip
        anno, frames = place / "anno", place / "frames"
        truth |= dict.fromkeys(_sequences(anno, ".txt"), anno)
        if isinstance(place, Folder):
            zips = place / "zips"
            images |= {name: ZipFolder(zips.path / f"{name}.zip") for name in _sequences(zips, ".zip")}
        images |= {name: frames / name for name in _sequences(frames, "")}
    return truth, images


def _sequences(place: Place, suffix: str) -> set[str]:
    """The sequences of which a folder holds a file or a folder of their name and `suffix`."""
    stems = {name.removesuffix(suffix) for name in place.names() if name.endswith(suffix)}
    return {stem for stem in stems if _NAME.fullmatch(stem)}


def _open(name: str, anno: Place | None, images: Place | None, split: str) -> Sequence:
    if anno is None:
        raise MissingData(f"{images}: no anno/{name}.txt beside its folder; download the annotations too")
    frames = None if images is None else _frames(images, name)
    source = f"{anno}/{name}.txt"
    boxes = one_a_frame(parse_boxes(anno.read(f"{name}.txt"), source), frames, source, first_only=split == "test")
    return Sequence(name, GroundTruth.visible(Regions(boxes)), frames)


def _frames(images: Place, name: str) -> Frames:
    frames = (images / name if images.has(name) else images).numbered_frames(first=0)
    if frames is None:
        raise MissingData(f"{images}: expected images 0.jpg and on, found none; copy it again")
    return frames
