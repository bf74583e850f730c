"""SiamX as a tracker: the official code's geometry, colours and smoothing, and where each variant looks next."""

from math import exp, sqrt

import numpy as np
import pytest
import torch

from harness import Box, Compute, Frames
from trackers.inference.decoding import DecodingSettings
from trackers.siamx.network import PAIRS
from trackers.siamx.tracker import SiamXAdaptive, SiamXGlobal, SiamXPlain, siamx_l4l3_l3l4

IMAGE = np.random.default_rng(0).integers(0, 256, (240, 320, 3), np.uint8)
FRAMES = list(Frames(range(3), lambda number: np.roll(IMAGE, 3 * number, 1)))
TARGET = Box(100, 80, 30, 40)
CONTEXT = sqrt((30 + 35) * (40 + 35))  # image pixels that a template of 127 shows, around a target of 30 x 40


def made(cls, settings=None):
    return cls(settings, Compute("cpu", random_weights=0))


def believing(tracker, score, *distances):
    """The tracker, its network made to say the same in every cell."""
    head = tracker.network.pred_head
    for predictor in (head.cls_predictor, head.bbox_predictor):
        predictor.weight.zero_()
        predictor.bias.zero_()
    head.cls_predictor.bias.fill_(10 * float(np.log(score / (1 - score))))
    head.bias.copy_(torch.tensor(distances).log().view(1, 4, 1, 1))
    return tracker


def followed(tracker, frames, target=TARGET):
    """The track after these frames, the first of which it starts in, and the answers."""
    (track,) = tracker.start([frames[0]], [target], [0])
    return track, [tracker.update([track], [frame])[0] for frame in frames[1:]]


def test_variants_have_files_of_their_own():
    assert {cls.name for cls in (SiamXPlain, SiamXAdaptive, SiamXGlobal)} == {"siamx"}  # with the same weights
    assert (siamx_l4l3_l3l4.name, siamx_l4l3_l3l4.pairs) == ("siamx_l4l3_l3l4", PAIRS[:2])


@pytest.mark.parametrize(("settings", "strength", "share"), [
    (None, 0.062, 0.765), (DecodingSettings(penalty=0.5, rate=0.9), 0.5, 0.9),
])  # fmt: skip
def test_a_box_is_placed_and_smoothed_as_in_the_official_code(settings, strength, share):
    score, (left, top, right, bottom) = 0.8, (20.0, 30.0, 60.0, 50.0)
    _, (answer,) = followed(believing(made(SiamXPlain, settings), score, left, top, right, bottom), FRAMES[:2])
    zoom = 127 / CONTEXT
    w, h = (left + right) / zoom, (top + bottom) / zoom
    padding = (w + h) / 2
    scale, aspect = sqrt((w + padding) * (h + padding)) / CONTEXT, (w / h) / (30 / 40)
    penalty = exp(-(max(scale, 1 / scale) * max(aspect, 1 / aspect) - 1) * strength)
    rate = penalty * score * share
    mixed = w * rate + 30 * (1 - rate), h * rate + 40 * (1 - rate)
    w, h = 30 * (1 - rate) + mixed[0] * rate, 40 * (1 - rate) + mixed[1] * rate
    x, y = 115 + (right - left) / 2 / zoom, 100 + (bottom - top) / 2 / zoom
    np.testing.assert_allclose(answer.region.xywh, (x - w / 2, y - h / 2, w, h), rtol=1e-5)
    assert answer.confidence == pytest.approx(score)


@pytest.mark.parametrize("cls", [SiamXPlain, SiamXAdaptive])
def test_without_a_window_the_first_of_equal_cells_is_chosen(cls):
    """It is 12 cells, of 8 region pixels each, left of the middle and above."""
    _, (answer,) = followed(believing(made(cls, cls.Settings(window=0)), 0.9, 20, 20, 20, 20), FRAMES[:2])
    x, y, w, h = answer.region.xywh
    off = 96 * CONTEXT / 127
    assert (x + w / 2, y + h / 2) == pytest.approx((115 - off, 100 - off))


def test_the_network_sees_bgr_with_the_first_images_mean_beyond_the_border():
    tracker, seen = made(SiamXPlain), []
    tracker.network.features["features"].conv1.register_forward_hook(lambda _, given, output: seen.append(given[0][0]))
    colours = np.array([[10, 20, 30], [200, 100, 50]], np.uint8)
    frames = Frames(range(2), lambda number: np.full((60, 80, 3), colours[number]))
    followed(tracker, list(frames), Box(-10, -10, 20, 20))
    template, region = seen
    assert (template == torch.tensor([30.0, 20, 10]).view(3, 1, 1)).all()
    assert region[:, -1, -1].tolist() == [50, 100, 200]
    assert region[:, 0, 0].tolist() == region[:, -1, 0].tolist() == [30, 20, 10]


@pytest.mark.parametrize("box", [(60, 60, 2, 2), (-500, -500, 1500, 1500), (2000, 60, 30, 30), (5, 5, 0, 0)])
def test_no_target_is_too_strange(box):
    _, (answer,) = followed(made(SiamXAdaptive), FRAMES[:2], Box(*box))
    x, y, w, h = answer.region.xywh
    assert 0 <= x + w / 2 <= 320
    assert 0 <= y + h / 2 <= 240
    assert 0 < w <= 320
    assert 0 < h <= 240


@pytest.mark.parametrize(("cls", "drift"), [(SiamXPlain, 0), (SiamXAdaptive, 1)])
def test_only_the_adaptive_scheme_follows_momentum(cls, drift):
    """Each frame the target is found 1.2 of its widths further right, and size stays: eq. 9."""
    away = 36 * 127 / CONTEXT
    tracker = believing(made(cls, cls.Settings(rate=0)), 0.9, 1, 37, 1 + 2 * away, 37)
    track, answers = followed(tracker, FRAMES[:2])
    (x, _, w, h) = answers[0].region.xywh
    assert (x, w, h) == pytest.approx((136, 30, 40), abs=1e-3)
    np.testing.assert_allclose(track.place.search().center, (115 + 36 + drift * 36, 100), atol=1e-3)


@pytest.mark.parametrize("cls", [SiamXPlain, SiamXAdaptive, SiamXGlobal])
def test_a_lost_target_is_looked_for_as_the_variant_says(cls):
    """Two unsure frames later: still where it was last, where it was surest, or in the whole image."""
    track, answers = followed(believing(made(cls), 0.2, 60, 40, 80, 40), FRAMES)
    search, last = track.place.search(), track.place.center
    assert [answer.confidence for answer in answers] == pytest.approx([0.2, 0.2])
    assert last[0] > 115 + 5
    assert search.expected is (cls is SiamXPlain)
    expected = {SiamXPlain: (*last, 0), SiamXAdaptive: (115, 100, 0), SiamXGlobal: (160, 120, 320)}[cls]
    np.testing.assert_allclose((*search.center, search.side), expected, atol=1)
