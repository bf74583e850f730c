"""One pass under perturbations, for curves of robustness: a wrong first box, spoiled images, frames that are lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from math import cos, nan, pi, sin
from typing import ClassVar

import numpy as np

from harness.core.errors import UsageError
from harness.core.regions import Box, Region, convert
from harness.core.sequence import Frames, Sequence
from harness.core.tracker import Prediction
from harness.core.trial import Answer, Drive, Start, Trial, Update
from harness.protocols.base import Log, predicted, target_in
from harness.protocols.one_pass import OnePass
from harness.protocols.options import full_name
from harness.protocols.spoiled import spoiled

__all__ = ["Perturbation", "Perturbed"]


@dataclass(frozen=True, slots=True)
class Perturbation:
    """What is done to a sequence, and how much of it.

    The first box is moved by `shift` of its size in any direction, and each of its sides made longer or shorter by
    the factor 1 + `scale`. Images are blurred by `blur` (pixels), get Gaussian `noise` (grey levels), and are
    compressed to the quality `jpeg` (1 to 100; 0: they are not). Of the frames after the first the share `drop` is
    lost. What is drawn depends on `seed` and the sequence alone: the same direction at every magnitude, the same for
    every tracker. Raises UsageError.
    """

    shift: float = 0.0
    scale: float = 0.0
    blur: float = 0.0
    noise: float = 0.0
    jpeg: int = 0
    drop: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():
            most = {"jpeg": 100, "drop": 1}.get(name, np.inf)
            if not 0 <= value <= most or value == np.inf:
                upto = f"0 to {most}" if most < np.inf else "0 or more"
                raise UsageError(f"perturbed@{name}={value:g}: expected {upto}")

    def draws(self, sequence: str, image: int = 0) -> np.random.Generator:
        """Random numbers of a sequence's own, or of one of its images', counted from 1."""
        return np.random.default_rng([self.seed, image, *sequence.encode()])

    def of(self, region: Region, draws: np.random.Generator) -> Region:
        """The region to start from: itself, or where it is to be moved or scaled, its bounding box so treated."""
        angle, signs = 2 * pi * draws.random(), draws.choice((-1, 1), 2)
        if not self.shift and not self.scale:
            return region
        box = convert(region, "box")
        assert isinstance(box, Box)
        w, h = (np.array((box.w, box.h)) * (1 + self.scale) ** signs.astype(float)).tolist()
        x, y = box.center
        return Box(x + self.shift * box.w * cos(angle) - w / 2, y + self.shift * box.h * sin(angle) - h / 2, w, h)


class Perturbed(OnePass):
    """One pass under a `Perturbation`, whose fields are its options; in a frame that is lost the last answer stands.

    The trajectory begins with the box that the tracker was given. Spoiled images have no path: who wants files gets
    the pixels.
    """

    name = "perturbed"
    version = 1
    options: ClassVar[Mapping[str, float | str]] = asdict(Perturbation())

    def __init__(self, **options: float) -> None:
        self._how = Perturbation(**options)  # type: ignore[arg-type]
        self.name = full_name(type(self), **options)

    def drive(self, sequence: Sequence, trial: Trial) -> Drive:
        start, *others = trial.order
        draws = self._how.draws(sequence.name)
        target = self._how.of(target_in(sequence, start), draws)
        lost = draws.random(len(others)) < self._how.drop
        log, last = Log(), Prediction(target)
        log.started(target, (yield Start(start, target)))
        for frame, gone in zip(others, lost.tolist(), strict=True):
            answer = Answer(last, nan, shared=False) if gone else (yield Update(frame))
            log.answered(answer)
            last = predicted(answer)
        return log.trajectory()

    def shown(self, sequence: Sequence) -> Sequence:
        how, frames = self._how, sequence.frames
        if frames is None or not (how.blur or how.noise or how.jpeg):
            return sequence
        decode = frames.decode
        worse = Frames(
            frames.numbers,
            lambda number: spoiled(
                decode(number),
                blur=how.blur,
                noise=how.noise,
                jpeg=how.jpeg,
                rng=how.draws(sequence.name, 1 + number),
            ),
        )
        return replace(sequence, frames=worse)
