"""DAVIS: a PNG of palette colours for each frame, whose numbers are the targets of the video."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterable, Iterator
from collections.abc import Sequence as Row
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from harness.core.palette import PALETTE
from harness.datasets import official
from harness.datasets.synthetic.layouts.layout import Clip, Layout, Text, Video, shared
from harness.datasets.synthetic.render import visible_masks
from harness.datasets.synthetic.scenes import Scene

__all__ = ["Davis"]


class Davis(Layout):
    """``JPEGImages/480p/blackswan/00000.jpg``, ``Annotations/480p/blackswan/00000.png`` and ``ImageSets``.

    Two targets of a video are 1 and 2 in one sequence; what hides them is background. Sequences are those of 2017, of
    which 2016 has some.
    """

    splits: ClassVar[tuple[str, ...]] = ("val", "train")

    def videos(self, number: int, targets: int, length: int) -> list[Video]:
        videos = shared(official.names(f"davis17-{self.split}"), number, 1, range(length))
        return [Video(video.names * targets, video.numbers) for video in videos]

    def annotations(self, clip: Clip) -> Iterator[Text]:
        return iter(())

    def masks(self, scenes: Row[Scene]) -> Iterator[tuple[str, bytes]]:
        width, height = scenes[0].size
        for number, masks in enumerate(zip(*map(visible_masks, scenes), strict=True)):
            ids = np.zeros((height, width), np.uint8)
            for target, mask in enumerate(masks, 1):
                ids[mask.decode(width, height)] = target
            yield f"Annotations/480p/{scenes[0].name}/{number:05d}.png", _png(ids)

    def image(self, name: str, number: int) -> str:
        return f"JPEGImages/480p/{name}/{number:05d}.jpg"

    def archive(self, path: str) -> tuple[str, str]:
        return "DAVIS-2017-trainval-480p.zip", f"DAVIS/{path}"

    def lists(self, names: Collection[str]) -> Iterable[Text]:
        for year in "2016", "2017":
            own = official.names(f"davis{year[2:]}-{self.split}")
            yield f"ImageSets/{year}/{self.split}.txt", "".join(f"{name}\n" for name in names if name in own)


def _png(ids: NDArray[np.uint8]) -> bytes:
    image = Image.fromarray(ids)
    image.putpalette(PALETTE)
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()
