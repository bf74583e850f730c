"""A short sequence, and programs that speak TraX: well by the protocol's own library, or badly by hand."""

import shlex
import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from harness import Frames, Tracker
from harness.catalog import TRACKERS

# Answers with what it was started from, moved by one pixel a frame; says on stderr what it was handed.
GOOD = r"""
import sys
import numpy as np
import trax

def size(image):
    if image.type() == "path":
        return image.path()
    return len(image.buffer()) if image.type() == "buffer" else "x".join(map(str, image.array().shape))

regions, images = sys.argv[1].split(","), sys.argv[2].split(",")
server = trax.Server(regions, images, ["color"], tracker_name="good")
while True:
    request = server.wait()
    if request.type == "quit":
        break
    image = request.image["color"]
    if request.type == "initialize":
        ((region, _),) = request.objects
        count, told = 0, request.properties.dict()
        sys.stdout.write(f"begins with {region}\n")
        sys.stdout.flush()
    else:
        count += 1
    if region.type == "rectangle":
        x, y, w, h = region.bounds()
        answer = trax.Rectangle.create(x + count, y, w, h)
    elif region.type == "polygon":
        answer = trax.Polygon.create([(x + count, y) for x, y in region])
    else:
        x, y = region.offset()
        answer = trax.Mask.create(region.array(), x + count, y)
    sys.stderr.write(f"{image.type()} {size(image)} {told}\n")  # whole, since another process writes there too
    server.status([(answer, {"confidence": count / 4})])
"""

# Says hello as it should, then its words, one to each frame.
SCRIPT = r"""
import sys, time
right = '@@TRAX:state "1,2,3,4"'
print('@@TRAX:hello "trax.version=4" "trax.region=rectangle" "trax.image=path"', flush=True)
for line in sys.stdin:
    if line.startswith("@@TRAX:frame"):
        word = sys.argv.pop(1)
        if word == "exit":
            print("Traceback: of a kind", file=sys.stderr)
            sys.exit(3)
        if word == "two":
            word = right + "\n" + right
        if word == "hang":
            time.sleep(600)
        sys.stdout.write((right if word == "ok" else word) + "\n")
        sys.stdout.flush()
"""


@pytest.fixture
def frames(tmp_path: Path) -> Frames:
    """Six frames of 48 x 32, each in a file."""
    rng = np.random.default_rng(0)
    images = [rng.integers(0, 255, (32, 48, 3), np.uint8) for _ in range(6)]
    for number, image in enumerate(images):
        cv2.imwrite(str(tmp_path / f"{number}.png"), image[:, :, ::-1])
    return Frames(range(6), lambda number: images[number], lambda number: str(tmp_path / f"{number}.png"))


@pytest.fixture
def kept(tmp_path: Path, monkeypatch) -> Path:
    """Where the files lie that a process works with, and what a failed one said."""
    folder = tmp_path / "kept"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


@pytest.fixture
def good(tmp_path: Path, kept: Path) -> Callable[..., Tracker]:
    """The tracker of the protocol's own library, which takes some regions and images."""
    file = tmp_path / "good.py"
    file.write_text(GOOD)
    return lambda regions="rectangle", images="path": TRACKERS.resolve(
        f"trax:{sys.executable} {file} {regions} {images}"
    )()


@pytest.fixture
def scripted(tmp_path: Path, kept: Path) -> Callable[..., Tracker]:
    """A tracker that says these words, one to each frame."""
    file = tmp_path / "scripted.py"
    file.write_text(SCRIPT)
    return lambda *words: TRACKERS.resolve(shlex.join([f"trax:{sys.executable}", str(file), *words]))()
