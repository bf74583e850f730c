"""Frames a second of the whole drive loop, and of the bare network in batches of the same width.

    python benchmarks/throughput.py [TRACKER ...]

The loop reads and decodes JPEGs of 640x360, cuts crops, decodes answers and keeps them; the bare network is given
crops that lie ready. Both take turns, so that a machine that slows down slows both, and the ratio counts: the aim is at
least 0.85. Weights are random. A step of the loop is timed from the answer before it to its own, starts left out. On a
GPU the loop has two lanes, the bare network a single batch. OMP_NUM_THREADS says how many cores the network may have.
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path

import cv2
import numpy as np
import torch

from harness import Compute, GroundTruth, Sequence
from harness.catalog import TRACKERS
from harness.core.regions import Regions
from harness.datasets.places import Folder
from harness.execution.loop.batching import Assignment, DriveLoop
from harness.protocols.one_pass import OnePass
from trackers.inference.torch_tracker import TorchTracker

WIDTHS = {"cpu": (1, 8), "cuda": (1, 8, 16, 32, 64)}
FRAMES = {"cpu": 6, "cuda": 100}  # a sequence
ROUNDS = 3
SIZE, TARGET = (640, 360), (290.0, 160.0, 60.0, 40.0)


def write(folder: Path, frames: int) -> None:
    """JPEGs of moving patches of colour."""
    rng = np.random.default_rng(0)
    image = cv2.resize(rng.integers(0, 256, (SIZE[1] // 8, SIZE[0] // 8, 3), np.uint8), SIZE)
    for number in range(frames):
        cv2.imwrite(str(folder / f"{number}.jpg"), np.roll(image, (number, 2 * number), (0, 1)))


def assignments(folder: Path, frames: int, width: int) -> list[Assignment]:
    """As many trials, all of a length, as fly together."""
    protocol = OnePass()
    images = Folder(folder).frames(range(frames), "{}.jpg".format)
    truth = GroundTruth.visible(Regions(np.tile(TARGET, (frames, 1))))
    sequences = [Sequence(str(number), truth, images) for number in range(width)]
    return [Assignment(protocol, one, protocol.trials(one, TorchTracker.traits)[0], 0) for one in sequences]


def looped(tracker: TorchTracker, folder: Path, frames: int, width: int) -> float:
    """Frames a second, from the last start to the last answer."""
    times, counts = [time.perf_counter()], [0]

    def answered(count: int) -> None:
        times.append(time.perf_counter())
        counts.append(counts[-1] + count)

    outcomes = list(DriveLoop(tracker, width=width, on_answers=answered).run(assignments(folder, frames, width)))
    assert all(outcome.error is None for outcome in outcomes), outcomes[0].error
    first = next(number for number, count in enumerate(counts) if count >= width)
    return (counts[-1] - counts[first]) / (times[-1] - times[first])


class Bare:
    """The network's step on inputs that were caught once."""

    def __init__(self, tracker: TorchTracker, folder: Path, width: int) -> None:
        self._tracker, self._width = tracker, width
        seen = []
        compute = tracker.compute

        def caught(step, *inputs):
            seen.append((step, [torch.as_tensor(each)[:1] for each in inputs]))
            return compute(step, *inputs)

        tracker.compute = caught
        list(DriveLoop(tracker).run(assignments(folder, 2, 1)))
        tracker.compute = compute
        self._step, one = seen[-1]
        self._inputs = [each.to(tracker.device).expand(width, *each.shape[1:]).contiguous() for each in one]

    def rate(self, steps: int) -> float:
        """Frames a second."""
        self._tracker.prepare(self._width)
        began = time.perf_counter()
        for _ in range(steps):
            self._tracker.compute(self._step, *self._inputs)
        return steps * self._width / (time.perf_counter() - began)


def measure(name: str, device: str, folder: Path) -> None:
    tracker, frames = TRACKERS.load(name)(None, Compute(device, random_weights=0)), FRAMES[device]
    for width in WIDTHS[device]:
        bare = Bare(tracker, folder, width)
        bare.rate(1)  # warm
        pairs = [(looped(tracker, folder, frames, width), bare.rate(frames - 1)) for _ in range(ROUNDS)]
        whole, network = (statistics.median(rates) for rates in zip(*pairs, strict=True))
        ratio = statistics.median(one / other for one, other in pairs)
        print(f"{name:12} {device:5} {width:5} {whole:10.1f} {network:10.1f} {ratio:8.2f}", flush=True)


def main() -> None:
    print(f"torch {torch.__version__}, {torch.get_num_threads()} threads")
    print("tracker      on    width   loop f/s   bare f/s    ratio")
    for device in ("cpu", "cuda") if torch.cuda.is_available() else ("cpu",):
        for name in sys.argv[1:] or ("sbt_light",):
            with tempfile.TemporaryDirectory() as folder:
                write(Path(folder), FRAMES[device])
                measure(name, device, Path(folder))


if __name__ == "__main__":
    main()
