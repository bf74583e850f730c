"""Trials of different protocols, on boxes, polygons, masks and labels, share a tracker, and change nothing."""

import cv2
import numpy as np
import pytest

from harness import Box, EachAlone, Frames, GroundTruth, Labels, Mask, Polygon, Prediction, Sequence
from harness.catalog import TRACKERS
from harness.core.anchors import ANCHOR
from harness.core.regions import Regions, Special, convert
from harness.execution.loop.batching import Assignment, DriveLoop
from harness.execution.provenance import trial_seed
from harness.protocols.multi_start import MultiStart
from harness.protocols.one_pass import OnePass
from harness.protocols.realtime import Realtime
from harness.protocols.supervised import Supervised
from harness.protocols.unsupervised import Unsupervised
from harness.protocols.video_segmentation import VideoSegmentation

LENGTH, SIDE, SIZE = 24, 18, (100, 60)


def corners(seed: int) -> list[tuple[int, int]]:
    """Where the target is: two pixels further a frame, but for a leap, in which a tracker loses it."""
    return [(8 + n + (30 if n >= 8 + seed else 0), 8 + n % 12) for n in range(LENGTH)]


def sequence(name: str, shape, seed: int) -> Sequence:
    """A textured square over noise; `shape` makes its truth of a corner."""
    rng = np.random.default_rng(seed)
    background = rng.integers(0, 90, (SIZE[1], SIZE[0], 3), np.uint8)
    patch = cv2.resize(rng.integers(60, 255, (6, 6, 3), np.uint8), (SIDE, SIDE))

    def decode(number):
        x, y = corners(seed)[number]
        image = background.copy()
        image[y : y + SIDE, x : x + SIDE] = patch
        return image

    anchors = np.zeros(LENGTH)
    anchors[[0, 15]] = 1, -1
    regions = Regions.collect(shape(*corner) for corner in corners(seed))
    truth = GroundTruth(regions, np.zeros(LENGTH, bool), {ANCHOR: anchors})
    return Sequence(name, truth, Frames(range(LENGTH), decode), SIZE)


def box(x, y):
    return Box(x, y, SIDE, SIDE)


def polygon(x, y):
    return Polygon(((x, y + 2.0), (x + SIDE, y), (x + SIDE, y + SIDE), (x, y + SIDE)))


def mask(x, y):
    return Mask(x, y, SIDE, SIDE, (0, SIDE * SIDE))


def labels(x, y):
    upper, lower = Mask(x, y, SIDE, 9, (0, SIDE * 9)), Mask(x, y + 9, SIDE, 9, (0, SIDE * 9))
    return Labels(((1, upper), (2, lower)))


CASES = [
    (OnePass(), sequence("boxes", box, 0)),
    (Supervised(2), sequence("polygons", polygon, 1)),
    (Supervised(1), sequence("failing", mask, 2)),
    (MultiStart(), sequence("masks", mask, 3)),
    (Unsupervised(2), sequence("turned", polygon, 4)),
    (Realtime(seconds={"late": np.linspace(0, 0.2, LENGTH)}), sequence("late", box, 5)),
    (VideoSegmentation(), sequence("objects", labels, 6)),
]


def assignments(tracker):
    return [
        Assignment(protocol, one, trial, trial_seed(7, one.name, trial.repetition))
        for protocol, one in CASES
        for trial in protocol.trials(one, tracker.traits)
    ]


class Guess:
    """Follows by the brightest spot near the last one, with noise of its own: seeds and memory both count."""

    def initialize(self, frame, target):
        self.box, self.step = convert(target, "box"), np.zeros(2)

    def track(self, frame):
        x, y = max(int(self.box.x), 0), max(int(self.box.y), 0)
        window = frame.pixels[y : y + 2 * SIDE, x : x + 2 * SIDE].sum(2)
        dy, dx = np.unravel_index(window.argmax(), window.shape)
        self.step = 0.5 * self.step + 0.2 * (np.array([dx, dy]) - SIDE / 2) + np.random.normal(0, 0.5, 2)
        self.box = Box(*np.clip(self.box.xywh[:2] + self.step, 0, 40), SIDE, SIDE)
        return Prediction(self.box, float(window.max()))


@pytest.fixture(params=["kcf", "guess"])
def build(request):
    return TRACKERS.load("kcf") if request.param == "kcf" else lambda: EachAlone(Guess)


def test_mixed_at_width_6_they_are_answered_as_one_by_one(build):
    todo = assignments(build())
    together = {o.assignment.trial.name: o for o in DriveLoop(build(), width=6).run(iter(todo))}
    assert len(together) == len(todo) == 11
    for assignment in todo:
        (alone,) = DriveLoop(build()).run([assignment])
        mixed = together[assignment.trial.name]
        assert (alone.error, mixed.error) == (None, None)
        assert mixed.trajectory.regions == alone.trajectory.regions
        np.testing.assert_array_equal(mixed.trajectory.confidences, alone.trajectory.confidences)
    resets = together["failing_001"].trajectory.regions
    assert Special.FAILED in list(resets), "nothing failed: resets were not tried"
