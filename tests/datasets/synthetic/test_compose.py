"""Scenes made to order: whatever is asked for holds, at any size, length and seed."""

from dataclasses import replace
from itertools import islice

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.core.errors import UsageError
from harness.datasets.synthetic.attributes import measure
from harness.datasets.synthetic.compose import CHALLENGES, Recipe, compose
from harness.datasets.synthetic.motion import boxes
from harness.datasets.synthetic.render import areas, render

SMALL = Recipe(length=12, size=(96, 64))


@st.composite
def recipes(draw: st.DrawFn) -> Recipe:
    targets = draw(st.sampled_from((1, 2)))
    return Recipe(
        length=draw(st.integers(10, 70)),
        size=(draw(st.integers(64 * targets, 330)), draw(st.integers(48, 250))),
        seed=draw(st.integers(0, 2**40)),
        targets=targets,
        grey=draw(st.booleans()),
        attributes=(draw(st.sampled_from(CHALLENGES)),),
    )


@settings(max_examples=30, deadline=None)
@given(recipes(), st.integers(0, 1000))
def test_what_is_asked_for_holds(recipe: Recipe, number: int) -> None:
    scenes = compose(recipe, number)
    assert len(scenes) == recipe.targets
    for scene in scenes:
        truth, pixels = boxes(scene.target, scene.length), areas(scene)
        whole, inside, seen = pixels.T
        assert scene.attributes == measure(scene, pixels)
        assert scene.attributes >= set(recipe.attributes)
        assert np.isfinite(truth).all() and (truth[:, 2:] > 0).all()
        assert whole[0] == seen[0]  # a tracker starts on all of the target
        assert (whole == inside).all() == ("OV" not in recipe.attributes)
    image = next(render(scenes[0]))
    assert image.shape == (*recipe.size[::-1], 3)
    assert (image == image[..., :1]).all() or not recipe.grey


@pytest.mark.parametrize("challenge", CHALLENGES)
def test_two_targets_are_seen_in_the_same_frames(challenge: str) -> None:
    left, right = compose(replace(SMALL, size=(160, 64), targets=2, attributes=(challenge,)), 3)
    assert (left.name, right.name) == (f"{challenge.lower()}-4.1", f"{challenge.lower()}-4.2")
    assert left.video == right.video
    for one, other in islice(zip(render(left), render(right), strict=True), 2):
        np.testing.assert_array_equal(one, other)
    truths = [boxes(scene.target, scene.length) for scene in (left, right)]
    assert (truths[0][:, 0] + truths[0][:, 2] < truths[1][:, 0]).all()


def test_a_recipe_and_a_number_say_all() -> None:
    assert compose(SMALL, 2) == compose(Recipe(length=12, size=(96, 64)), 2)
    targets = {
        scene.target for seed in (0, 1) for number in (0, 11) for scene in compose(replace(SMALL, seed=seed), number)
    }
    assert len(targets) == 4


def test_challenges_are_taken_in_turn() -> None:
    recipe = replace(SMALL, attributes=("IV", "LR"))
    assert [compose(recipe, number)[0].name for number in range(3)] == ["iv-1", "lr-2", "iv-3"]


def test_an_image_may_be_larger_than_any_photograph() -> None:
    (scene,) = compose(Recipe(length=10, size=(1000, 700)), 1)
    assert next(render(scene)).shape == (700, 1000, 3)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"length": 9}, "at least 10 frames, found 9"),
        ({"size": (63, 48)}, "1 target.* 64x48 .*found 63x48"),
        ({"size": (64, 47)}, "found 64x47"),
        ({"size": (5000, 48)}, "found 5000x48"),
        ({"size": (127, 48), "targets": 2}, "2 target.* 128x48 .*found 127x48"),
        ({"targets": 3}, "1 or 2 targets, found 3"),
        ({"seed": -1}, "found -1"),
        ({"attributes": ("SV", "OPR")}, "SV, IPR, .*found OPR"),
        ({"attributes": ()}, "found none"),
    ],
)
def test_what_cannot_be_made_is_one_clear_line(changes: dict[str, object], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        replace(SMALL, **changes)
