"""Whether a copy of a benchmark is complete and consistent, and every image in it whole."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from collections.abc import Sequence as Row
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from harness.core.errors import DataError
from harness.core.regions import Box, Region, convert
from harness.core.sequence import Dataset, Frame, Frames, Sequence
from harness.datasets import official

__all__ = ["Finding", "check"]

Size: TypeAlias = tuple[int, int]  # width, height

_TOGETHER = 64  # sequences opened at a time
_PART = 32  # frames a thread decodes before it looks up
_SHOWN_IMAGES, _SHOWN_NAMES = 3, 5


@dataclass(frozen=True, slots=True)
class Finding:
    """One line about a sequence, or about the whole copy (`sequence` is None); a note where it is not `wrong`."""

    sequence: str | None
    text: str
    wrong: bool = True


def check(
    dataset: Dataset, *, quick: bool = False, told: Callable[[int], None] = lambda _: None
) -> Generator[Finding, None, None]:
    """What is to be said about `dataset`, in its order; nothing, for a flawless copy.

    Missing and extra sequences; those that cannot be opened; flags that are not one a frame; a first region
    that no tracker can start from, or that lies outside the image; images that are broken or of several
    sizes (not looked at when `quick`); and, as notes, the benchmark's known errata. `told` is called for each
    sequence that was looked at, with its number of frames. All cores decode; at most one image each is held.
    """
    yield from _whole(dataset)
    errata = official.errata(dataset.name.partition("-")[0])
    bare, readable = [], 0
    for name, opened, images in _opened(dataset, quick):
        if name in errata:
            yield Finding(name, f"known: {errata[name]}", wrong=False)
        if isinstance(opened, DataError):
            yield Finding(name, str(opened).removeprefix(f"{name}: "))
            told(0)
            continue
        outcomes = [outcome for part in images for outcome in part.result()]
        for text in (*_truth(opened), *_images(opened, outcomes)):
            yield Finding(name, text)
        bare += [name] * (opened.frames is None)
        readable += 1
        told(len(opened))
    if bare and len(bare) == readable:
        yield Finding(None, "annotations only, no images", wrong=False)
    elif bare:
        yield Finding(None, f"{len(bare)} of {len(dataset)} sequences have no images: {_listed(bare)}")


def _whole(dataset: Dataset) -> Iterator[Finding]:
    if dataset.missing:
        count = f"{len(dataset.missing)} of {len(dataset.expected)} sequences missing"
        yield Finding(None, f"{count}: {_listed(dataset.missing)}")
    if dataset.extra:
        yield Finding(None, f"{len(dataset.extra)} on no official list: {_listed(dataset.extra)}")


def _listed(names: Row[str]) -> str:
    more = len(names) - _SHOWN_NAMES
    return ", ".join(names[:_SHOWN_NAMES]) + (f" and {more} more" if more > 0 else "")


def _opened(
    dataset: Dataset, quick: bool
) -> Iterator[tuple[str, Sequence | DataError, list[Future[list[Size | DataError]]]]]:
    """Each available sequence, or why it cannot be opened, and its images as they are decoded."""
    pool = ThreadPoolExecutor(os.cpu_count())
    try:
        for first in range(0, len(dataset), _TOGETHER):
            names = dataset.available[first : first + _TOGETHER]
            coming = []
            for name, opened in zip(names, pool.map(partial(_open, dataset), names), strict=True):
                images = []
                if not (quick or isinstance(opened, DataError) or opened.frames is None):
                    parts = range(0, len(opened), _PART)
                    images = [pool.submit(_decode, opened.frames, start) for start in parts]
                coming.append((name, opened, images))
            yield from coming
    finally:  # stopped half-way, what is queued must not be waited for
        pool.shutdown(cancel_futures=True)


def _open(dataset: Dataset, name: str) -> Sequence | DataError:
    try:
        return dataset.open(name)
    except DataError as error:
        return error


def _decode(frames: Frames, start: int) -> list[Size | DataError]:
    """What came of a part of the frames: an image's size, or why there is none."""
    return [_size(frames[index]) for index in range(start, min(start + _PART, len(frames)))]


def _size(frame: Frame) -> Size | DataError:
    try:
        height, width = frame.pixels.shape[:2]
    except DataError as error:
        return error
    return width, height


def _truth(sequence: Sequence) -> Iterator[str]:
    """What is wrong with the truth alone."""
    truth = sequence.truth
    for flag, values in {"absent": truth.absent, **truth.flags}.items():
        if len(values) != len(truth):
            yield f"expected {len(truth)} values of '{flag}', one a frame, found {len(values)}"
    if not len(truth):
        yield "no frames"
    elif _start(sequence) is None:
        yield f"no tracker can start from the first region, {truth.regions[0]}"


def _start(sequence: Sequence) -> Box | None:
    """The box around the first region; None where that is no region with an area."""
    region = sequence.truth.regions[0]
    box = convert(region, "box") if isinstance(region, Region) else None
    return box if isinstance(box, Box) and box.w > 0 and box.h > 0 and not box.missing else None


def _images(sequence: Sequence, outcomes: list[Size | DataError]) -> Iterator[str]:
    """What is wrong with the decoded images, alone and beside the truth."""
    broken = [str(outcome) for outcome in outcomes if isinstance(outcome, DataError)]
    yield from broken[:_SHOWN_IMAGES]
    if len(broken) > _SHOWN_IMAGES:
        yield f"{len(broken) - _SHOWN_IMAGES} more of {len(outcomes)} images are broken"
    sizes = Counter(outcome for outcome in outcomes if not isinstance(outcome, DataError))
    if len(sizes) > 1:
        (usual, most), (other, few), *_ = sizes.most_common()
        first = f"the first of these is image {outcomes.index(other) + 1}"
        yield f"images of {len(sizes)} sizes: {most} of {_by(usual)}, {few} of {_by(other)}; {first}"
    size = next(iter(sizes), sequence.size)
    if size and sequence.size and size != sequence.size:
        yield f"images of {_by(size)}, but the benchmark says {_by(sequence.size)}"
    if size and len(sequence) and (start := _start(sequence)):
        x, y = start.center
        if not (0 <= x <= size[0] and 0 <= y <= size[1]):
            box = ",".join(f"{value:g}" for value in start.xywh)
            yield f"the first region, {box}, lies outside the image of {_by(size)}"


def _by(size: Size) -> str:
    return f"{size[0]}x{size[1]}"
