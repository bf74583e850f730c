"""`davis`: indexed PNGs, ``<tracker>/<sequence>/00000.png`` and on, the number of each pixel its object, 0 none.

As davis2017-evaluation reads them, DAVIS's palette included. PNGs with 255 alone, as DAVIS 2016 has them, show object
1. The first frame, which is given and not scored, may be missing.
"""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import ClassVar

import numpy as np
from PIL import Image

from harness.core.errors import BadResults, UsageError
from harness.core.regions import Labels, Region, Regions, Special
from harness.core.sequence import Image as Pixels
from harness.interop.formats.folders import by_tracker
from harness.interop.formats.format import Coordinates, Entry, Format
from harness.interop.source import Source
from harness.store.label_images import encode_labels, label_image_name

__all__ = ["Davis"]

_FRAME = re.compile(r"(?:(?P<tracker>.+)/)?(?P<sequence>[^/]+)/(?P<number>[0-9]{5})\.png")
_RESOLUTIONS = {"480p", "1080p", "Full-Resolution"}  # folders that say nothing of whose results lie in them
_PROTOCOL = "video_segmentation"
_MOST_PIXELS = 2**24  # of a frame: 4K, twice over
_MOST_RUNS = 2**26  # of pixels, of all masks of a tracker: some thousand times what whole DAVIS takes
_PNG = b"\x89PNG\r\n\x1a\n"
_WHITE = 255  # of masks of one object; where objects are numbered, none


class Davis(Format):
    """Folders of label images, a sequence each."""

    name: ClassVar[str] = "davis"

    def recognises(self, source: Source) -> bool:
        return any(True for _ in _frames(source))

    def trackers(self, source: Source) -> Mapping[str, Source]:
        folders = (found["tracker"] or "" for _, found in _frames(source))
        return by_tracker(source, folders, lambda folder: _tracker(folder) or source.name)

    def entries(self, source: Source) -> Iterator[Entry]:
        sequences: dict[str, dict[int, str]] = {}
        for file, found in _frames(source):
            sequences.setdefault(found["sequence"], {})[int(found["number"])] = file
        runs = _MOST_RUNS
        for sequence, files in sequences.items():
            entry = _read(source, sequence, files, runs)
            runs -= sum(map(_runs, entry.regions))
            yield entry

    def files(self, label: str, dataset: str, entries: Iterable[Entry]) -> Iterator[tuple[str, bytes]]:
        for entry in entries:
            if entry.protocol != _PROTOCOL or not (entry.suffix or entry.size):
                raise UsageError(f"{entry.sequence}: davis holds label images of {_PROTOCOL}, not {entry.protocol}")
            if entry.size and not entry.suffix:  # others are one object's part of what was merged
                for frame, labels in enumerate(entry.regions):
                    yield f"{label}/{label_image_name(entry.sequence, frame)}", encode_labels(labels, entry.size)


def _frames(source: Source) -> Iterator[tuple[str, re.Match[str]]]:
    for file in source.files:
        # A folder of frames alone is a sequence.
        if found := _FRAME.fullmatch(file if "/" in file else f"{source.name}/{file}"):
            yield file, found


def _tracker(folder: str) -> str:
    return next((part for part in reversed(folder.split("/")) if part not in _RESOLUTIONS), "")


def _read(source: Source, sequence: str, files: Mapping[int, str], most_runs: int) -> Entry:
    last = f"{source}/{files[max(files)]}"
    entry = Entry(sequence, "", _PROTOCOL, Regions(np.empty((0, 4))), last, Coordinates("xywh", 0))
    try:
        found, size = _decode(source, files, most_runs)
    except BadResults as error:
        return replace(entry, fault=str(error))
    return replace(entry, regions=found, size=size)


def _decode(source: Source, files: Mapping[int, str], most_runs: int) -> tuple[Regions, tuple[int, int]]:
    """Labels by frame, and the images' width and height. One image is held at a time. Raises BadResults."""
    last, shape, numbered = max(files), None, None  # the last two unknown yet
    found: list[Labels | None] = [None] * (last + 1)
    for number in range(min(1, *files), last + 1):
        if number not in files:
            raise BadResults(f"{source}/{files[last]}: expected all frames before it too, found no {number:05d}.png")
        where = f"{source}/{files[number]}"
        image = _pixels(source.read(files[number]), where)
        shape = shape or image.shape
        if image.shape != shape:
            raise BadResults(f"{where}: expected an image of shape {shape}, as those before, found {image.shape}")
        objects = np.flatnonzero(np.bincount(image.ravel()))
        objects = objects[objects > 0].tolist()
        if objects:
            white = objects == [_WHITE]
            if numbered == white or (_WHITE in objects and not white):
                expected = "objects numbered from 1, or 255 alone in all frames"
                raise BadResults(f"{where}: expected {expected}, found {objects}")
            numbered = not white
            found[number] = Labels.encode(image if numbered else image // _WHITE)
            most_runs -= _runs(found[number])
        if most_runs < 0:
            raise BadResults(f"{where}: masks of more than {_MOST_RUNS} runs until here; no results need so many")
    assert shape is not None  # there is a file at least
    return Regions.collect(found), (shape[1], shape[0])


def _runs(labels: Region | Special | None) -> int:
    return sum(len(mask.runs) for _, mask in labels.masks) if isinstance(labels, Labels) else 0


def _pixels(data: bytes, where: str) -> Pixels:
    """The numbers in a PNG (H, W). Raises BadResults."""
    if data[:8] == _PNG and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        if width * height > _MOST_PIXELS:
            raise BadResults(f"{where}: declares {width} x {height} pixels, more than the {_MOST_PIXELS} that are read")
    try:
        Image.open(io.BytesIO(data), formats=["PNG"]).verify()  # checksums, which decoding passes over
        with Image.open(io.BytesIO(data), formats=["PNG"]) as image:
            mode, pixels = image.mode, np.asarray(image)
    except Exception as error:  # strangers' bytes, of which Pillow promises no kind of error
        raise BadResults(f"{where}: not a PNG that can be decoded ({len(data)} bytes, {error})") from None
    if mode not in ("P", "L", "1"):
        raise BadResults(f"{where}: expected a PNG with a palette or grey, found one of mode {mode}")
    return pixels.astype(np.uint8)
