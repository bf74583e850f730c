"""UAV123: integers counted from 1, NaN where the target is not to be seen; sequences that share a folder of frames."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import ClassVar

import numpy as np

from harness.core.errors import UsageError
from harness.datasets import official
from harness.datasets.synthetic.layouts.layout import Clip, Layout, Text, Video, flags, lines, whole_pixels

__all__ = ["Uav123"]

_LABELS = ("SV", "ARC", "LR", "FM", "FOC", "POC", "OV", "BC", "IV", "VC", "CM", "SO")


class Uav123(Layout):
    """``UAV123/{data_seq/UAV123/bird1/000001.jpg, anno/UAV123/bird1_1.txt, anno/UAV123/att/bird1_1.txt}``.

    The shortest sequences first, over the frame numbers of the official list, and with each the others of its folder.
    Folders whose sequences have a frame in common are left out, for each sequence is a video of its own here.
    """

    own_lengths: ClassVar[bool] = True

    def videos(self, number: int, targets: int, length: int) -> list[Video]:
        if targets > 1:
            raise UsageError(f"uav123 has no two targets in the same frames, found --targets {targets}")
        folders: dict[str, list[Video]] = {}
        for name, folder, first, last in official.rows("uav123"):
            folders.setdefault(folder, []).append(Video((name,), range(int(first), int(last) + 1)))
        whole = [
            videos for videos in folders.values() if all(a.numbers[-1] < b.numbers[0] for a, b in pairwise(videos))
        ]
        if number > (count := sum(map(len, whole))):
            raise UsageError(f"uav123 has {count} sequences without a frame in common, found --number {number}")
        chosen: list[Video] = []
        for videos in sorted(whole, key=lambda videos: min(len(video.numbers) for video in videos)):
            if len(chosen) < number:
                chosen += videos
        return chosen

    def annotations(self, clip: Clip) -> Iterator[Text]:
        truth = np.where(clip.absent[:, None], np.nan, whole_pixels(clip.boxes, origin=1))
        yield f"UAV123/anno/UAV123/{clip.name}.txt", lines(truth, form=".0f").replace("nan", "NaN")
        similar = {"SO"} if "BC" in clip.scene.attributes else set()  # what clutters a made scene looks like its target
        yield f"UAV123/anno/UAV123/att/{clip.name}.txt", flags(_LABELS, clip.scene.attributes | similar)

    def image(self, name: str, number: int) -> str:
        folder = next(row[1] for row in official.rows("uav123") if row[0] == name)
        return f"UAV123/data_seq/UAV123/{folder}/{number:06d}.jpg"

    def archive(self, path: str) -> tuple[str, str]:
        return "Dataset_UAV123.zip", path
