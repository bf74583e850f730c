"""VOT's short-term benchmarks: `vot2016`, `vot2018`, `vot2019`, `vot2020` (60 sequences each), `vot2021` and `vot2022`.

Truth is kept as written, with no shift: rectangles and rotated rectangles until 2019, masks of pixels from 2020 on.
The official codes draw these numbers to pixels in ways of their own, and the rules follow them. A frame is absent
where its mask is empty, or its line ``0`` or NaN.

What the benchmark says of each frame is in `GroundTruth.flags`, by its file's name: tags (``occlusion.tag``, 0 or 1)
and values. ``anchor.value``, which each sequence has from 2020 on, says where a run begins: above 0 to the end, below
0 to the beginning. Files shorter than the sequence go on with 0, as the toolkit reads them. Tags are of frames: no
sequence has `attributes`.

The list of 2021 is not known here: what a copy lists is what is expected of it.

M. Kristan et al.: The Visual Object Tracking challenge results, 2016 to 2022; https://www.votchallenge.net.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from harness.core.errors import BadAnnotation, MissingData
from harness.core.masks import Mask
from harness.core.regions import Box, Polygon, Region, Regions
from harness.core.sequence import Dataset, Frames, GroundTruth, Sequence
from harness.datasets import official
from harness.datasets.annotations import parse_flags
from harness.datasets.places import Place, search

__all__ = ["vot2016", "vot2018", "vot2019", "vot2020", "vot2021", "vot2022"]

Float = NDArray[np.float64]

_FLAGS = re.compile(r"(.+)\.(?:tag|label|value)")
_SIZE = re.compile(r"^(width|height) *= *([1-9]\d*)\s*$", re.MULTILINE)
_ZIPS = ("", "sequences", "color")  # folders in which the server's zips may lie
_TAGS = ("camera_motion", "illum_change", "motion_change", "occlusion", "size_change")


def vot2016(root: Path, split: str | None = None) -> Dataset:
    """VOT2016, as `vot2019`."""
    return _dataset(2016, root, split)


def vot2018(root: Path, split: str | None = None) -> Dataset:
    """VOT2018, as `vot2019`."""
    return _dataset(2018, root, split)


def vot2019(root: Path, split: str | None = None) -> Dataset:
    """VOT2019 as found under `root`.

    `root` (or a folder ``vot2019``, ``VOT`` or ``sequences``, or a zip ``*vot2019*.zip`` in it) holds
    ``ants1/groundtruth.txt`` and ``ants1/color/00000001.jpg``, or the images without a folder of their own, or what
    VOT's server has for vot-toolkit to unpack: ``ants1.zip`` of annotations and, in the same folder or in its
    ``sequences/`` or ``color/``, the zip of images that ``description.json`` names. Annotations alone will do: also
    pysot's ``VOT2019.json``, asked for what lies in neither. The size of images is what the
    file ``sequence`` says or, in copies without it, that of the first, decoded for it. Sequences are read when
    opened, and one that is broken raises then (MissingData, BadAnnotation, BadImage).

    Raises UsageError for a split, MissingData where no sequence is found; those of another kind of VOT, with anchors
    where this one has none or without, do not count.
    """
    return _dataset(2019, root, split)


def vot2020(root: Path, split: str | None = None) -> Dataset:
    """VOT2020, as `vot2019`, but for the JSON."""
    return _dataset(2020, root, split)


def vot2021(root: Path, split: str | None = None) -> Dataset:
    """VOT2021, as `vot2020`; what is expected is what the copy's ``list.txt`` says or, without one, what is there."""
    return _dataset(2021, root, split)


def vot2022(root: Path, split: str | None = None) -> Dataset:
    """VOT2022, as `vot2020`: with masks (STs) or, of the same sequences, rectangles (STb)."""
    return _dataset(2022, root, split)


