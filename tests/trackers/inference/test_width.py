"""Width: targets in one call are answered as each in a call of its own, by one forward instead of many.

On a processor named by its number, which is treated like any device but "cpu": batches are filled up to the width.
"""

from copy import deepcopy

import numpy as np
import pytest
import torch
from torch import nn

from harness import Box, Compute, Frames
from harness.core.overlap import box_overlap
from trackers.sbt.tracker import SBTLight
from trackers.siamx.tracker import SiamXAdaptive

WIDTH = 8
IMAGE = np.random.default_rng(0).integers(0, 256, (120, 160, 3), np.uint8)
FRAMES = Frames(range(WIDTH), lambda number: np.roll(IMAGE, (3 * number, 5 * number), (0, 1)))
TARGET = Box(60, 40, 30, 40)


def settled(cls):
    """A tracker whose batch norms are fitted to noise: as initialised, a network that has them answers infinities."""

    class Settled(cls):
        def build(self):
            network = super().build()
            norms = [module for module in network.modules() if isinstance(module, nn.BatchNorm2d)]
            for norm in norms:
                norm.momentum = 1.0
            noise = torch.rand(1, 3, 255, 255, generator=torch.Generator().manual_seed(0)) * 255
            with torch.no_grad():
                if norms:
                    network(noise[..., :127, :127], noise)
            return network

    return Settled(None, Compute(device="cpu:0", random_weights=0))


class Watched:
    """A tracker's forwards of so many images each."""

    def __init__(self, tracker):
        first = next(module for module in tracker.network.modules() if isinstance(module, nn.Conv2d))
        first.register_forward_hook(lambda _, inputs, output: self.seen.append(len(output)))
        self.tracker, self.seen = tracker, []

    def update(self, tracks, frames):
        """Boxes ``(N, 4)``, scores ``(N,)``, and how many images each forward saw."""
        self.seen.clear()
        answers = self.tracker.update(tracks, frames)
        return np.array([one.region.xywh for one in answers]), np.array([one.confidence for one in answers]), self.seen

    def follow(self, width, frames):
        """The boxes of a target through `frames`, at a width; of each frame, how many images its forwards saw."""
        self.tracker.prepare(width)
        tracks = self.tracker.start([frames[0]], [TARGET], [0])
        steps = [(boxes[0], list(seen)) for boxes, _, seen in (self.update(tracks, [frame]) for frame in frames[1:])]
        return map(list, zip(*steps, strict=True))


@pytest.fixture(scope="module", params=[SBTLight, SiamXAdaptive])
def watched(request):
    return Watched(settled(request.param))


def test_a_step_at_width_8_is_eight_at_width_1(watched):
    (track,) = watched.tracker.start([FRAMES[0]], [TARGET], [0])
    tracks = [deepcopy(track) for _ in FRAMES]
    watched.tracker.prepare(WIDTH)
    boxes, scores, seen = watched.update(deepcopy(tracks), list(FRAMES))
    assert seen == [WIDTH]
    assert len(np.unique(boxes.round(2), axis=0)) == len(np.unique(scores.round(4))) == WIDTH
    watched.tracker.prepare(1)
    for number in range(WIDTH):
        box, score, seen = watched.update(tracks[number : number + 1], [FRAMES[number]])
        assert seen == [1]
        np.testing.assert_allclose(box[0], boxes[number], atol=1e-3, rtol=0)
        np.testing.assert_allclose(score[0], scores[number], atol=1e-5, rtol=0)


def test_a_sequence_is_followed_alike_at_any_width(watched):
    frames = list(FRAMES)[:3]
    narrow, seen = watched.follow(1, frames)
    assert seen == [[1]] * 2
    wide, seen = watched.follow(WIDTH, frames)
    assert seen == [[WIDTH]] * 2
    assert box_overlap(narrow, wide).mean() > 0.99
    assert box_overlap(narrow, [TARGET.xywh]).max() < 0.99  # the target was not left where it was
