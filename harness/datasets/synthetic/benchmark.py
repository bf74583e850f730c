"""`synthetic`: the scenes as a dataset, rendered on first use and kept under its root.

``<root>/v<VERSION>/<video>/00000001.png`` and so on. A video is rendered into a hidden folder beside
its place and renamed when whole, so that a killed render leaves nothing that looks like frames.
"""

from __future__ import annotations

import shutil
import threading
import uuid
from pathlib import Path

import cv2

from harness.core.errors import MissingData, UsageError
from harness.core.regions import Polygon, Regions
from harness.core.sequence import Dataset, Frames, GroundTruth, Image, Sequence
from harness.datasets.images import decode_image
from harness.datasets.synthetic.compose import challenges
from harness.datasets.synthetic.motion import boxes, polygons
from harness.datasets.synthetic.render import areas, render, visible_masks
from harness.datasets.synthetic.scenes import SCENES, Scene

__all__ = ["VERSION", "synthetic"]

VERSION = 1  # raise it whenever a pixel or a truth changes: frames cached by older code are then left alone

SPLITS = ("default", "polygons", "masks", "challenges")

_RENDERING = threading.Lock()  # threads that decode ahead wait for one render; other processes render their own


def synthetic(root: Path, split: str | None = None) -> Dataset:
    """Twelve sequences of 60 to 120 frames, 320x240, or sixteen of ``challenges``; the same pixels on every machine.

    Of the twelve, ``default`` boxes and ``polygons`` are of the whole target, exact; ``masks`` are its visible
    pixels. ``challenges`` are short, 160x120, and tagged with what was measured in them: where nothing of a target
    is to be seen, it is absent, and its box stays that of the whole, be it hidden or outside the image.

    `root` need not exist; nothing is rendered before a frame is touched. Raises UsageError for another split; a
    frame raises MissingData where `root` cannot be written.
    """
    split = split or "default"
    if split not in SPLITS:
        raise UsageError(f"synthetic has no split {split!r}: use {', '.join(SPLITS)}")
    scenes = {scene.name: scene for scene in challenges()} if split == "challenges" else SCENES
    names = tuple(scenes)
    stored = "synthetic" if split == "default" else f"synthetic-{split}"
    return Dataset(stored, names, names, lambda name: _open(root, split, scenes[name]), str(root))


def _open(root: Path, split: str, scene: Scene) -> Sequence:
    def file(number: int) -> Path:
        return _rendered(root, scene) / f"{number:08d}.png"

    def pixels(number: int) -> Image:
        path = file(number)
        return decode_image(path.read_bytes(), str(path))

    frames = Frames(range(1, scene.length + 1), pixels, lambda number: str(file(number)))
    return Sequence(scene.name, _truth(scene, split), frames, scene.size, scene.attributes)


def _truth(scene: Scene, split: str) -> GroundTruth:
    if split == "masks":
        return GroundTruth.visible(Regions.collect(visible_masks(scene)))
    if split == "polygons":
        corners = polygons(scene.target, scene.length).tolist()
        return GroundTruth.visible(Regions.collect(Polygon(tuple(map(tuple, points))) for points in corners))
    regions = Regions(boxes(scene.target, scene.length))
    if split == "challenges":
        return GroundTruth(regions, areas(scene)[:, 2] == 0)
    return GroundTruth.visible(regions)


def _rendered(root: Path, scene: Scene) -> Path:
    """The folder that holds the scene's frames, rendered now if need be."""
    folder = root / f"v{VERSION}" / (scene.video or scene.name)
    if not folder.is_dir():
        with _RENDERING:
            _render_into(folder, scene)
    return folder


def _render_into(folder: Path, scene: Scene) -> None:
    if folder.is_dir():  # rendered while this thread waited
        return
    part = folder.with_name(f".{folder.name}-{uuid.uuid4().hex[:8]}")
    try:
        part.mkdir(parents=True)
        for number, pixels in enumerate(render(scene), 1):
            image = cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR)
            _, data = cv2.imencode(".png", image, [cv2.IMWRITE_PNG_COMPRESSION, 1])
            (part / f"{number:08d}.png").write_bytes(data.tobytes())
        part.rename(folder)
    except OSError as error:
        if not folder.is_dir():  # else another process came first, with the same pixels
            raise MissingData(
                f"{folder}: the frames of {scene.name!r} are rendered here on first use, but cannot be written "
                f"({error.strerror or error}); give --root a folder that can"
            ) from None
    finally:
        shutil.rmtree(part, ignore_errors=True)
