"""What tests of several folders share: a small copy of OTB, and the command as a user types it."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import settings

settings.register_profile("busy", deadline=None)  # no test is about how fast this machine is
settings.load_profile("busy")

LENGTHS = {"Deer": 71, "Football1": 74, "Skiing": 81, "Bird2": 99}  # the shortest of OTB, at their official lengths


@pytest.fixture
def otb_copy(tmp_path: Path) -> Path:
    """Four sequences in OTB's own layout, with small made-up images: a textured square over noise."""
    root = tmp_path / "OTB100"
    for seed, (name, length) in enumerate(LENGTHS.items()):
        rng = np.random.default_rng(seed)
        background = rng.integers(0, 90, (48, 64, 3), np.uint8)
        patch = rng.integers(120, 255, (14, 14, 3), np.uint8)
        images = root / name / "img"
        images.mkdir(parents=True)
        rows = []
        for number in range(length):
            x, y = 24 + round(16 * np.sin(number / 9)), 16 + round(10 * np.sin(number / 7))
            image = background.copy()
            image[y : y + 14, x : x + 14] = patch
            cv2.imwrite(str(images / f"{number + 1:04d}.jpg"), image)
            rows.append(f"{x + 1},{y + 1},14,14\n")
        (root / name / "groundtruth_rect.txt").write_text("".join(rows))
    return root


@pytest.fixture
def harness(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """`harness …` in a process of its own, in the test's folder."""

    def call(*words: str, code: int | None = None) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "harness", *map(str, words)]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False)
        if code is not None:
            assert done.returncode == code, done.stderr
        return done

    return call
