"""Blur, bending, and the pixels a target loses at the image's edge or behind others."""

from dataclasses import replace

import numpy as np

from harness.datasets.synthetic.motion import boxes, polygons
from harness.datasets.synthetic.render import areas, render
from harness.datasets.synthetic.scenes import Layer, Scene

TARGET = Layer("coffee", (300, 200), (20, 20), ((60, 60), (110, 60)), seed=1, shake=0, dents=0)
SCENE = Scene("line", 11, "grass", ((0, 0),), TARGET, shake=0, size=(160, 120))


def test_blur_is_the_mean_over_the_time_of_a_frame() -> None:
    blurred = list(render(replace(SCENE, exposures=5)))[4]
    fine = list(render(replace(SCENE, length=51)))  # at 1 pixel a frame rather than 5
    np.testing.assert_allclose(blurred, np.mean(fine[18:23], axis=0), atol=1)
    np.testing.assert_array_equal(*(list(render(s))[4] for s in (SCENE, replace(SCENE, exposures=1))))


def test_bending_moves_top_and_bottom_aside_and_keeps_the_middle() -> None:
    bent = replace(SCENE, target=replace(TARGET, bend=(0.5,), path=((60, 60),)))
    straight = replace(bent, target=replace(bent.target, bend=(0,)))
    corners = [polygons(scene.target, 2)[0] for scene in (bent, straight)]
    aside = 10 * ((corners[1][:, 1] - 60) / 20) ** 2
    np.testing.assert_allclose(corners[0] - corners[1], np.stack((aside, np.zeros(9)), 1), atol=1e-12)
    images = [next(render(scene)).astype(float) for scene in (bent, straight)]
    np.testing.assert_allclose(images[0][59:61, 50:70], images[1][59:61, 50:70], atol=1)
    shifted = 10 * ((70.5 - 60) / 20) ** 2
    row = np.interp(np.arange(52, 66) - shifted, np.arange(160), images[1][70, :, 0])
    np.testing.assert_allclose(images[0][70, 52:66, 0], row, atol=3)


def test_areas_count_what_is_outside_and_what_is_hidden() -> None:
    shade = replace(TARGET, photo="brick", path=((80, 60),))
    scene = replace(SCENE, target=replace(TARGET, path=((-20, 60), (140, 60))), front=(shade,), length=9)
    whole, inside, seen = areas(scene).T
    assert (np.abs(whole - whole[0]) <= 2).all()
    assert inside[[0, 2, 3]].tolist() == [0, whole[2], whole[3]]  # at x = -20, 20, 40
    assert 0.45 < inside[1] / whole[1] < 0.55  # at 0
    assert (seen == inside).tolist() == [True, True, True, True, False, False, False, True, True]
    assert seen[5] == 0 < seen[4] < whole[4]  # at 80, where the shade is, and at 60
    assert boxes(scene.target, 9)[0, 0] < -38


def test_grey_has_one_channel_and_the_brightness_of_colour() -> None:
    colour, grey = (next(render(replace(SCENE, grey=grey))).astype(float) for grey in (False, True))
    np.testing.assert_array_equal(grey[..., 0], grey[..., 2])
    np.testing.assert_allclose(grey[..., 0], colour @ [0.299, 0.587, 0.114], atol=1)
