"""KCF follows what it should, survives what it must, and scores on real sequences what the docs say."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from harness import Box, Frame
from trackers.classic.kcf import KCF, KCFSettings
from trackers.classic.patches import sample
from trackers.classic.scale import ScaleFilter

OTB = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "OTB100"


def frame(index, pixels):
    return Frame(index, pixels.copy)


def scene(center, size, seed=0, shape=(160, 200)):
    """A smooth textured patch of some size at some place over noise, sampled at sub-pixel positions."""
    rng = np.random.default_rng(seed)
    image = cv2.GaussianBlur(rng.integers(60, 120, (*shape, 3), np.uint8), (0, 0), 1.5)
    texture = cv2.GaussianBlur(rng.integers(0, 255, (64, 64, 3), np.uint8), (0, 0), 2.5)
    texture = cv2.normalize(texture, None, 0, 255, cv2.NORM_MINMAX)
    x, y, scale = center[0] - size / 2, center[1] - size / 2, size / 64
    affine = np.array([[scale, 0, x + scale / 2 - 0.5], [0, scale, y + scale / 2 - 0.5]])
    cv2.warpAffine(texture, affine, shape[::-1], dst=image, borderMode=cv2.BORDER_TRANSPARENT)
    return image


def follow(tracker, frames, box):
    (track,) = tracker.start(frames[:1], [box], [0])
    return [tracker.update([track], [one])[0] for one in frames[1:]]


def test_follows_sub_pixel_motion():
    centers = [(80 + 1.3 * i, 70 + 0.7 * i) for i in range(25)]
    frames = [frame(i, scene(center, 40)) for i, center in enumerate(centers)]
    answers = follow(KCF(), frames, Box(60, 50, 40, 40))
    for center, answer in zip(centers[1:], answers, strict=True):
        assert np.hypot(*np.subtract(answer.region.center, center)) < 1
        assert 0.3 < answer.confidence <= 1.05


def test_follows_scale_where_asked_to():
    sizes = [40 * 1.012**i for i in range(30)]
    frames = [frame(i, scene((100, 80), size)) for i, size in enumerate(sizes)]
    start = Box(80, 60, 40, 40)
    assert follow(KCF(), frames, start)[-1].region.w == pytest.approx(sizes[-1], rel=0.06)
    assert follow(KCF(KCFSettings(scales=1)), frames, start)[-1].region.w == 40


def test_the_scale_filter_finds_the_factor():
    before, after = (cv2.cvtColor(scene((100, 80), size), cv2.COLOR_RGB2GRAY) for size in (40, 44))
    center, size = np.array([100.0, 80.0]), np.array([40.0, 40.0])
    scales = ScaleFilter(size, 33, 1.02)
    scales.learn(before, center, size)
    assert scales.find(before, center, size) == pytest.approx(1, abs=0.01)
    assert scales.find(after, center, size) == pytest.approx(1.1, abs=0.03)


@pytest.mark.parametrize(
    "box",
    [
        Box(50, 50, 1, 1),
        Box(50, 50, 3, 2),
        Box(50, 50, 0, 0),
        Box(-20, -10, 60, 40),
        Box(180, 150, 60, 40),
        Box(-300, -300, 20, 20),
        Box(0, 0, 200, 160),
        Box(-200, -200, 900, 700),
        Box(20.3, 30.7, 5, 90),
    ],
    ids=str,
)
def test_odd_targets_are_answered_with_a_box(box):
    frames = [frame(i, scene((80 + i, 70), 40)) for i in range(4)]
    for answer in follow(KCF(), frames, box):
        assert np.isfinite(answer.region.xywh).all()
        assert min(answer.region.w, answer.region.h) > 0


@pytest.mark.parametrize("pixels", [np.zeros((160, 200, 3), np.uint8), np.full((3, 2, 3), 9, np.uint8)])
def test_images_without_content_are_survived(pixels):
    for answer in follow(KCF(), [frame(i, pixels) for i in range(3)], Box(0, 0, 2, 2)):
        assert np.isfinite(answer.region.xywh).all()


def test_tracks_know_nothing_of_each_other():
    frames = [[frame(i, scene((80 + i, 70), 40, seed)) for i in range(6)] for seed in (1, 2)]
    box, tracker = Box(60, 50, 40, 40), KCF()
    alone = [follow(KCF(), some, box) for some in frames]
    tracks = tracker.start([some[0] for some in frames], [box, box], [0, 0])
    for i in range(1, 6):
        assert tracker.update(tracks, [some[i] for some in frames]) == [some[i - 1] for some in alone]


def test_sampling_repeats_the_border():
    image = np.arange(12, dtype=np.uint8).reshape(3, 4)
    assert (sample(image, np.array([-50.0, 1.5]), np.ones(2), (3, 1)) == 4).all()


@pytest.mark.skipif(not OTB.is_dir(), reason="needs shared/data/OTB100 beside the checkout")
@pytest.mark.parametrize(("scales", "least"), [(1, (0.42, 0.60)), (33, (0.48, 0.62))])
def test_scores_on_real_sequences(tmp_path, harness, scales, least):
    harness(
        *["run", "--tracker", "kcf", "--set", f"scales={scales}", "--label", "kcf", "--width", "4"],
        *["--dataset", "otb100", "--root", OTB, "--allow-partial"],
        code=0,
    )
    harness("report", "--allow-partial", "--formats", "csv", code=0)
    rows = (tmp_path / "reports/otb100/scores.csv").read_text().splitlines()
    scores = {row.split(",")[4]: float(row.split(",")[5]) for row in rows[1:] if row.split(",")[5]}
    assert scores["auc"] > least[0]
    assert scores["precision"] > least[1]
