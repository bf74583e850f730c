"""OTB: integers counted from 1, in some files parted by tabs; two targets of a video in one folder."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import ClassVar

from harness.core.errors import UsageError
from harness.datasets import official
from harness.datasets.synthetic.layouts.layout import Clip, Layout, Text, Video, lines, whole_pixels

__all__ = ["Otb"]


class Otb(Layout):
    """``Deer/groundtruth_rect.txt`` and ``Deer/img/0001.jpg``; of two targets ``Jogging/groundtruth_rect.1.txt``.

    The shortest videos first, over the frame numbers of the official list, and each with all of its targets. The
    benchmark marks no absence: a box is always of the whole target.
    """

    own_lengths: ClassVar[bool] = True

    def videos(self, number: int, targets: int, length: int) -> list[Video]:
        found = []
        for _, rows in groupby(official.rows("otb100"), lambda row: _folder(row[0])):
            (name, first, last, _), *others = rows
            if 1 + len(others) == targets:
                found.append(Video((name, *(row[0] for row in others)), range(int(first), int(last) + 1)))
        if number > targets * len(found):
            what = f"{targets * len(found)} sequences with {targets} target(s) a video"
            raise UsageError(f"otb has {what}, found --number {number}")
        found.sort(key=lambda video: len(video.numbers))
        return found[: -(-number // targets)]

    def annotations(self, clip: Clip) -> Iterator[Text]:
        target = clip.name.partition(".")[2]
        tabs = len(clip.name) % 3 == 0  # as in a third of the benchmark's files, some of which forget the last newline
        text = lines(whole_pixels(clip.boxes, origin=1), "\t" if tabs else ",")
        name = f"groundtruth_rect.{target}.txt" if target else "groundtruth_rect.txt"
        yield f"{_folder(clip.name)}/{name}", text.rstrip() if tabs else text

    def image(self, name: str, number: int) -> str:
        digits = 5 if name == "Board" else 4
        return f"{_folder(name)}/img/{number:0{digits}d}.jpg"

    def archive(self, path: str) -> tuple[str, str]:
        return f"{path.partition('/')[0]}.zip", path


def _folder(name: str) -> str:
    return name.partition(".")[0]
