"""Memory stays flat over many sequences: in this process, in a worker, and in the head that has one."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from harness.datasets.official import names

SEQUENCES, FRAMES, SIZE = 30, 40, (320, 240)
OF_A_SEQUENCE = FRAMES * 3 * SIZE[0] * SIZE[1] / 2**20  # megabytes of pixels
WATCHED = """
import os
from pathlib import Path
import harness

class Watched(harness.Tracker):
    '''Looks at every frame, and writes down what this process and its parent hold when a sequence begins.'''

    def start(self, frames, targets, seeds):
        pages = [int(Path(f"/proc/{process}/statm").read_text().split()[1]) for process in ("self", os.getppid())]
        with Path("memory.txt").open("a") as file:
            print(*(count * os.sysconf("SC_PAGE_SIZE") / 2**20 for count in pages), file=file)
        return [harness.Track() for _ in frames]

    def update(self, tracks, frames):
        return [harness.Prediction(harness.Box(*frame.pixels[0, :2, 0], 5, 5)) for frame in frames]
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Some of GOT-10k's test set, which has no lengths of its own; the images are noise."""
    noise = np.random.default_rng(0).integers(0, 256, (SIZE[1] // 8, SIZE[0] // 8, 3), np.uint8)
    _, image = cv2.imencode(".jpg", cv2.resize(noise, SIZE))
    root = tmp_path / "test"
    for name in names("got10k-test")[:SEQUENCES]:
        (root / name).mkdir(parents=True)
        for number in range(FRAMES):
            (root / name / f"{number + 1:08d}.jpg").write_bytes(image)
        (root / name / "groundtruth.txt").write_text("10,10,20,20\n")
    return root


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read from /proc")
@pytest.mark.parametrize("words", [["--workers", "0"], ["--workers", "1", "--width", "4"]])
def test_memory_is_flat(harness, copy, tmp_path, words):
    (tmp_path / "watched.py").write_text(WATCHED)
    words += ["--tracker", "./watched.py:Watched", "--dataset", "got10k", "--root", copy, "--allow-partial"]
    harness("run", *words, code=0)
    held = np.loadtxt(tmp_path / "memory.txt")
    assert len(held) == SEQUENCES
    grown = held[-1] - held[SEQUENCES // 3]  # by then all is loaded
    assert (grown < OF_A_SEQUENCE).all(), held
