"""TrackingNet: integers counted from 0, images ``0.jpg``, ``1.jpg`` and on; of test the first box alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from harness.datasets import official
from harness.datasets.synthetic.layouts.layout import Clip, Layout, Text, Video, lines, shared, whole_pixels

__all__ = ["TrackingNet"]

_CHUNK = 2511  # sequences in each of the twelve chunks of train


class TrackingNet(Layout):
    """``TEST/anno/-Dz7OIf54b0_0.txt`` and ``TEST/frames/-Dz7OIf54b0_0/0.jpg``; train goes into ``TRAIN_0``.

    Train's sequences are named like the benchmark's, after videos that do not exist, since no list of them is
    known. The benchmark marks no absence: a box is always of the whole target.
    """

    splits: ClassVar[tuple[str, ...]] = ("test", "train")

    def videos(self, number: int, targets: int, length: int) -> list[Video]:
        made = [f"{'-_'[video % 2]}made{video:06d}_{target}" for video in range(_CHUNK) for target in range(targets)]
        names = official.names("trackingnet-test") if self.split == "test" else made[:_CHUNK]
        return shared(names, number, targets, range(length))

    def annotations(self, clip: Clip) -> Iterator[Text]:
        rows = whole_pixels(clip.boxes, origin=0)
        yield f"{self._chunk}/anno/{clip.name}.txt", lines(rows[:1] if self.split == "test" else rows)

    def image(self, name: str, number: int) -> str:
        return f"{self._chunk}/frames/{name}/{number}.jpg"

    def archive(self, path: str) -> tuple[str, str] | None:
        chunk, kind, name, *image = path.split("/")
        return (f"{chunk}/zips/{name}.zip", image[0]) if kind == "frames" else None

    @property
    def _chunk(self) -> str:
        return "TEST" if self.split == "test" else "TRAIN_0"
