"""VOT: rotated rectangles and tags to 2019, masks and anchors from 2020 on; some tags shorter than their sequence."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from harness.core.anchors import ANCHOR, with_anchors
from harness.core.masks import Mask
from harness.core.regions import Regions
from harness.core.sequence import GroundTruth
from harness.datasets import official
from harness.datasets.synthetic.layouts.layout import Clip, Layout, Text, Video, lines, shared
from harness.datasets.synthetic.motion import polygons, poses
from harness.datasets.synthetic.render import visible_masks
from harness.datasets.synthetic.scenes import Layer

__all__ = ["Vot2019", "Vot2020", "rotated_boxes"]

_TAGS = {"illum_change": "IV", "motion_change": "FM", "size_change": "SV"}


class Vot2019(Layout):
    """``list.txt`` and ``agility/{color/00000001.jpg, groundtruth.txt, sequence, camera_motion.tag, …}``.

    Zipped as on VOT's server: a zip of annotations a sequence, and one of images that ``description.json`` names.

    A rectangle is of the whole target, hidden or not, and turned as it is. A tag that was measured of the whole
    sequence is raised in each of its frames; occlusion is where something hides a part.
    """

    year: ClassVar[int] = 2019

    def videos(self, number: int, targets: int, length: int) -> list[Video]:
        return shared(official.names(f"vot{self.year}"), number, targets, range(1, length + 1))

    def annotations(self, clip: Clip) -> Iterator[Text]:
        yield f"{clip.name}/groundtruth.txt", self.truth(clip)
        yield f"{clip.name}/sequence", _sequence(clip)
        _, inside, seen = clip.areas.T
        hidden = np.flatnonzero(seen < inside)
        occlusion = np.isin(np.arange(1 + max(hidden, default=0)), hidden)  # ends with the last that is raised
        tags = {tag: np.full(clip.scene.length, code in clip.scene.attributes) for tag, code in _TAGS.items()}
        tags |= {"camera_motion": np.ones(clip.scene.length, bool), "occlusion": occlusion}
        for tag, raised in tags.items():
            yield f"{clip.name}/{tag}.tag", lines(raised[:, None])

    def truth(self, clip: Clip) -> str:
        return lines(rotated_boxes(clip.scene.target, clip.scene.length), form=".2f")

    def image(self, name: str, number: int) -> str:
        return f"{name}/color/{number:08d}.jpg"

    def archive(self, path: str) -> tuple[str, str] | None:
        name, _, file = path.partition("/")
        color, _, image = file.rpartition("/")
        return (_images(name), image) if color else (f"{name}.zip", file) if file else None

    def lists(self, names: Collection[str]) -> Iterable[Text]:
        yield "list.txt", "".join(f"{name}\n" for name in names)
        downloads = [
            {"name": name, "annotations": {"url": f"{name}.zip"}, "channels": {"color": {"url": f"../{_images(name)}"}}}
            for name in names
        ]
        yield "description.json", json.dumps({"name": f"VOT{self.year}", "sequences": downloads}, indent=1)


class Vot2020(Vot2019):
    """The same with masks of the pixels that can be seen, and ``anchor.value``."""

    year: ClassVar[int] = 2020

    def annotations(self, clip: Clip) -> Iterator[Text]:
        yield from super().annotations(clip)
        truth = with_anchors(GroundTruth.visible(Regions.collect(visible_masks(clip.scene))))
        yield f"{clip.name}/anchor.value", lines(truth.flags[ANCHOR][:, None], form=".0f")

    def truth(self, clip: Clip) -> str:
        return "".join(f"{_spell(mask)}\n" for mask in visible_masks(clip.scene))


def rotated_boxes(layer: Layer, length: int) -> NDArray[np.float64]:
    """The smallest rectangles around a layer that are turned as it is, four corners x,y each: (length, 8)."""
    corners = polygons(layer, length) @ [1, 1j]
    along = poses(layer, length)[:, 2:4] @ [1, 1j]
    turn = (along / np.abs(along))[:, None]
    upright = corners * turn.conj()
    left, top, right, bottom = (ends(part, 1) for ends in (np.min, np.max) for part in (upright.real, upright.imag))
    box = np.stack((left + 1j * top, right + 1j * top, right + 1j * bottom, left + 1j * bottom), 1) * turn
    return np.stack((box.real, box.imag), 2).reshape(length, 8)


def _images(name: str) -> str:
    return f"sequences/{name}-color.zip"


def _sequence(clip: Clip) -> str:
    width, height = clip.scene.size
    facts = {
        "name": clip.name,
        "fps": 30,
        "format": "default",
        "channels.color": "color/%08d.jpg",
        "width": width,
        "height": height,
    }
    return "".join(f"{name}={value}\n" for name, value in facts.items())


def _spell(mask: Mask) -> str:
    runs = mask.runs or (0,)
    return "m" + ",".join(map(str, (mask.x, mask.y, mask.w, mask.h, *runs)))
