"""KCF follows what it should, survives what it must, and scores on real sequences what the docs say."""

import math
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest

from harness import Box, Frame, HarnessError, Prediction
from trackers.classic.kcf import CELL, KCF, KCFSettings
from trackers.classic.patches import sample
from trackers.classic.scale import ScaleFilter

OTB = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "OTB100"

Scene = list[Frame]


def _texture(seed: int, height: int, width: int, blur: float = 2.0) -> np.ndarray:
    noise = np.random.default_rng(seed).normal(size=(height, width, 3))
    smooth = cv2.GaussianBlur(noise, (0, 0), blur)
    return np.clip(128 + 40 * smooth / smooth.std(), 0, 255).astype(np.uint8)


def _frame(pixels: np.ndarray, index: int = 0) -> Frame:
    return Frame(index, pixels.copy)


def _scene(boxes: Sequence[Box], size: tuple[int, int] = (160, 200), seed: int = 1) -> Scene:
    """A textured patch drawn at each of `boxes` over another texture that stays."""
    back, patch = _texture(seed, *size), _texture(seed + 100, 64, 64)
    frames = []
    for index, box in enumerate(boxes):
        grid = np.array([[box.w / 64, 0, box.x + box.w / 128 - 0.5], [0, box.h / 64, box.y + box.h / 128 - 0.5]])
        pixels = cv2.warpAffine(patch, grid, size[::-1], back.copy(), borderMode=cv2.BORDER_TRANSPARENT)
        frames.append(_frame(pixels, index))
    return frames


def _follow(frames: Scene, first: Box, **settings: float) -> list[Prediction]:
    tracker = KCF(KCFSettings(**settings))
    [track] = tracker.start(frames[:1], [first], [0])
    return [tracker.update([track], [frame])[0] for frame in frames[1:]]


def _box(prediction: Prediction) -> Box:
    assert isinstance(prediction.region, Box)
    return prediction.region


@pytest.mark.parametrize("scales", [1, 33])
@pytest.mark.parametrize("step", [(0.0, 0.0), (1.3, -0.7), (-3.6, 2.2)])
def test_a_patch_moving_by_parts_of_a_pixel_is_followed(step: tuple[float, float], scales: int) -> None:
    boxes = [Box(80 + step[0] * i, 60 + step[1] * i, 40, 30) for i in range(15)]
    answers = _follow(_scene(boxes), boxes[0], scales=scales)
    errors = [math.dist(_box(a).center, b.center) for a, b in zip(answers, boxes[1:], strict=True)]
    assert max(errors) < CELL  # the background stays, and half of the window's cells hold it
    assert sum(errors) / len(errors) < CELL / 2


@pytest.mark.parametrize("growth", [1.02, 0.98])
def test_a_patch_that_grows_or_shrinks_is_followed_with_scales_only(growth: float) -> None:
    boxes = [Box(100 - 20 * growth**i, 80 - 20 * growth**i, 40 * growth**i, 40 * growth**i) for i in range(20)]
    frames = _scene(boxes)
    assert _box(_follow(frames, boxes[0])[-1]).w == pytest.approx(boxes[-1].w, rel=0.08)
    assert _box(_follow(frames, boxes[0], scales=1)[-1]).w == 40


def test_a_big_target_is_followed_in_a_smaller_image() -> None:
    boxes = [Box(90 + 3.3 * i, 70 + 1.7 * i, 230, 210) for i in range(6)]
    answers = _follow(_scene(boxes, (400, 501)), boxes[0])
    errors = [math.dist(_box(a).center, b.center) for a, b in zip(answers, boxes[1:], strict=True)]
    assert max(errors) < 2 * CELL  # its template's pixels are more than two of the image's


def test_confidence_is_near_one_while_nothing_changes_and_falls_when_the_target_goes() -> None:
    frames = _scene([Box(80, 60, 40, 30)] * 3)
    frames.append(_frame(_texture(7, 160, 200)))
    *still, gone = (answer.confidence for answer in _follow(frames, Box(80, 60, 40, 30)))
    assert min(still) > 0.8
    assert gone < 0.5


@pytest.mark.parametrize("scales", [1, 33])
@pytest.mark.parametrize(
    "first",
    [
        Box(30, 20, 1, 1),
        Box(30.5, 20.5, 0.3, 0.2),
        Box(30, 20, 3, 2),
        Box(0, 30, 80, 1),
        Box(-30, -20, 60, 40),
        Box(70, 50, 60, 40),
        Box(-200, -100, 400, 300),
        Box(0, 0, 80, 60),
        Box(300, 300, 20, 20),
    ],
    ids=lambda box: "{:g},{:g},{:g},{:g}".format(*box.xywh),
)
def test_any_box_gives_finite_boxes_with_an_area(first: Box, scales: int) -> None:
    frames = [_frame(_texture(i, 60, 80)) for i in range(4)]
    for answer in _follow(frames, first, scales=scales):
        box = _box(answer)
        assert all(map(math.isfinite, (*box.xywh, answer.confidence)))
        assert box.w > 0
        assert box.h > 0


