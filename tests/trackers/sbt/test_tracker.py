"""SBT as a tracker: the official code's geometry, and answers that do not depend on the neighbours."""

import numpy as np
import pytest
import torch

from harness import Box, Compute, Frames, HarnessError
from trackers.sbt.network import Response
from trackers.sbt.tracker import SBTBase, SBTLight, SBTSettings

IMAGE = np.random.default_rng(0).integers(0, 256, (240, 320, 3), np.uint8)
FRAMES = Frames(range(9), lambda number: np.roll(IMAGE, 3 * number, 1))


@pytest.fixture
def light():
    return lambda settings=None: SBTLight(settings, Compute("cpu", random_weights=0))


def believing(tracker, *box):
    """The tracker, its box head made to say the same in every cell."""
    last = tracker.network.box_head.bbox_head.layers_channle[1]
    last.weight.zero_()
    last.bias.copy_(torch.tensor(box).logit())
    return tracker


def test_names():
    assert (SBTLight.name, SBTBase.name) == ("sbt_light", "sbt_base")


@pytest.mark.parametrize(("factor", "side"), [(5.0, 174), (4.0, 139)])  # times sqrt(1200), rounded up
def test_a_box_is_placed_around_the_last_one(light, factor, side):
    tracker = believing(light(SBTSettings(search_factor=factor)), 0.5, 0.25, 0.2, 0.4)
    tracks = tracker.start([FRAMES[0]], [Box(100, 80, 30, 40)], [0])
    (answer,) = tracker.update(tracks, [FRAMES[1]])
    expected = (115 - 0.1 * side, 100 - 0.45 * side, 0.2 * side, 0.4 * side)
    np.testing.assert_allclose(answer.region.xywh, expected, rtol=1e-5)
    assert 0 < answer.confidence < 1


@pytest.mark.parametrize("factor", [2.0, 3.0])
def test_a_template_shows_the_target_and_its_surroundings(light, factor):
    """A white square on black: its share of the template."""
    tracker, seen = light(SBTSettings(template_factor=factor)), []
    tracker.network.backbone.patch_embed1.register_forward_hook(lambda _, given, output: seen.append(given[0]))
    image = np.zeros_like(IMAGE)
    image[80:120, 100:140] = 255
    tracker.start([Frames(range(1), lambda _: image)[0]], [Box(100, 80, 40, 40)], [0])
    assert (seen[0] > 0).float().mean().item() == pytest.approx(factor**-2, rel=0.05)


@pytest.mark.parametrize(("influence", "chosen"), [(0.49, 0.5), (0.0, 0.9)])
def test_the_window_has_the_influence_it_is_given(light, influence, chosen):
    """All cells say 0.5, but the first, where the window is 0, says 0.9."""
    tracker = light(SBTSettings(influence=influence))
    logits = torch.zeros(1, 1024, 2)
    logits[0, 0, 0] = np.log(9)
    tracker.network.search = lambda templates, crops: Response(logits, torch.full((1, 1024, 4), 0.5))
    (answer,) = tracker.update(tracker.start([FRAMES[0]], [Box(100, 80, 30, 40)], [0]), [FRAMES[1]])
    assert answer.confidence == pytest.approx(chosen)


def test_a_box_stays_in_the_image(light):
    tracker = believing(light(), 0.5, 0.5, 0.01, 0.99)
    tracks = tracker.start([FRAMES[0]], [Box(310, -30, 20, 40)], [0])
    (answer,) = tracker.update(tracks, [FRAMES[1]])
    x, y, w, h = answer.region.xywh
    assert (x, y, w) == (310, 0, 10)
    assert 10 <= h <= 240


@pytest.mark.parametrize("box", [(60, 60, 2, 2), (-500, -500, 1500, 1500), (2000, 60, 30, 30), (5, 5, 0, 0)])
def test_no_target_is_too_strange(light, box):
    tracker = light()
    tracks = tracker.start([FRAMES[0]], [Box(*box)], [0])
    (answer,) = tracker.update(tracks, [FRAMES[1]])
    assert np.isfinite(answer.region.xywh).all()


@pytest.mark.parametrize("device", ["cpu", "cpu:0"])  # one at a time, and in padded batches
def test_neighbours_change_nothing(device):
    """To the byte: three targets in one call, and each in calls of its own, of the same width."""
    tracker = SBTLight(None, Compute(device=device, random_weights=0))
    tracker.prepare(3)
    targets = [Box(100, 80, 30, 40), Box(20, 20, 60, 30), Box(200, 150, 25, 25)]

    def follow(chosen):
        tracks = tracker.start([FRAMES[i] for i in chosen], [targets[i] for i in chosen], chosen)
        steps = [tracker.update(tracks, [FRAMES[i + step] for i in chosen]) for step in (1, 2)]
        return dict(zip(chosen, zip(*steps, strict=True), strict=True))

    assert follow([2, 0, 1]) == {i: follow([i])[i] for i in range(3)}


def test_the_papers_network_is_another(light):
    ours, papers = (sum(p.numel() for p in light(SBTSettings(printed=flag)).network.parameters()) for flag in (0, 1))
    assert papers < ours


@pytest.mark.parametrize(
    ("setting", "value", "says"),
    [
        ("influence", 1.5, "a share from 0 to 1"),
        ("search_factor", 0.0, "more than 0"),
        ("template_factor", -1.0, "more"),
    ],
)
def test_a_setting_that_means_nothing_is_refused(setting, value, says):
    with pytest.raises(HarnessError, match=f"{setting}: expected {says}.*, found {value}"):
        SBTSettings(**{setting: value})