def _dataset(year: int, root: Path, split: str | None) -> Dataset:
    name, anchored = f"vot{year}", year >= 2020
    official.chosen_split(name, split)
    places = search(root, {name, "sequences", "vot"}, depth=3, zips=f"*vot*{year}*.zip")
    expected = _listed(places, anchored) if year == 2021 else official.names(name)
    homes = _homes(places, expected, anchored)
    videos = {} if anchored else _videos(places, f"{name}.json")
    available = tuple(sequence for sequence in expected if sequence in homes or sequence in videos)
    if not available:
        beside = "with anchor.value beside it" if anchored else f"without anchor.value, or {name.upper()}.json"
        raise MissingData(
            f"{name}: no sequence in {root}; looked there and in its {name}/, sequences/ and *{name}*.zip for "
            f"ants1/groundtruth.txt and the like, {beside}"
        )

    def opened(sequence: str) -> Sequence:
        return _open(sequence, homes[sequence]) if sequence in homes else _open_video(sequence, *videos[sequence])

    return Dataset(name, expected, available, opened, str(root), _extra(places, expected, anchored))


def _listed(places: list[Place], anchored: bool) -> tuple[str, ...]:
    """What the copy itself lists or, where it does not, holds."""
    lists = [place.read("list.txt").decode("latin-1").split() for place in places if place.has("list.txt")]
    lists += [list(described) for place in places if (described := _described(place))]
    return tuple(dict.fromkeys(lists[0])) if lists else _extra(places, (), anchored)


@dataclass(frozen=True, slots=True)
class _Home:
    """Where a sequence's annotations lie, and its images; either may be the top of a zip."""

    annotations: Place
    images: Place


def _homes(places: list[Place], names: Collection[str], anchored: bool) -> dict[str, _Home]:
    """Where the sequences are, in the outermost of several copies, and unpacked rather than zipped."""
    homes: dict[str, _Home] = {}
    for place in reversed(places):
        zips = {file: top for inside in _ZIPS for file, top in (place / inside if inside else place).zips().items()}
        here, described = place.names(), _described(place) if zips else {}
        for name in names:
            annotated, pictured = described.get(name, (f"{name}.zip", ""))
            home = place / name if name in here else zips.get(annotated)
            if home is not None and _of_kind(home := _within(home, name), anchored):
                zipped = not _has(home, "color") and zips.get(pictured)
                homes[name] = _Home(home, _within(zipped or home, "color"))
    return homes


def _described(place: Place) -> dict[str, tuple[str, str]]:
    """What the server's list of downloads says: each sequence's zip of annotations, and of images."""
    if not place.has("description.json"):
        return {}
    try:
        return {
            one["name"]: (_file(one["annotations"]["url"]), _file(one["channels"]["color"]["url"]))
            for one in json.loads(place.read("description.json"))["sequences"]
        }
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BadAnnotation(f"{place}/description.json: expected VOT's list of downloads; download it again") from None


def _file(url: str) -> str:
    return url.rpartition("/")[2]


def _within(place: Place, name: str) -> Place:
    """The folder of that name in it, if there is one; else itself."""
    return place / name if _has(place, name) else place


def _of_kind(home: Place, anchored: bool) -> bool:
    """Whether it is a folder of VOT's, of the years asked for; one without truth, or broken, may be of any."""
    if _has(home, "groundtruth.txt"):
        return _has(home, "anchor.value") == anchored
    return _has(home, "color", otherwise=True)


def _has(place: Place, name: str, otherwise: bool = False) -> bool:
    """Whether it is in there, `otherwise` where that cannot be read: who opens it will be told why."""
    try:
        return place.has(name)
    except MissingData:
        return otherwise


def _extra(places: list[Place], expected: Collection[str], anchored: bool) -> tuple[str, ...]:
    """Folders that are a sequence, and not on the list."""
    names = {name for place in places for name in place.names()}.difference(expected)
    homes = _homes(places, names, anchored)
    return tuple(sorted(name for name, home in homes.items() if _has(home.annotations, "groundtruth.txt")))


def _open(name: str, place: _Home) -> Sequence:
    home, images = place.annotations, place.images
    source = f"{home}/groundtruth.txt"
    regions = _parse(home.read("groundtruth.txt"), source)
    frames = images.numbered_frames(first=1)
    if frames is None and images != home:
        raise MissingData(f"{images}: expected images 00000001.jpg and on, found none; copy it again")
    if frames is not None and len(frames) != len(regions):
        counts = f"{len(regions)} rows and {len(frames)} images"
        raise BadAnnotation(f"{source}: expected a row an image, found {counts}; copy the sequence again")
    flags = {}
    for file in sorted(home.names()):
        if found := _FLAGS.fullmatch(file):
            data = home.read(file)
            values = parse_flags(data, f"{home}/{file}", len(data.rstrip().splitlines()))
            flags[found[1]] = _a_frame(values, len(regions), f"{home}/{file}")
    return Sequence(name, _truth(regions, flags), frames, _size(home, frames))


