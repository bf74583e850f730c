"""Making a copy of a benchmark: composed, rendered, and written whole or not at all."""

from __future__ import annotations

import shutil
import uuid
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Self

import cv2

from harness.core.errors import UsageError
from harness.core.sequence import Image
from harness.datasets import official
from harness.datasets.synthetic.compose import Recipe, compose
from harness.datasets.synthetic.layouts.davis import Davis
from harness.datasets.synthetic.layouts.got10k import Got10k
from harness.datasets.synthetic.layouts.lasot import Lasot
from harness.datasets.synthetic.layouts.layout import Clip, Layout, Video
from harness.datasets.synthetic.layouts.otb import Otb
from harness.datasets.synthetic.layouts.trackingnet import TrackingNet
from harness.datasets.synthetic.layouts.uav123 import Uav123
from harness.datasets.synthetic.layouts.vot import Vot2019, Vot2020
from harness.datasets.synthetic.render import render
from harness.datasets.synthetic.scenes import Scene

__all__ = ["LAYOUTS", "make"]

LAYOUTS: dict[str, type[Layout]] = {
    "davis": Davis,
    "got10k": Got10k,
    "lasot": Lasot,
    "otb": Otb,
    "trackingnet": TrackingNet,
    "uav123": Uav123,
    "vot2019": Vot2019,
    "vot2020": Vot2020,
}


def make(
    benchmark: str,
    folder: Path,
    number: int,
    recipe: Recipe,
    *,
    split: str | None = None,
    zipped: bool = False,
    told: Callable[[Scene], None] = lambda _: None,
) -> tuple[Scene, ...]:
    """Write `number` sequences as `benchmark` has them into `folder`, which must be new or empty.

    Where the benchmark itself says how long its sequences are, `recipe.length` does not count. `zipped` writes
    what one would download, else it lies unpacked. `told` hears of each sequence when it is written.

    Returns the sequences, under their official names. Raises UsageError for an unknown benchmark or split, for more
    sequences than there are, and for a folder that holds something or cannot be written.
    """
    if benchmark not in LAYOUTS:
        raise UsageError(f"unknown layout {benchmark!r}: use {', '.join(LAYOUTS)}")
    if number < 1:
        raise UsageError(f"at least 1 sequence is made, found --number {number}")
    layout = LAYOUTS[benchmark](official.chosen_split(benchmark, split, LAYOUTS[benchmark].splits))
    videos = layout.videos(number, recipe.targets, recipe.length)
    folder = folder.resolve()
    part = folder.with_name(f".{folder.name}-{uuid.uuid4().hex[:8]}")
    try:
        if folder.exists() and any(folder.iterdir()):
            raise UsageError(f"{folder}: not empty; give --out a new folder")
        part.mkdir(parents=True)
        made: list[Scene] = []
        for index, video in enumerate(videos):
            own = replace(recipe, length=len(video.numbers), targets=len(video.names))
            scenes = [replace(s, name=name) for s, name in zip(compose(own, index), video.names, strict=True)]
            with _Output(part, layout if zipped else None) as output:
                _write_video(output, layout, scenes, video)
            sequences = scenes[: len(set(video.names))]  # the first target stands for a sequence of several
            made += sequences
            for scene in sequences:
                told(scene)
        with _Output(part, layout if zipped else None) as output:
            for path, text in layout.lists([scene.name for scene in made]):
                output.write(path, text.encode())
        part.rename(folder)
    except OSError as error:
        raise UsageError(f"{folder}: cannot be written ({error.strerror or error}); give another --out") from None
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return tuple(made)


class _Output:
    """Where files go: into a folder, or into the zips of a layout, open until the end of the block."""

    def __init__(self, folder: Path, zips: Layout | None) -> None:
        self._folder, self._zips = folder, zips
        self._open: dict[str, zipfile.ZipFile] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for archive in self._open.values():
            archive.close()

    def write(self, path: str, data: bytes) -> None:
        archive, inside = (self._zips and self._zips.archive(path)) or ("", path)
        file = self._folder / (archive or path)
        file.parent.mkdir(parents=True, exist_ok=True)
        if not archive:
            file.write_bytes(data)
            return
        if archive not in self._open:
            self._open[archive] = zipfile.ZipFile(file, "a")
        entry = zipfile.ZipInfo(inside)  # with a fixed date: made twice, the zips are the same
        entry.external_attr = 0o644 << 16
        self._open[archive].writestr(entry, data)


def _write_video(output: _Output, layout: Layout, scenes: list[Scene], video: Video) -> None:
    for scene in scenes:
        for path, text in layout.annotations(Clip.of(scene)):
            output.write(path, text.encode())
    for path, data in layout.masks(scenes):
        output.write(path, data)
    for number, pixels in zip(video.numbers, render(scenes[0]), strict=True):
        data = _jpeg(pixels, scenes[0].grey)
        for path in {layout.image(name, number) for name in video.names}:
            output.write(path, data)


def _jpeg(pixels: Image, grey: bool) -> bytes:
    """Of one channel where the video is grey, as the benchmarks' are."""
    image = pixels[..., 0] if grey else cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR)
    _, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 95])
    return data.tobytes()
