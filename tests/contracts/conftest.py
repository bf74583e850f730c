"""Frames to follow a target in, for contracts that hold for everything registered."""

from collections.abc import Callable

import numpy as np
import pytest

from harness import Frames, GroundTruth, Sequence
from harness.core.regions import Regions


@pytest.fixture(scope="session")
def make_sequence() -> Callable[..., Sequence]:
    """A textured square that drifts over a texture of its own, 6 to 10 frames; the same for the same number."""

    def make(number: int, most: int = 10) -> Sequence:
        rng = np.random.default_rng(number)
        length, height, width = min(6 + number % 5, most), 72 + 4 * number, 96
        background = rng.integers(0, 128, (height, width, 3), np.uint8)
        patch = rng.integers(96, 256, (18, 14, 3), np.uint8)
        images, boxes = [], []
        for step in range(length):
            x, y = 30 + 2 * step, 24 + step + number
            image = background.copy()
            image[y : y + 18, x : x + 14] = patch
            images.append(image)
            boxes.append([x, y, 14, 18])
        frames = Frames(range(length), images.__getitem__)
        return Sequence(f"s{number}", GroundTruth.visible(Regions(boxes)), frames, (width, height))

    return make
