"""SBT as a tracker: where it looks, what it believes, and its five sizes.

As in the official code (see network.py): no smoothing, no change of the template. Images are RGB.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import inf
from typing import ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from harness import Box, Frame, HarnessError, Prediction, Track
from trackers.inference.crops import area_windows, cut
from trackers.inference.penalties import hann_window
from trackers.inference.torch_tracker import TorchTracker, host
from trackers.sbt.architectures import ARCHITECTURES, as_printed
from trackers.sbt.decoding import INFLUENCE, clip_boxes, place, select
from trackers.sbt.network import SBT

__all__ = ["SBTBase", "SBTHuge", "SBTLarge", "SBTLight", "SBTSettings", "SBTSmall", "SBTTracker"]

Float = NDArray[np.float64]

MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # of ImageNet


@dataclass(frozen=True, slots=True)
class SBTSettings:
    """The official code's; where the paper says otherwise, its value is behind the colon.

    `influence`: the window's share in choosing a cell: 0. `search_factor`, `template_factor`: a crop's side, in square
    roots of the target's area: 4 for the search region. `printed`: the network itself as the paper prints it: true.
    """

    influence: float = INFLUENCE
    search_factor: float = 5.0
    template_factor: float = 2.0
    printed: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.influence <= 1:
            raise HarnessError(f"influence: expected a share from 0 to 1, found {self.influence}")
        for name in ("search_factor", "template_factor"):
            if not 0 < getattr(self, name) < inf:
                raise HarnessError(f"{name}: expected more than 0, found {getattr(self, name)}")


@dataclass(slots=True)
class Target(Track):
    """One target: its box (x, y, w, h) and its template's features ``(h, w, channels)``."""

    box: Float
    template: Tensor


class SBTTracker(TorchTracker[Target]):
    """SBT of any size; its confidence is the chosen cell's foreground probability."""

    Settings = SBTSettings
    source = "the authors' checkpoints are linked from https://github.com/phiphiphi31/SBT"
    size: ClassVar[str]

    def __init_subclass__(cls) -> None:
        cls.name = f"sbt_{cls.size}"

    def build(self) -> SBT:
        architecture = ARCHITECTURES[self.size]
        return SBT(as_printed(architecture) if self.settings.printed else architecture)

    def counted(self) -> object:
        architecture = self.network.architecture
        z, x = (torch.empty(1, 3, side, side) for side in (architecture.template_size, architecture.search_size))
        return self.network.box_head(self.network.backbone(z, x)[1])

    def start(self, frames: Sequence[Frame], targets: Sequence[Box], seeds: Sequence[int]) -> list[Target]:
        boxes = np.array([target.xywh for target in targets])
        windows = area_windows(boxes, self.settings.template_factor)
        crops = cut(_seen(frames), windows, self.network.architecture.template_size)
        (templates,) = self.compute(lambda z: self.network.template(_normalized(z)), crops)
        return [Target(box, template) for box, template in zip(boxes, templates, strict=True)]

    def update(self, tracks: Sequence[Target], frames: Sequence[Frame]) -> list[Prediction]:
        boxes = np.stack([track.box for track in tracks])
        windows = area_windows(boxes, self.settings.search_factor)
        crops = cut(_seen(frames), windows, self.network.architecture.search_size)
        templates = torch.stack([track.template for track in tracks])
        scores, found = map(host, self.compute(self._search, templates, crops))
        boxes = place(found, boxes[:, :2] + boxes[:, 2:] / 2, windows[:, 2])
        boxes = clip_boxes(boxes, np.array([frame.pixels.shape[1::-1] for frame in frames]))
        for track, box in zip(tracks, boxes, strict=True):
            track.box = box
        return [Prediction(Box(*box), score) for box, score in zip(boxes.tolist(), scores.tolist(), strict=True)]

    def _search(self, templates: Tensor, crops: Tensor) -> tuple[Tensor, Tensor]:
        """The best cell's probability and box, of each target."""
        window = _window(self.network.architecture.grid, crops.device)
        response = self.network.search(templates, _normalized(crops))
        return select(response.logits, response.boxes, window, self.settings.influence)


class SBTLight(SBTTracker):
    """SBT-light: 3.8 million parameters."""

    size = "light"


class SBTSmall(SBTTracker):
    """SBT-small: 13.8 million parameters."""

    size = "small"


class SBTBase(SBTTracker):
    """SBT-base: 22.0 million parameters."""

    size = "base"


class SBTLarge(SBTTracker):
    """SBT-large: 35.3 million parameters."""

    size = "large"


class SBTHuge(SBTTracker):
    """SBT-huge, of which the code knows and the paper does not: 52.6 million parameters."""

    size = "huge"


def _seen(frames: Sequence[Frame]) -> list[NDArray[np.uint8]]:
    """Images without their last row and column: the official crop fills one pixel early there."""
    return [frame.pixels[:-1, :-1] for frame in frames]


def _normalized(crops: Tensor) -> Tensor:
    """Levels 0 to 255 ``(B, 3, S, S)`` as multiples of ImageNet's deviation from its mean."""
    mean, deviation = _moments(crops.device)
    return (crops / 255 - mean) / deviation


@cache
def _moments(device: torch.device) -> tuple[Tensor, Tensor]:
    mean, deviation = (torch.tensor(each, device=device).view(3, 1, 1) for each in (MEAN, DEVIATION))
    return mean, deviation


@cache
def _window(grid: int, device: torch.device) -> Tensor:
    """A Hann window of all cells, on the device: what is copied there in every frame makes it wait."""
    return torch.from_numpy(hann_window(grid)).to(device, torch.float32).flatten()
