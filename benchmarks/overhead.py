"""What a loop costs beside the tracker: ours at width 1, got10k-toolkit's, and one as pytracking writes it.

    python benchmarks/overhead.py

The same tracker follows the same JPEG files in each, in turns, through each loop's own verbs; "wrapped" is got10k's
class in our loop. It busies a core for 0 or 5 ms a frame (partly with the interpreter's lock, as trackers do) and adds
up its own seconds; what is left of the wall clock is the loop's: reading, decoding, handing over. Aims: at most 5 % of
a tracker of 5 ms; else 0.2 ms, where images are so small that decoding is nothing. Results are not written. All loops
have the memory settings of a worker.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from got10k.trackers import Tracker as Got10kTracker
from PIL import Image

from harness import Box, Frame, GroundTruth, Prediction, Region, Track, Tracker
from harness import Sequence as TrackingSequence
from harness.core.regions import Regions
from harness.datasets.places import Folder
from harness.execution.loop.batching import Assignment, DriveLoop
from harness.execution.two_verbs import tracker_class
from harness.execution.workers.crew import MEMORY_KEPT
from harness.protocols.one_pass import OnePass

FRAMES, ROUNDS = 400, 5
BOX = (5.0, 5.0, 12.0, 12.0)


class Busy:
    """Takes `seconds` for each image; what it took in all is in `own`."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self.own = seconds, 0.0

    def see(self, pixels: np.ndarray) -> tuple[float, ...]:
        began = time.perf_counter()
        patch = pixels[:32, :32].astype(np.float32)
        while time.perf_counter() - began < self.seconds:
            for _ in range(20):
                patch = cv2.GaussianBlur(patch, (7, 7), 2.0)
            sum(range(2000))
        self.own += time.perf_counter() - began
        return BOX


class Ours(Tracker[Track]):
    """It by our verbs."""

    def __init__(self, busy: Busy) -> None:
        super().__init__()
        self.busy = busy

    def start(self, frames: Sequence[Frame], targets: Sequence[Region], seeds: Sequence[int]) -> list[Track]:
        self.busy.see(frames[0].pixels)
        return [Track()]

    def update(self, tracks: Sequence[Track], frames: Sequence[Frame]) -> list[Prediction]:
        return [Prediction(Box(*self.busy.see(frames[0].pixels)))]


class Got10k(Got10kTracker):
    """It by got10k's verbs."""

    def __init__(self, busy: Busy) -> None:
        super().__init__("busy")
        self.busy = busy

    def init(self, image: Image.Image, box: np.ndarray) -> None:
        self.update(image)

    def update(self, image: Image.Image) -> np.ndarray:
        return np.array(self.busy.see(np.asarray(image)))  # here PIL decodes


def drive(tracker: Tracker[Any], paths: list[Path]) -> None:
    protocol = OnePass()
    truth = GroundTruth.visible(Regions(np.tile(BOX, (len(paths), 1))))
    frames = Folder(paths[0].parent).frames(range(len(paths)), lambda number: paths[number].name)
    sequence = TrackingSequence("busy", truth, frames)
    (trial,) = protocol.trials(sequence, tracker.traits)
    (outcome,) = DriveLoop(tracker).run([Assignment(protocol, sequence, trial, 0)])
    assert outcome.trajectory is not None, outcome.error


def by_ours(busy: Busy, paths: list[Path]) -> None:
    drive(Ours(busy), paths)


def by_ours_wrapped(busy: Busy, paths: list[Path]) -> None:
    def build() -> Got10k:
        return Got10k(busy)

    drive(tracker_class(build, "busy")(), paths)


def by_got10k(busy: Busy, paths: list[Path]) -> None:
    Got10k(busy).track([str(path) for path in paths], np.array(BOX))


def by_pytracking(busy: Busy, paths: list[Path]) -> None:
    boxes, times = [], []
    for path in paths:
        image = cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB)
        began = time.time()
        boxes.append(busy.see(image))
        times.append(time.time() - began)


LOOPS: dict[str, Callable[[Busy, list[Path]], None]] = {
    "ours, width 1": by_ours,
    "ours, wrapped": by_ours_wrapped,
    "got10k-toolkit": by_got10k,
    "as pytracking": by_pytracking,
}


def write(folder: Path, width: int, height: int) -> list[Path]:
    """JPEGs of moving patches of colour."""
    rng = np.random.default_rng(0)
    image = cv2.resize(rng.integers(0, 256, (height // 8, width // 8, 3), np.uint8), (width, height))
    paths = [folder / f"{number:04d}.jpg" for number in range(FRAMES)]
    for number, path in enumerate(paths):
        cv2.imwrite(str(path), np.roll(image, (number, 2 * number), (0, 1)))
    return paths


def left(loop: Callable[[Busy], None], seconds: float) -> float:
    """Milliseconds a frame that are not the tracker's own."""
    busy = Busy(seconds)
    began = time.perf_counter()
    loop(busy)
    return 1e3 * (time.perf_counter() - began - busy.own) / FRAMES


def main() -> None:
    if not MEMORY_KEPT.keys() <= os.environ.keys():  # glibc reads them when a program starts
        os.execve(sys.executable, [sys.executable, *sys.argv], os.environ | MEMORY_KEPT)
    for width, height in ((640, 360), (32, 32)):
        with tempfile.TemporaryDirectory() as folder:
            paths = write(Path(folder), width, height)
            for seconds in (0.005, 0.0):
                loops = {name: partial(loop, paths=paths) for name, loop in LOOPS.items()}
                spent: dict[str, list[float]] = {name: [] for name in loops}
                for _ in range(ROUNDS):
                    for name, loop in loops.items():
                        spent[name].append(left(loop, seconds))
                print(f"\n{width}x{height}, a tracker of {1e3 * seconds:.0f} ms: overhead a frame")
                for name, values in spent.items():
                    median = statistics.median(values)
                    share = f"{median / (1e3 * seconds):7.1%}" if seconds else ""
                    print(f"  {name:15} {median:6.3f} ms{share}   (from {min(values):.3f} to {max(values):.3f})")


if __name__ == "__main__":
    main()