def _size(home: Place, frames: Frames | None) -> tuple[int, int] | None:
    """Width and height of the images, at whose edges overlaps end."""
    said = dict(_SIZE.findall(home.read("sequence").decode("latin-1"))) if home.has("sequence") else {}
    if len(said) == 2:
        return int(said["width"]), int(said["height"])
    if frames is None:
        return None
    height, width, _ = frames[0].pixels.shape
    return width, height


def _truth(regions: Regions, flags: Mapping[str, Float]) -> GroundTruth:
    absent = [region is None or (isinstance(region, Mask) and not region.area) for region in regions]
    return GroundTruth(regions, np.array(absent, bool), flags)


def _a_frame(values: ArrayLike, count: int, source: str) -> Float:
    """One value a frame, with 0 where there are fewer. Raises BadAnnotation where there are more."""
    known = np.asarray(values, np.float64).ravel()
    if len(known) > count:
        raise BadAnnotation(f"{source}: expected at most {count} values, one a frame, found {len(known)}")
    return np.pad(known, (0, count - len(known)))


def _parse(data: bytes, source: str) -> Regions:
    lines = data.removeprefix(codecs.BOM_UTF8).decode("latin-1").rstrip().splitlines()
    if not lines:
        raise BadAnnotation(f"{source}: expected a region a line, found an empty file")
    regions = []
    for number, line in enumerate(lines, 1):
        try:
            regions.append(_region(line))
        except ValueError:
            form = "x,y,w,h, corners x,y,... or a mask mx,y,w,h,runs..."
            raise BadAnnotation(f"{source}:{number}: expected {form}, found {line[:60]!r}") from None
    return Regions.collect(regions)


def _region(line: str) -> Region | None:
    """What a line says, None where there is no target. Raises ValueError."""
    if "_" in line:  # which Python's own numbers may hold
        raise ValueError(line)
    if not line.startswith("m"):
        return _shape(list(map(float, line.split(","))))
    x, y, w, h, *runs = map(int, line[1:].split(","))
    return Mask(x, y, w, h, tuple(runs))


def _shape(values: list[float]) -> Region | None:
    """A rectangle, or a polygon of at least three corners; None for NaN and the code 0. Raises ValueError."""
    if values == [0] or (len(values) > 3 and np.isnan(values).any()):
        return None
    if not np.isfinite(values).all() or len(values) % 2:
        raise ValueError(f"no region: {values}")
    return Box(*values) if len(values) == 4 else Polygon(tuple(zip(values[::2], values[1::2], strict=True)))


def _videos(places: list[Place], file: str) -> dict[str, tuple[Any, str]]:
    """What pysot's JSON holds of each sequence, and where that is."""
    videos: dict[str, tuple[Any, str]] = {}
    for place in reversed(places):
        for name in sorted(place.names()):
            if name.lower() == file:
                source = f"{place}/{name}"
                try:
                    videos |= {sequence: (video, source) for sequence, video in json.loads(place.read(name)).items()}
                except (ValueError, AttributeError) as error:
                    raise BadAnnotation(f"{source}: expected pysot's JSON, one object a sequence: {error}") from None
    return videos


def _open_video(name: str, video: Any, source: str) -> Sequence:
    try:
        regions = Regions.collect(_shape(list(map(float, row))) for row in video["gt_rect"])
        size = int(video["width"]), int(video["height"])
        flags = {tag: _a_frame(video[tag], len(regions), f"{source}: {name}: {tag}") for tag in _TAGS if video.get(tag)}
    except (KeyError, TypeError, ValueError) as error:
        raise BadAnnotation(f"{source}: {name}: expected pysot's gt_rect, width and height: {error}") from None
    return Sequence(name, _truth(regions, flags), size=size)
