"""Two lanes through a real network: the bytes of one, at equal batches; on a GPU where there is one."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.functional import conv2d

from harness import Box, Compute, Frames, GroundTruth, OutOfMemory, Prediction, Sequence, Track
from harness.core.regions import Regions
from harness.execution.loop.batching import Assignment, DriveLoop
from harness.protocols.one_pass import OnePass
from harness.store.formats import encode_numbers, encode_regions
from trackers.inference.crops import area_windows, cut
from trackers.inference.torch_tracker import TorchTracker, host

LENGTHS = [9, 5, 12, 7, 10, 6, 8]
DEVICES = ["cpu:0", *["cuda"] * torch.cuda.is_available()]


class Target(Track):
    def __init__(self, box, template):
        self.box, self.template = box, template


class Siamese(TorchTracker):
    """Follows the highest correlation of what two layers make of template and search region."""

    name = "siamese"
    source = "this test"

    def build(self):
        return nn.Sequential(nn.Conv2d(3, 16, 4, 4), nn.ReLU(), nn.Conv2d(16, 32, 3, padding=1))

    def counted(self): ...

    def start(self, frames, targets, seeds):
        boxes = np.array([target.xywh for target in targets])
        crops = cut([frame.pixels for frame in frames], area_windows(boxes, 2), 32)
        (templates,) = self.compute(lambda z: self.network(z / 255), crops)
        return [Target(*each) for each in zip(boxes, templates, strict=True)]

    def update(self, tracks, frames):
        boxes = np.array([track.box for track in tracks])
        windows = area_windows(boxes, 4)
        crops = cut([frame.pixels for frame in frames], windows, 64)
        (maps,) = self.compute(self.search, torch.stack([track.template for track in tracks]), crops)
        maps = host(maps)
        for track, one, (x, y, side) in zip(tracks, maps, windows, strict=True):
            row, column = np.unravel_index(one.argmax(), one.shape)
            middle = np.array([x, y]) + (np.array([column, row]) + 0.5) / one.shape * side
            track.box = np.concatenate((middle - track.box[2:] / 2, track.box[2:]))
        return [Prediction(Box(*track.box), one.max()) for track, one in zip(tracks, maps, strict=True)]

    def search(self, templates, crops):
        features = self.network(crops / 255)
        batch, channels = features.shape[:2]
        maps = conv2d(features.flatten(0, 1), templates.flatten(0, 1)[:, None], groups=batch * channels)
        return maps.unflatten(0, (batch, channels)).sum(1)


def assignments():
    rng = np.random.default_rng(0)
    image = rng.integers(0, 256, (120, 160, 3), np.uint8)
    for number, length in enumerate(LENGTHS):
        frames = Frames(range(length), lambda n, number=number: np.roll(image, (n, 2 * n + number), (0, 1)))
        truth = GroundTruth.visible(Regions(np.tile([60.0, 40, 30, 40], (length, 1))))
        one = Sequence(str(number), truth, frames)
        yield Assignment(OnePass(), one, OnePass().trials(one, Siamese.traits)[0], 0)


def written(outcomes):
    """What would be stored of them."""
    found = {outcome.assignment.sequence.name: outcome.trajectory for outcome in outcomes}
    return {name: encode_regions(one.regions) + encode_numbers(one.confidences) for name, one in found.items()}


@pytest.mark.parametrize("device", DEVICES)
def test_answers_are_those_of_one_lane_to_the_byte(device):
    def driven(**how):
        return written(DriveLoop(Siamese(None, Compute(device, random_weights=0)), **how).run(assignments()))

    in_two, in_one = driven(width=6, lanes=2), driven(width=3, lanes=1)
    assert len(in_two) == len(LENGTHS)
    assert in_two == in_one


def test_when_memory_ends_all_is_done_at_half_the_width():
    class Cramped(Siamese):
        def search(self, templates, crops):
            return torch.empty(2**50) if len(crops) > 1 else super().search(templates, crops)

    loop = DriveLoop(Cramped(None, Compute("cpu:0", random_weights=0)), width=4)
    made = written(loop.run(assignments()))
    assert loop.width == 2  # one a lane
    assert made == written(DriveLoop(Siamese(None, Compute("cpu:0", random_weights=0))).run(assignments()))


def test_what_does_not_fit_alone_fails_with_its_reason():
    class Never(Siamese):
        def search(self, templates, crops):
            return torch.empty(2**50)

    outcomes = list(DriveLoop(Never(None, Compute("cpu:0", random_weights=0)), width=4).run(assignments()))
    assert len(outcomes) == len(LENGTHS)
    assert all(isinstance(outcome.error, OutOfMemory) for outcome in outcomes)
    assert {str(outcome.error) for outcome in outcomes} == {"cpu:0 has too little memory for one target"}
