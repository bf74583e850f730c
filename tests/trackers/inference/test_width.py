"""Width: targets in one call are answered as each in a call of its own, by one forward instead of many.

On a processor named by its number, which is treated like any device but "cpu": batches are filled up to the width.
"""

from copy import deepcopy

import numpy as np
import pytest
import torch
from torch import nn

from harness import Box, Compute, Frames
from trackers.sbt.tracker import SBTLight
from trackers.siamx.tracker import SiamXAdaptive

WIDTH = 8
IMAGE = np.random.default_rng(0).integers(0, 256, (120, 160, 3), np.uint8)
FRAMES = Frames(range(WIDTH), lambda number: np.roll(IMAGE, (3 * number, 5 * number), (0, 1)))


def settled(tracker):
    """The tracker, its batch norms fitted to noise: as initialised, a network that has them answers infinities."""
    norms = [module for module in tracker.network.modules() if isinstance(module, nn.BatchNorm2d)]
    for norm in norms:
        norm.momentum = 1.0
        norm.train()
    noise = torch.rand(1, 3, 255, 255, generator=torch.Generator().manual_seed(0)) * 255
    with torch.inference_mode():
        if norms:
            tracker.network(noise[..., :127, :127], noise)
    tracker.network.eval()
    return tracker


def updated(tracker, tracks, frames):
    """Boxes ``(N, 4)``, scores ``(N,)``, and how many images each forward saw."""
    seen = []
    first = next(module for module in tracker.network.modules() if isinstance(module, nn.Conv2d))
    hook = first.register_forward_hook(lambda _, inputs, output: seen.append(len(output)))
    tracker.prepare(len(tracks))
    answers = tracker.update(tracks, frames)
    hook.remove()
    return np.array([one.region.xywh for one in answers]), np.array([one.confidence for one in answers]), seen


@pytest.mark.parametrize("cls", [SBTLight, SiamXAdaptive])
def test_a_step_at_width_8_is_eight_at_width_1(cls):
    tracker = settled(cls(None, Compute(device="cpu:0", random_weights=0)))
    (track,) = tracker.start([FRAMES[0]], [Box(60, 40, 30, 40)], [0])
    tracks = [deepcopy(track) for _ in FRAMES]
    boxes, scores, seen = updated(tracker, deepcopy(tracks), list(FRAMES))
    assert seen == [WIDTH]
    assert len(np.unique(boxes.round(2), axis=0)) == len(np.unique(scores.round(4))) == WIDTH
    for number in range(WIDTH):
        box, score, seen = updated(tracker, tracks[number : number + 1], [FRAMES[number]])
        assert seen == [1]
        np.testing.assert_allclose(box[0], boxes[number], atol=1e-3, rtol=0)
        np.testing.assert_allclose(score[0], scores[number], atol=1e-5, rtol=0)
