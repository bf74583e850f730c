"""harness serve: a tracker of ours behind TraX gives to the byte what it gives in process."""

import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from harness import Frames, Tracker
from harness.catalog import TRACKERS
from harness.core.regions import Box
from harness.execution.choice import TrackerChoice

CHATTY = """
import os
import harness

print("imported")

class Chatty(harness.Tracker):
    def start(self, frames, targets, seeds):
        os.write(1, b"no newline here")
        return [target for target in targets]

    def update(self, tracks, frames):
        print('@@TRAX:state "9,9,9,9"')
        return [harness.Prediction(track) for track in tracks]
"""


@pytest.fixture
def frames() -> Frames:
    """A textured square that moves by fractions over noise."""
    rng = np.random.default_rng(0)
    background, patch = rng.integers(0, 90, (60, 90, 3), np.uint8), rng.integers(120, 255, (16, 16, 3), np.uint8)

    def decode(number: int) -> np.ndarray:
        image = background.copy()
        image[20 + number : 36 + number, 10 + 2 * number : 26 + 2 * number] = patch
        return image

    return Frames(range(8), decode)


def followed(tracker: Tracker, frames: Frames) -> list[tuple[tuple[float, ...], float]]:
    target = Box(10.1, 20 / 3, 16.0, 15.7)
    (track,) = tracker.start([frames[0]], [target], [3])
    answers = [tracker.update([track], [frames[number]])[0] for number in range(1, len(frames))]
    tracker.close(track)
    return [(answer.region.xywh, answer.confidence) for answer in answers]


def served(*words: str) -> Tracker:
    return TRACKERS.resolve(f"trax:{sys.executable} -m harness serve --tracker {' '.join(map(str, words))}")()


def test_to_the_byte_as_in_process(frames):
    tracker = served("kcf", "--set", "padding=1.5")
    own = TrackerChoice("kcf", {"padding": "1.5"}).build().tracker
    expected = followed(own, frames)
    assert [followed(tracker, frames), followed(tracker, frames)] == [expected, expected]
    assert expected != followed(TRACKERS.load("kcf")(), frames)


def test_what_a_tracker_prints_is_no_message(frames, tmp_path: Path):
    file = tmp_path / "chatty.py"
    file.write_text(CHATTY)
    answers = followed(served(f"{file}:Chatty"), frames)
    assert {box for box, _ in answers} == {(10.1, 20 / 3, 16.0, 15.7)}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--tracker", "kfc"], "unknown tracker 'kfc'; did you mean 'kcf'?"),
        (["--tracker", "kcf", "--set", "padding"], "expected KEY=VALUE"),
    ],
)
def test_what_cannot_be_served_is_one_line(harness, words, message):
    done = harness("serve", *words)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_the_toolkit_drives_it(frames, tmp_path: Path):
    """vot-toolkit's own runtime, from a registry; to the four decimals that libtrax keeps."""
    pytest.importorskip("trax")
    for number in range(len(frames)):
        cv2.imwrite(str(tmp_path / f"{number}.png"), frames[number].pixels[:, :, ::-1])
    (tmp_path / "trackers.ini").write_text(
        f"[kcf]\nprotocol = trax\ncommand = {sys.executable} -m harness serve --tracker kcf\n"
    )
    program = (
        "import sys, warnings; warnings.simplefilter('ignore')\n"
        "from vot.tracker import Registry, ObjectStatus\n"
        "from vot.region import Rectangle\n"
        "class Frame:\n"
        "    def __init__(self, path): self.path = path\n"
        "    def filename(self, channel): return self.path\n"
        "with Registry(['trackers.ini'])['kcf'].runtime() as runtime:\n"
        "    for _ in range(2):\n"
        "        runtime.initialize(Frame(sys.argv[1]), [ObjectStatus(Rectangle(10.125, 20.25, 16, 15.5), {})])\n"
        "        for path in sys.argv[2:]:\n"
        "            ((region, _),), _ = runtime.update(Frame(path), [])\n"
        "            print(region.x, region.y, region.width, region.height)\n"
    )
    files = [str(tmp_path / f"{number}.png") for number in range(len(frames))]
    command = [sys.executable, "-c", program, *files]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    found = np.array([line.split() for line in done.stdout.splitlines()[-14:]], float)
    tracker = TRACKERS.load("kcf")()
    (track,) = tracker.start([frames[0]], [Box(10.125, 20.25, 16, 15.5)], [0])
    expected = [tracker.update([track], [frames[number]])[0].region.xywh for number in range(1, 8)]
    assert found == pytest.approx(np.array(expected * 2), abs=1e-3)
