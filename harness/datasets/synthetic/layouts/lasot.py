"""LaSOT: integers counted from 1, absence in two files of one line each, and the toolkit's ``annos/`` beside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import numpy as np

from harness.datasets import official
from harness.datasets.synthetic.layouts.layout import Clip, Layout, Text, Video, flags, lines, shared, whole_pixels

__all__ = ["Lasot"]

_LABELS = ("IV", "POC", "DEF", "MB", "CM", "IPR", "BC", "VC", "SV", "FOC", "FM", "OV", "LR", "ARC")  # ROT is IPR here


class Lasot(Layout):
    """``airplane/airplane-1/{img/00000001.jpg, groundtruth.txt, full_occlusion.txt, out_of_view.txt, nlp.txt}``.

    Out of view, a box is 0,0,0,0; fully occluded, it is that of the whole target: the benchmark has both. Of test
    there are ``annos/airplane-1.txt``, ``annos/absent/`` and ``annos/att/`` too, as the official toolkit has them.

    The zip of a class holds what was made of it. Who takes it for the benchmark's expects the whole class: four
    sequences of each in test, sixteen in train.
    """

    splits: ClassVar[tuple[str, ...]] = ("test", "train")

    def videos(self, number: int, targets: int, length: int) -> list[Video]:
        return shared(official.names(f"lasot-{self.split}"), number, targets, range(1, length + 1))

    def annotations(self, clip: Clip) -> Iterator[Text]:
        home, outside = _home(clip.name), clip.outside
        truth = lines(np.where(outside[:, None], 0, whole_pixels(clip.boxes, origin=1)))
        yield f"{home}/groundtruth.txt", truth
        yield f"{home}/full_occlusion.txt", lines([clip.absent & ~outside])
        yield f"{home}/out_of_view.txt", lines([outside])
        yield f"{home}/nlp.txt", f"a piece of {clip.scene.target.photo} moving over {clip.scene.backdrop}\n"
        if self.split == "test":
            yield f"annos/{clip.name}.txt", truth
            yield f"annos/absent/{clip.name}.txt", lines(clip.absent[:, None])
            yield f"annos/att/{clip.name}.txt", flags(_LABELS, clip.scene.attributes)

    def image(self, name: str, number: int) -> str:
        return f"{_home(name)}/img/{number:08d}.jpg"

    def archive(self, path: str) -> tuple[str, str] | None:
        group = path.partition("/")[0]
        return None if group == "annos" else (f"{group}.zip", path)


def _home(name: str) -> str:
    return f"{name.rpartition('-')[0]}/{name}"