@pytest.mark.parametrize("shape", [(1, 1), (2, 200), (7, 5)])
def test_images_smaller_than_the_window(shape: tuple[int, int]) -> None:
    frames = [_frame(_texture(i, *shape)) for i in range(3)]
    for answer in _follow(frames, Box(0, 0, shape[1], shape[0])):
        assert all(map(math.isfinite, _box(answer).xywh))


@pytest.mark.parametrize("level", [0, 128, 255])
def test_flat_images_leave_the_box_where_it_was(level: int) -> None:
    flat = np.full((60, 80, 3), level, np.uint8)
    first = Box(30, 20, 20, 10)
    for answer in _follow([_frame(flat, i) for i in range(3)], first, scales=1):
        assert _box(answer).xywh == pytest.approx(first.xywh)


def test_a_grey_image_is_followed_as_its_colour_copy() -> None:
    boxes = [Box(80 + 2 * i, 60, 40, 30) for i in range(5)]
    grey = [cv2.cvtColor(frame.pixels, cv2.COLOR_RGB2GRAY) for frame in _scene(boxes)]
    answers = _follow([_frame(np.stack([g, g, g], -1), i) for i, g in enumerate(grey)], boxes[0])
    assert [_box(a) for a in answers] == [_box(a) for a in _follow(_scene(boxes), boxes[0])]


def test_two_tracks_together_answer_as_each_alone() -> None:
    paths = [[Box(80 + 2 * i, 60, 40, 30) for i in range(6)], [Box(50, 40 + 1.5 * i, 21, 47) for i in range(6)]]
    scenes = [_scene(paths[0], seed=1), _scene(paths[1], seed=2)]
    alone = [_follow(scene, path[0]) for scene, path in zip(scenes, paths, strict=True)]
    tracker = KCF()
    tracks = tracker.start([scene[0] for scene in scenes], [path[0] for path in paths], [0, 0])
    together = [tracker.update(tracks, [scene[i] for scene in scenes]) for i in range(1, 6)]
    assert [list(answers) for answers in zip(*together, strict=True)] == alone


def test_the_first_size_is_kept_without_scales() -> None:
    frames = [_frame(_texture(i, 60, 80)) for i in range(4)]
    assert {_box(a).w for a in _follow(frames, Box(20, 20, 13, 9), scales=1)} == {13}


def test_the_scale_filter_finds_the_factor() -> None:
    center, size = np.array([100.0, 80.0]), np.array([40.0, 40.0])
    before, after = (
        cv2.cvtColor(_scene([Box(100 - side / 2, 80 - side / 2, side, side)])[0].pixels, cv2.COLOR_RGB2GRAY)
        for side in (40, 44)
    )
    scales = ScaleFilter(size, 33, 1.02)
    scales.learn(before, center, size)
    assert scales.find(before, center, size) == pytest.approx(1, abs=0.01)
    assert scales.find(after, center, size) == pytest.approx(1.1, abs=0.03)


def test_no_scale_at_all_is_refused() -> None:
    with pytest.raises(HarnessError, match="scales: expected 1 or more, found 0"):
        KCFSettings(scales=0)


def test_sampling_repeats_the_border() -> None:
    image = np.arange(12, dtype=np.uint8).reshape(3, 4)
    assert (sample(image, np.array([-50.0, 1.5]), np.ones(2), (3, 1)) == 4).all()


@pytest.mark.skipif(not OTB.is_dir(), reason="needs shared/data/OTB100 beside the checkout")
@pytest.mark.parametrize(("scales", "least"), [(1, (0.47, 0.63)), (33, (0.54, 0.70))])
def test_scores_on_real_sequences(tmp_path, harness, scales, least):
    root = tmp_path / "short"
    root.mkdir()
    for name in ("Couple", "Crossing", "Deer", "DragonBaby", "Football1", "MountainBike", "Skiing"):
        (root / name).symlink_to(OTB / name)
    harness(
        *["run", "--tracker", "kcf", "--set", f"scales={scales}", "--label", "kcf", "--width", "4"],
        *["--dataset", "otb100", "--root", root, "--allow-partial"],
        code=0,
    )
    harness("report", "--allow-partial", "--formats", "csv", code=0)
    rows = (tmp_path / "reports/otb100/scores.csv").read_text().splitlines()
    scores = {row.split(",")[4]: float(row.split(",")[5]) for row in rows[1:] if row.split(",")[5]}
    assert scores["auc"] > least[0]
    assert scores["precision"] > least[1]
