"""What holds for every registered network, as it was initialised: three frames; of each family sixty, and edges."""

import resource
from pathlib import Path

import numpy as np
import pytest

from harness import Box, Compute, Frames, GroundTruth, Sequence
from harness.catalog import TRACKERS
from harness.core.regions import Regions
from harness.execution.loop.batching import Assignment, DriveLoop
from harness.protocols.one_pass import OnePass

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


NOISE = np.random.default_rng(0).integers(0, 256, (72, 96, 3), np.uint8)
GREY = NOISE[..., :1].repeat(3, 2)
EDGES = {  # the image, its first box, how far the target moves a frame, and how many frames there are
    "two pixels": (NOISE, (40, 30, 2, 2), 1, 3),
    "larger than the image": (NOISE, (-50, -40, 200, 150), 1, 3),
    "leaving the image": (NOISE, (70, 24, 20, 18), 40, 4),
    "outside from the start": (NOISE, (300, 200, 20, 20), 1, 2),
    "wide": (NOISE, (20, 30, 48, 12), 1, 3),
    "tall": (NOISE, (40, 10, 12, 48), 1, 3),
    "a wide image": (NOISE[:24], (30, 4, 20, 14), 1, 2),
    "an image smaller than the smallest box": (NOISE[:6, :6], (1, 1, 3, 3), 1, 2),
    "grey": (GREY, (30, 24, 14, 18), 1, 2),
    "one colour": (np.full_like(NOISE, 127), (30, 24, 14, 18), 1, 2),
    "one frame": (NOISE, (30, 24, 14, 18), 1, 1),
}


def frames(length):
    return Frames(range(length), lambda number: np.roll(NOISE, number, 1))


def resident():
    """This process's memory, in MB."""
    if PAGES.exists():
        return int(PAGES.read_text().split()[1]) * resource.getpagesize() / 2**20
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def follow(name, length):
    """The answers of one track, and the process's memory after each, in MB."""
    tracker, video = TRACKERS.load(name)(None, Compute("cpu", random_weights=0)), frames(length)
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


def at_the_edge(name):
    """A sequence of the target, which covers itself with stripes, and is cut off where the image ends."""
    image, (x, y, w, h), step, length = EDGES[name]

    def drawn(number):
        shown = image.copy()
        left, top = max(x + step * number, 0), max(y, 0)
        shown[top : max(y + h, 0) : 2, left : max(x + step * number + w, 0)] //= 2
        return shown

    truth = GroundTruth.visible(Regions([[x + step * number, y, w, h] for number in range(length)]))
    return Sequence(name, truth, Frames(range(length), drawn), image.shape[1::-1])


@pytest.mark.parametrize("name", FAMILIES.values())
def test_no_sequence_is_too_strange(name):
    """All edges in one run: none ends it for the others."""
    tracker, protocol = TRACKERS.load(name)(None, Compute("cpu", random_weights=0)), OnePass()
    trials = [(one, protocol.trials(one, tracker.traits)[0]) for one in map(at_the_edge, EDGES)]
    outcomes = list(DriveLoop(tracker, width=4).run(Assignment(protocol, *trial, 0) for trial in trials))
    assert len(outcomes) == len(EDGES)
    for outcome in outcomes:
        edge = outcome.assignment.sequence.name
        assert outcome.error is None, edge
        boxes = np.array([region.xywh for region in outcome.trajectory.regions])
        assert boxes.shape == (EDGES[edge][-1], 4), edge
        assert np.isfinite(boxes).all(), edge
        assert (boxes[1:, 2:] > 0).all(), edge
        assert np.isfinite(outcome.trajectory.confidences[1:]).all(), edge
