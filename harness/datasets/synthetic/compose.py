"""Scenes made to order: a recipe and a seed give the same scene on every machine.

A recipe asks for challenges, by the codes of attributes.py; its videos take them in turn. Each is built so that its
challenge holds, at any size and length, and then tagged with all that was measured in it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TypeAlias, TypeVar

import numpy as np

from harness.core.errors import UsageError
from harness.datasets.synthetic.attributes import measure
from harness.datasets.synthetic.render import areas
from harness.datasets.synthetic.scenes import SIZE, Layer, Points, Scene

__all__ = ["CHALLENGES", "Recipe", "challenges", "compose"]

T = TypeVar("T")
Draw: TypeAlias = Callable[[], float]  # the next random number, 0 to 1

CHALLENGES = ("SV", "IPR", "IV", "MB", "FM", "POC", "FOC", "OV", "BC", "LR", "DEF")

_SHORTEST, _SMALLEST, _LARGEST = 10, (64, 48), 4096
_BACKDROPS = ("brick", "coffee", "grass", "gravel", "ihc", "motorcycle_right")
_PIECES = (  # things to see in photographs: where, and their radius, in its pixels
    ("astronaut", (227, 105), (76, 88)),
    ("camera", (205, 115), (56, 60)),
    ("chelsea", (200, 150), (140, 130)),
    ("coffee", (288, 115), (120, 112)),
    ("coins", (335, 43), (30, 30)),
    ("ihc", (320, 405), (78, 92)),
    ("motorcycle_left", (192, 322), (74, 74)),
)


@dataclass(frozen=True, slots=True)
class Recipe:
    """What videos are made of: `length` frames of `size` (width, height), with one or two `targets`.

    `attributes` are the challenges they take in turn. Raises UsageError for what cannot be made.
    """

    length: int = 60
    size: tuple[int, int] = SIZE
    seed: int = 0
    targets: int = 1
    grey: bool = False
    attributes: tuple[str, ...] = CHALLENGES

    def __post_init__(self) -> None:
        if self.length < _SHORTEST:
            raise UsageError(f"a video has at least {_SHORTEST} frames, found {self.length}")
        if self.targets not in (1, 2):
            raise UsageError(f"a video has 1 or 2 targets, found {self.targets}")
        if self.seed < 0:
            raise UsageError(f"a seed is not negative, found {self.seed}")
        width, height = _SMALLEST[0] * self.targets, _SMALLEST[1]
        if not (width <= self.size[0] <= _LARGEST and height <= self.size[1] <= _LARGEST):
            found = f"found {self.size[0]}x{self.size[1]}"
            raise UsageError(f"images for {self.targets} target(s) are {width}x{height} to {_LARGEST} a side, {found}")
        unknown = [code for code in self.attributes if code not in CHALLENGES]
        if unknown or not self.attributes:
            found = ", ".join(unknown) or "none"
            raise UsageError(f"challenges to make are {', '.join(CHALLENGES)}, found {found}")


def compose(recipe: Recipe, number: int) -> tuple[Scene, ...]:
    """The `number`-th video of a recipe, counted from 0: a scene for each of its targets.

    >>> scene, = compose(Recipe(length=20, size=(96, 72), attributes=("FOC",)), 0)
    >>> scene.name, "FOC" in scene.attributes
    ('foc-1', True)
    """
    draw = np.random.Generator(np.random.PCG64([recipe.seed, number])).random
    challenge = recipe.attributes[number % len(recipe.attributes)]
    rooms = [_Room.of(recipe, place, challenge, draw) for place in range(recipe.targets)]
    stacks = [_stack(challenge, room, draw) for room in rooms]
    used = {layer.photo for stack in stacks for layer in stack.layers}
    name = f"{challenge.lower()}-{number + 1}"
    bare = Scene(
        name,
        recipe.length,
        _pick([photo for photo in _BACKDROPS if photo not in used], draw),
        tuple((20 + 100 * draw(), 20 + 100 * draw()) for _ in range(3)),
        stacks[0].target,
        light=(1, 1.3, 0.5, 1.1, 0.4) if challenge == "IV" else (1,),
        shake=0,
        size=recipe.size,
        exposures=5 if challenge == "MB" else 1,
        grey=recipe.grey,
        video=name,
    )
    return tuple(_tagged(bare, stacks, place) for place in range(recipe.targets))


@cache
def challenges() -> tuple[Scene, ...]:
    """Sixteen short scenes of 160x120: each challenge in colour, three again in grey, and a video of two targets."""
    colour = Recipe(length=40, size=(160, 120), seed=1)
    grey = replace(colour, seed=2, grey=True, attributes=("FM", "FOC", "DEF"))
    videos = [compose(colour, number) for number in range(len(CHALLENGES))]
    videos += [compose(grey, number) for number in range(len(CHALLENGES), len(CHALLENGES) + 3)]
    videos.append(compose(replace(colour, targets=2, attributes=("POC",)), len(videos)))
    return tuple(scene for video in videos for scene in video)


@dataclass(frozen=True, slots=True)
class _Stack:
    """A target, and what belongs to it behind and in front."""

    target: Layer
    behind: tuple[Layer, ...] = ()
    front: tuple[Layer, ...] = ()

    @property
    def layers(self) -> tuple[Layer, ...]:
        return (*self.behind, self.target, *self.front)


@dataclass(frozen=True, slots=True)
class _Room:
    """The part of the image that is a target's own: where its centre may be, and the half of its size.

    Keys of its path lie within `reach` of `middle`: the curve, which swings further, then keeps inside.
    """

    length: int
    radius: float
    middle: tuple[float, float]
    reach: tuple[float, float]

    @classmethod
    def of(cls, recipe: Recipe, place: int, challenge: str, draw: Draw) -> _Room:
        """The `place`-th of as many columns as there are targets."""
        width, height = recipe.size[0] / recipe.targets, recipe.size[1]
        radius = min(width, height) * (0.11 + 0.03 * draw())
        if challenge == "LR":
            radius = min(radius, 7)
        margin = 1.7 * radius + 2
        reach = (width / 2 - margin) / 1.25, (height / 2 - margin) / 1.25
        return cls(recipe.length, radius, (width * (place + 0.5), height / 2), reach)

    def at(self, across: float, down: float) -> tuple[float, float]:
        """A point, from -1 to 1 either way."""
        return self.middle[0] + across * self.reach[0], self.middle[1] + down * self.reach[1]

    def walk(self, draw: Draw) -> Points:
        """An odd number of keys, at most 5 pixels a frame apart."""
        count = 7 + 2 * (self.length // 30)
        step = 5 * (self.length - 1) / (count - 1)
        across, down = 1.4 * draw() - 0.7, 1.4 * draw() - 0.7
        keys = [self.at(across, down)]
        for _ in range(count - 1):
            across = min(max(across + (2 * draw() - 1) * step / self.reach[0], -1), 1)
            down = min(max(down + (2 * draw() - 1) * step / self.reach[1], -1), 1)
            keys.append(self.at(across, down))
        return tuple(keys)

    def dash(self, speed: float, draw: Draw) -> Points:
        """From side to side at `speed` pixels a frame or more, with a rest in between."""
        frames = max(1, int(1.8 * self.reach[0] / speed))
        count = 1 + -(-(self.length - 1) // frames)
        sides = (-0.9, 0.9, 0.9, -0.9)
        return tuple(self.at(sides[key % 4], 1.6 * draw() - 0.8) for key in range(count))


def _path(challenge: str, room: _Room, draw: Draw) -> Points:
    match challenge:
        case "FM":
            return room.dash(28, draw)
        case "MB":
            return room.dash(12, draw)
        case "OV":
            return _leaving(room, room.walk(draw))
    return room.walk(draw)


def _stack(challenge: str, room: _Room, draw: Draw) -> _Stack:
    """A target in its room that meets the challenge; what concerns the whole scene is compose's."""
    stack = _Stack(target := _piece(room, _path(challenge, room, draw), draw))
    changes = 2 + room.length // 20
    swings = (0, *((-1) ** key for key in range(changes)))
    match challenge:
        case "SV":
            sizes = (1, *((1.6, 0.6)[key % 2] for key in range(changes)))
            stack = _Stack(replace(target, scale=tuple(target.scale[0] * size for size in sizes)))
        case "IPR":
            stack = _Stack(replace(target, turn=tuple(70 * swing for swing in swings)))
        case "DEF":
            stack = _Stack(replace(target, bend=tuple(0.6 * swing for swing in swings)))
        case "BC":
            twins = [replace(target, path=room.walk(draw), seed=_seed(draw)) for _ in range(2)]
            stack = _Stack(target, behind=tuple(twins))
        case "POC":
            stack = _Stack(target, front=(_cover(room, target, 1, 0.8, draw),))
        case "FOC":
            stack = _Stack(target, front=(_cover(room, target, 1.5, 0, draw),))
    return stack


