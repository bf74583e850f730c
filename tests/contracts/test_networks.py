"""What holds for every registered network, as it was initialised: three frames, and of each family sixty."""

import resource
from pathlib import Path

import numpy as np
import pytest

from harness import Box, Compute, Frames
from harness.catalog import TRACKERS

PAGES = Path("/proc/self/statm")  # of this process, now; elsewhere than on Linux there is only the peak so far
NETWORKS = [name for name in TRACKERS if TRACKERS.load(name).traits.weights]
FAMILIES = {name.partition("_")[0]: name for name in reversed(NETWORKS)} | {"sbt": "sbt_light"}


@pytest.fixture(autouse=True)
def one_thread():
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def frames(length):
    image = np.random.default_rng(0).integers(0, 256, (72, 96, 3), np.uint8)
    return Frames(range(length), lambda number: np.roll(image, number, 1))


def resident():
    """This process's memory, in MB."""
    if PAGES.exists():
        return int(PAGES.read_text().split()[1]) * resource.getpagesize() / 2**20
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def follow(name, length):
    """The answers of one track, and the process's memory after each, in MB."""
    tracker, video = TRACKERS.load(name)(None, Compute(random_weights=0)), frames(length)
    (track,) = tracker.start([video[0]], [Box(30, 24, 14, 18)], [0])
    answers, memory = [], []
    for index in range(1, length):
        answers += tracker.update([track], [video[index]])
        memory.append(resident())
    tracker.close(track)
    return answers, memory


@pytest.mark.parametrize("name", NETWORKS)
def test_it_answers_with_boxes_that_touch_the_image(name):
    answers, _ = follow(name, 3)
    for answer in answers:
        x, y, w, h = answer.region.xywh
        assert np.isfinite([x, y, w, h, answer.confidence]).all()
        assert w > 0
        assert h > 0
        assert -w <= x <= 96
        assert -h <= y <= 72


@pytest.mark.parametrize("name", FAMILIES.values())
def test_sixty_frames_take_no_more_memory_than_twenty(name):
    _, memory = follow(name, 60)
    assert max(memory[40:]) < max(memory[10:20]) + 20
