"""What a scene is, and the twelve of the default split, as data.

Keys of `path`, `pan`, `scale`, `turn`, `bend` and `light` are evenly spaced in time.

Photographs are the PNGs that scikit-image ships (JPEGs would decode differently from library to library).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

__all__ = ["SCENES", "SIZE", "Layer", "Points", "Scene"]

Points: TypeAlias = tuple[tuple[float, float], ...]

SIZE = (320, 240)


@dataclass(frozen=True, slots=True)
class Layer:
    """A piece cut from a photograph, and how it moves.

    `center` and `radius` (x, y) say where it is cut, in the photograph's pixels; `shrink` of them make one
    pixel at scale 1. Its outline has `corners` corners, up to `dents` of the radius inwards. `path` is in
    image pixels, with a random sway of up to `shake` pixels; `turn` in degrees, clockwise on the screen. `bend`
    moves its top and bottom sideways, and what lies nearer the centre by the square of its height, in radii.
    """

    photo: str
    center: tuple[float, float]
    radius: tuple[float, float]
    path: Points
    seed: int
    shrink: int = 1
    scale: tuple[float, ...] = (1,)
    turn: tuple[float, ...] = (0,)
    bend: tuple[float, ...] = (0,)
    shake: float = 2
    corners: int = 9
    dents: float = 0.15


@dataclass(frozen=True, slots=True)
class Scene:
    """A photograph under a panning camera, and on it, from back to front: `behind`, `target`, `front`.

    `pan` is the image's top-left corner in the backdrop; `light` multiplies all pixels; an image of `size` is
    the mean of so many `exposures`, spread over the time of a frame. `attributes` are the field's codes. Scenes
    of one `video` share their frames, and differ in the target; each other scene is a video of its own.
    """

    name: str
    length: int
    backdrop: str
    pan: Points
    target: Layer
    behind: tuple[Layer, ...] = ()
    front: tuple[Layer, ...] = ()
    light: tuple[float, ...] = (1,)
    shake: float = 1.5
    attributes: frozenset[str] = frozenset()
    size: tuple[int, int] = SIZE
    exposures: int = 1
    grey: bool = False
    video: str = ""


_COIN = Layer("coins", (335, 43), (30, 30), ((60, 60), (150, 120), (250, 70), (210, 180), (100, 170)), 101, dents=0.03)
_SHARD = Layer("brick", (256, 256), (19, 250), ((0, 0),), 201, corners=8, dents=0.05, shake=1)

_ALL = (
    Scene(
        "glide-1",
        length=90,
        backdrop="grass",
        pan=((20, 30), (150, 60), (120, 180)),
        target=Layer(
            "astronaut", (172, 385), (40, 40), ((60, 60), (170, 90), (250, 170), (140, 180), (70, 110)), 1, dents=0.05
        ),
    ),
    Scene(
        "glide-2",
        length=120,
        backdrop="coffee",
        pan=((10, 10), (250, 120), (120, 20)),
        target=Layer(
            "motorcycle_left",
            (192, 322),
            (74, 74),
            ((260, 60), (180, 130), (70, 70), (60, 180), (200, 190), (270, 110)),
            2,
            shrink=2,
            turn=(0, -12, 10, 0),
            dents=0.05,
        ),
    ),
    Scene(
        "rotate-1",
        length=90,
        backdrop="ihc",
        pan=((150, 30), (20, 120), (60, 240)),
        target=Layer(
            "chelsea",
            (200, 150),
            (140, 130),
            ((70, 120), (150, 70), (240, 120), (160, 170)),
            3,
            shrink=4,
            turn=(0, 120, 240, 360),
        ),
        attributes=frozenset({"IPR"}),
    ),
    Scene(
        "rotate-2",
        length=100,
        backdrop="motorcycle_right",
        pan=((20, 20), (300, 200), (380, 60)),
        target=Layer(
            "astronaut",
            (405, 150),
            (56, 118),
            ((220, 80), (130, 140), (60, 90), (170, 170), (260, 140)),
            4,
            shrink=3,
            turn=(0, 50, -40, 60, -20, 0),
        ),
        attributes=frozenset({"IPR"}),
    ),
    Scene(
        "scale-1",
        length=90,
        backdrop="gravel",
        pan=((180, 20), (30, 150)),
        target=Layer(
            "coffee",
            (288, 115),
            (120, 112),
            ((50, 60), (120, 150), (210, 90), (200, 150)),
            5,
            shrink=4,
            scale=(0.62, 0.7, 0.95, 1.3),
            dents=0.08,
        ),
        attributes=frozenset({"SV"}),
    ),
    Scene(
        "scale-2",
        length=110,
        backdrop="coffee",
        pan=((250, 140), (60, 20), (180, 130)),
        target=Layer(
            "astronaut",
            (227, 105),
            (76, 88),
            ((230, 150), (110, 90), (60, 160), (190, 60), (250, 130)),
            6,
            shrink=3,
            scale=(1.5, 0.85, 0.75, 1.2, 1.6),
        ),
        attributes=frozenset({"SV"}),
    ),
    Scene(
        "occlude-1",
        length=100,
        backdrop="motorcycle_left",
        pan=((30, 240), (350, 120)),
        target=Layer(
            "ihc", (320, 405), (78, 92), ((50, 120), (140, 80), (170, 150), (270, 130)), 7, shrink=3, dents=0.1
        ),
        front=(
            replace(_SHARD, path=((120, 120), (110, 120))),
            replace(_SHARD, path=((225, 120), (215, 120)), seed=202, radius=(14, 250)),
        ),
        attributes=frozenset({"OCC"}),
    ),
    Scene(
        "occlude-2",
        length=110,
        backdrop="astronaut",
        pan=((20, 240), (170, 60), (100, 20)),
        target=Layer("chelsea", (172, 115), (38, 34), ((250, 70), (170, 150), (90, 80), (150, 60), (240, 170)), 8),
        front=(
            Layer("gravel", (200, 200), (40, 34), ((0, 60), (120, 160), (200, 110), (330, 60)), 203),
            Layer("coffee", (480, 300), (40, 40), ((-60, 60), (10, 60), (120, 95), (300, 215)), 204, turn=(0, 90)),
        ),
        attributes=frozenset({"OCC"}),
    ),
    Scene(
        "fast-1",
        length=60,
        backdrop="motorcycle_right",
        pan=((380, 40), (260, 200), (60, 200)),
        target=Layer(
            "coffee",
            (366, 281),
            (42, 40),
            ((60, 60), (100, 70), (250, 120), (200, 180), (60, 150), (100, 60), (260, 70), (240, 180), (220, 190)),
            9,
            scale=(0.75,),
        ),
        attributes=frozenset({"FM"}),
    ),
    Scene(
        "twins-1",
        length=100,
        backdrop="gravel",
        pan=((20, 180), (150, 100), (180, 200)),
        target=_COIN,
        behind=(
            replace(_COIN, path=((250, 180), (160, 160), (180, 95), (130, 140), (60, 60))),
            Layer("coins", (345, 188), (32, 32), ((160, 40), (90, 90), (60, 190), (240, 150)), 205, dents=0.03),
        ),
        attributes=frozenset({"BC"}),
    ),
    Scene(
        "light-1",
        length=90,
        backdrop="brick",
        pan=((30, 180), (170, 60)),
        target=Layer(
            "camera", (205, 115), (56, 60), ((60, 170), (130, 80), (230, 90), (250, 170), (150, 180)), 11, shrink=2
        ),
        light=(1, 0.35, 1.3, 0.5, 1),
        attributes=frozenset({"IV"}),
    ),
    Scene(
        "tumble-1",
        length=120,
        backdrop="chelsea",
        pan=((10, 10), (110, 50), (60, 20)),
        target=Layer(
            "motorcycle_left",
            (362, 322),
            (74, 64),
            ((60, 70), (150, 160), (250, 90), (140, 70), (70, 170), (230, 180), (250, 60)),
            12,
            shrink=2,
            scale=(0.7, 1.05, 0.8, 0.6, 1.1),
            turn=(0, 80, 30, -60, -150, -90),
            dents=0.25,
        ),
        front=(replace(_SHARD, path=((160, 120), (190, 120)), seed=206, photo="grass", radius=(12, 250)),),
        attributes=frozenset({"SV", "IPR", "OCC"}),
    ),
)

SCENES = {scene.name: scene for scene in _ALL}
