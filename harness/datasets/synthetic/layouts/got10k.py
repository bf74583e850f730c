"""GOT-10k: four decimals, counted from 0; three files of labels a sequence; of test the first box alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import ClassVar

import numpy as np

from harness.datasets import official
from harness.datasets.synthetic.layouts.layout import Clip, Layout, Text, Video, lines, shared

__all__ = ["Got10k"]


class Got10k(Layout):
    """``val/GOT-10k_Val_000001/{00000001.jpg, groundtruth.txt, absence.label, cover.label, …}``, ``val/list.txt``.

    A box is always of the whole target; where nothing of it is to be seen, absence is 1 and cover 0.
    """

    splits: ClassVar[tuple[str, ...]] = ("test", "val", "train")

    def videos(self, number: int, targets: int, length: int) -> list[Video]:
        return shared(official.names(f"got10k-{self.split}"), number, targets, range(1, length + 1))

    def annotations(self, clip: Clip) -> Iterator[Text]:
        home, test = f"{self.split}/{clip.name}", self.split == "test"
        yield f"{home}/groundtruth.txt", lines(clip.boxes[: 1 if test else None], form=".4f")
        if test:
            return
        whole, inside, seen = clip.areas.T
        cover = -(-8 * seen // whole)  # in eighths, rounded up: 0 only where there is nothing
        for name, values in ("absence", clip.absent), ("cover", cover), ("cut_by_image", inside < whole):
            yield f"{home}/{name}.label", lines(np.asarray(values)[:, None])
        yield f"{home}/meta_info.ini", _meta_info(clip)

    def image(self, name: str, number: int) -> str:
        return f"{self.split}/{name}/{number:08d}.jpg"

    def archive(self, path: str) -> tuple[str, str] | None:
        if self.split != "train":
            return f"{self.split}_data.zip", path
        inside = path.partition("/")[2]
        if inside == "list.txt":
            return None
        part = 1 + (int(inside.partition("/")[0].rpartition("_")[2]) - 1) // 500  # nineteen zips in all
        return f"train_data/GOT-10k_Train_split_{part:02d}.zip", inside

    def lists(self, names: Collection[str]) -> Iterable[Text]:
        yield f"{self.split}/list.txt", "".join(f"{name}\n" for name in names)


def _meta_info(clip: Clip) -> str:
    """As in the benchmark, without a last newline."""
    facts = {
        "url": "none",
        "begin": "00:00:00",
        "end": f"00:00:{clip.scene.length // 10:02d}",
        "anno_fps": "10Hz",
        "object_class": clip.scene.target.photo,
        "motion_class": "floating",
        "major_class": "photograph",
        "root_class": "object",
        "motion_adverb": "smoothly",
        "resolution": clip.scene.size,
    }
    return "\n".join(("[METAINFO]", *(f"{name}: {value}" for name, value in facts.items())))