def _piece(room: _Room, path: Points, draw: Draw) -> Layer:
    """One of the things to see, at the room's size; never less than a pixel of the photograph to one of the image."""
    photo, center, radius = _pick(_PIECES, draw)
    shrink = max(1, int(max(radius) / room.radius))
    scale = room.radius * shrink / max(radius)
    return Layer(photo, center, radius, path, _seed(draw), shrink, (scale,), shake=1, dents=0.1)


def _leaving(room: _Room, path: Points) -> Points:
    """The same path, its middle three keys above the image."""
    middle, above = len(path) // 2, -(1.7 * room.radius + 4)
    return tuple((x, above if abs(key - middle) <= 1 else y) for key, (x, y) in enumerate(path))


def _cover(room: _Room, target: Layer, size: float, aside: float, draw: Draw) -> Layer:
    """A layer of the target's shape and motion, `size` times as large, that passes over it from top to bottom.

    For the middle three keys it stays there, `aside` of the target's half width beside it.
    """
    width, height = (radius * room.radius / max(target.radius) for radius in target.radius)
    middle, away = len(target.path) // 2, 1.15 * (1 + size) * height
    path = tuple(
        (x + aside * width, y + (away if key > middle else -away) * (abs(key - middle) > 1))
        for key, (x, y) in enumerate(target.path)
    )
    photo = _pick(("brick", "grass", "gravel"), draw)
    return replace(
        target, photo=photo, center=(256, 256), radius=(size * width, size * height), path=path, shrink=1, scale=(1,)
    )


def _tagged(bare: Scene, stacks: list[_Stack], place: int) -> Scene:
    """The video as the scene of one of its targets; the others' layers lie behind it or in front."""
    before = [layer for stack in stacks[:place] for layer in stack.layers]
    after = [layer for stack in stacks[place + 1 :] for layer in stack.layers]
    own = stacks[place]
    scene = replace(
        bare,
        name=f"{bare.name}.{place + 1}" if len(stacks) > 1 else bare.name,
        target=own.target,
        behind=(*before, *own.behind),
        front=(*own.front, *after),
    )
    return replace(scene, attributes=measure(scene, areas(scene)))


def _pick(options: Sequence[T], draw: Draw) -> T:
    return options[int(draw() * len(options))]


def _seed(draw: Draw) -> int:
    return int(draw() * 2**32)
