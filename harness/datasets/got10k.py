"""GOT-10k: `got10k` (test, 180 sequences), `got10k:val` (180) and `got10k:train` (9,335).

Truth is continuous and kept as written, with no shift: the official evaluation compares it with an image that
begins at 0. Of test only the first box is published (its numbers come from the server), so the frames are as
many as the images and the truth of the others is NaN. val and train say of each frame whether the target is
absent, and in `GroundTruth.flags` how visible it is (``cover``, 0 to 8) and whether the image cuts it off
(``cut_by_image``, 0 or 1).

L. Huang, X. Zhao, K. Huang: GOT-10k, TPAMI 2021; http://got-10k.aitestunion.com.
"""

from __future__ import annotations

import re
from pathlib import Path

from harness.core.errors import BadAnnotation, MissingData
from harness.core.regions import Regions
from harness.core.sequence import Dataset, GroundTruth, Sequence
from harness.datasets import official
from harness.datasets.annotations import one_a_frame, parse_boxes, parse_flags
from harness.datasets.places import Place, search

__all__ = ["got10k"]

_SIZE = re.compile(r"^resolution: *\(([1-9]\d*), *([1-9]\d*)\)\s*$", re.MULTILINE)
_CLASS = re.compile(r"^object_class: *(.*?)\s*$", re.MULTILINE)


def got10k(root: Path, split: str | None = None) -> Dataset:
    """A split of GOT-10k as found under `root`; without one, test.

    `root` is the folder that holds the split's (or ``GOT-10k/``, ``full_data/`` around it), the split's
    itself, or where its zips lie (``val_data.zip``, ``train_data/GOT-10k_Train_split_01.zip``). A copy's own
    ``list.txt`` is not asked: what counts is the official list, and sequences beyond it are `extra`. Those of
    val and train without images can be scored, not run. Sequences are read when opened, and one that is
    broken raises then (MissingData, BadAnnotation).

    Raises UsageError for another split, MissingData where no sequence of it is found.
    """
    split = official.chosen_split("got10k", split, ("test", "val", "train"))
    expected = official.names(f"got10k-{split}")
    like = re.compile(rf"GOT-10k_{split.title()}_\d+")
    places = search(root, {"got-10k", "got10k", "full_data", split, f"{split}_data"}, depth=4, zips=f"*{split}*.zip")
    homes: dict[str, Place] = {}
    for place in reversed(places):  # of two copies the outer counts, and a folder before a zip
        homes |= {name: place / name for name in place.names() if like.fullmatch(name)}
    available = tuple(name for name in expected if name in homes)
    extra = tuple(sorted(homes.keys() - set(expected)))
    if not available:
        raise MissingData(
            f"got10k: no sequence of {split} in {root}; looked there and in its GOT-10k/, full_data/, {split}/, "
            f"{split}_data/ and *{split}*.zip for {expected[0]}/groundtruth.txt and the like"
            + (f"; {extra[0]} is not on the official list" if extra else "")
        )
    name = "got10k" if split == "test" else f"got10k-{split}"
    return Dataset(name, expected, available, lambda sequence: _open(homes[sequence], split), str(root), extra)


def _open(home: Place, split: str) -> Sequence:
    source = f"{home}/groundtruth.txt"
    frames = home.numbered_frames(first=1)
    boxes = parse_boxes(home.read("groundtruth.txt"), source)
    boxes = one_a_frame(boxes, frames, source, first_only=split == "test")
    if split == "test":
        return Sequence(home.name, GroundTruth.visible(Regions(boxes)), frames)
    flags = {
        name: parse_flags(home.read(f"{name}.label"), f"{home}/{name}.label", len(boxes))
        for name in ("absence", "cover", "cut_by_image")
    }
    truth = GroundTruth(Regions(boxes), flags.pop("absence") > 0, flags)
    size, object_class = _meta(home)
    return Sequence(home.name, truth, frames, size, object_class=object_class)


def _meta(home: Place) -> tuple[tuple[int, int], str]:
    """Width and height, to which the official evaluation clips boxes, and the class of the target."""
    text = home.read("meta_info.ini").decode("utf-8", "replace")
    size, object_class = _SIZE.search(text), _CLASS.search(text)
    if not size:
        line = next((line for line in text.splitlines() if line.startswith("resolution")), "none")
        raise BadAnnotation(f"{home}/meta_info.ini: expected a line 'resolution: (1920, 1080)', found {line[:60]!r}")
    return (int(size[1]), int(size[2])), object_class[1] if object_class else ""
