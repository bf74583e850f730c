"""What is measured in a scene: each challenge on both sides of its threshold."""

from dataclasses import replace

import pytest

from harness.datasets.synthetic.attributes import measure
from harness.datasets.synthetic.render import areas
from harness.datasets.synthetic.scenes import Layer, Scene

TARGET = Layer("coffee", (300, 200), (20, 20), ((60, 60), (80, 60)), seed=1, shake=0, dents=0)
STILL = Scene("still", 6, "grass", ((0, 0),), TARGET, shake=0, size=(160, 120))
CURTAIN = Layer("brick", (256, 256), (40, 40), ((0, 0),), seed=1, shake=0, dents=0)


def moved(**changes: object) -> Scene:
    return replace(STILL, target=replace(TARGET, **changes))


def hidden(path: tuple[tuple[float, float], ...]) -> Scene:
    return replace(STILL, front=(replace(CURTAIN, path=path),))


@pytest.mark.parametrize(
    ("scene", "codes"),
    [
        (STILL, ""),
        (moved(scale=(1, 1.4)), ""),
        (moved(scale=(1, 1.45)), "SV"),
        (moved(scale=(1.45, 1)), "SV"),
        (moved(turn=(0, 29)), ""),
        (moved(turn=(0, -31)), "IPR"),
        (moved(bend=(0, 0.5)), ""),
        (moved(bend=(-0.3, 0.3)), "DEF"),
        (moved(bend=(0, 4)), "DEF ARC"),
        (moved(path=((20, 60), (119, 60))), ""),
        (moved(path=((20, 60), (121, 60))), "FM"),
        (moved(path=((60, 60), (60, -18))), ""),
        (moved(path=((60, 60), (60, -21))), "OV"),
        (moved(scale=(0.52,)), ""),
        (moved(scale=(0.5,)), "LR"),
        (replace(STILL, light=(1, 0.8)), ""),
        (replace(STILL, light=(1, 0.7)), "IV"),
        (replace(STILL, exposures=5), ""),
        (replace(moved(path=((20, 60), (46, 60))), exposures=5), "MB"),
        (replace(STILL, behind=(replace(CURTAIN, photo="coffee"),)), "BC"),
        (hidden(((300, 60), (150, 60))), ""),
        (hidden(((300, 60), (115, 60))), "POC"),
        (hidden(((60, 60), (80, 60))), "FOC"),
        (hidden(((150, 60), (80, 60))), "FOC POC"),
    ],
)
def test_each_challenge_on_both_sides_of_its_threshold(scene: Scene, codes: str) -> None:
    assert measure(scene, areas(scene)) == set(codes.split())
