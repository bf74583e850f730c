"""SiamX as a tracker: with its adaptive scheme, without, with global search, and on fewer pairs of levels.

As in the official code (see network.py), whose constants are Ocean's for VOT2019. Images are BGR, and what lies
beyond them has the mean colour of the first one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.special import expit
from torch import Tensor

from harness import Box, Frame, Prediction, Track
from trackers.inference.adaptive import Adaptive, AdaptiveSettings
from trackers.inference.crops import channel_means, context_windows, cut
from trackers.inference.decoding import DecodingSettings, Views, blended, decode
from trackers.inference.search import LastPlace, Search
from trackers.inference.torch_tracker import TorchTracker, host
from trackers.siamx.network import PAIRS, Pair, SiamX

__all__ = ["GlobalSettings", "SiamXAdaptive", "SiamXGlobal", "SiamXPlain", "SiamXSettings"]

Float = NDArray[np.float64]

TEMPLATE, SEARCH = 127, 255  # pixels of a crop's side
SHARE = 0.94  # of the classification beside the aligned head's score
FARTHEST = 1e4  # pixels from a cell to a side; an untrained network may say infinity, or nothing


@dataclass(frozen=True, slots=True)
class SiamXSettings(AdaptiveSettings):
    """The adaptive scheme's settings, and those of `DecodingSettings`."""

    penalty: float = DecodingSettings().penalty
    window: float = DecodingSettings().window
    rate: float = DecodingSettings().rate


@dataclass(frozen=True, slots=True)
class GlobalSettings(SiamXSettings):
    """As `SiamXSettings`, but a lost target is looked for in the whole image."""

    relocate: Literal["likeliest", "everywhere"] = "everywhere"


@dataclass(slots=True)
class Target(Track):
    """One target: its template's kernels, the colour beyond the border, and where it is looked for."""

    template: Tensor
    colour: NDArray[np.uint8]
    place: LastPlace


class SiamXPlain(TorchTracker[Target]):
    """SiamX that searches where the target was last; its confidence is the chosen cell's score, before penalties."""

    Settings = DecodingSettings
    name = "siamx"
    source = "the authors' weights are linked from https://github.com/HuajianUP/360Tracking"
    pairs: ClassVar[tuple[Pair, ...]] = PAIRS
    align: ClassVar[bool] = False

    def build(self) -> SiamX:
        return SiamX(self.pairs, self.align)

    def counted(self) -> object:
        return self.network(torch.empty(1, 3, TEMPLATE, TEMPLATE), torch.empty(1, 3, SEARCH, SEARCH))

    def place(self, center: Float, size: Float, image: Float) -> LastPlace:
        """Where a target is looked for from now on."""
        return LastPlace(center, size, image)

    def start(self, frames: Sequence[Frame], targets: Sequence[Box], seeds: Sequence[int]) -> list[Target]:
        boxes, images = np.array([target.xywh for target in targets]), _sizes(frames)
        centers, sizes = boxes[:, :2] + boxes[:, 2:] / 2, np.maximum(boxes[:, 2:], 1)  # a box may have no extent
        places = [self.place(*each) for each in zip(centers, sizes, images, strict=True)]
        colours = np.array([channel_means(frame.pixels) for frame in frames])
        sides = np.array([place.search().region(1) for place in places])
        windows = context_windows(np.array([place.center for place in places]), sides)
        crops = cut([frame.pixels for frame in frames], windows, TEMPLATE, colours)
        (templates,) = self.compute(lambda z: self.network.template(_bgr(z)), crops)
        return [Target(*each) for each in zip(templates, colours, places, strict=True)]

    def update(self, tracks: Sequence[Target], frames: Sequence[Frame]) -> list[Prediction]:
        searches = [track.place.search() for track in tracks]
        centers = np.array([search.center for search in searches])
        sides = np.array([search.region(SEARCH / TEMPLATE) for search in searches])
        colours = np.array([track.colour for track in tracks])
        crops = cut([frame.pixels for frame in frames], context_windows(centers, sides), SEARCH, colours)
        templates = torch.stack([track.template for track in tracks])
        logits, distances, *aligned = map(host, self.compute(self._search, templates, crops))
        distances = np.clip(distances, 1 / FARTHEST, FARTHEST)
        scores = blended(logits, aligned[0], SHARE) if aligned else expit(logits)
        views = Views(centers, np.array([search.size for search in searches]), SEARCH / sides, _sizes(frames))
        settings = DecodingSettings(self.settings.penalty, self.settings.window, self.settings.rate)
        found = decode(scores, distances, views, settings)
        answers = zip(tracks, searches, found.centers, found.sizes, found.scores.tolist(), strict=True)
        return [self._observed(*answer) for answer in answers]

    def _search(self, templates: Tensor, crops: Tensor) -> tuple[Tensor, ...]:
        answer = self.network.search(templates, _bgr(crops))
        return tuple(part for part in answer if part is not None)

    @staticmethod
    def _observed(track: Target, search: Search, center: Float, size: Float, score: float) -> Prediction:
        track.place.observe(search, center, size, score)
        (x, y), (w, h) = (track.place.center - track.place.size / 2).tolist(), track.place.size.tolist()
        return Prediction(Box(x, y, w, h), score)


class SiamXAdaptive(SiamXPlain):
    """SiamX with its adaptive scheme: momentum, and re-localisation by a heat map of where the target was."""

    Settings = SiamXSettings

    def place(self, center: Float, size: Float, image: Float) -> LastPlace:
        return Adaptive(center, size, image, self.settings)


class SiamXGlobal(SiamXAdaptive):
    """SiamX that searches the whole image for a lost target: what the paper compares its scheme with."""

    Settings = GlobalSettings


def _sizes(frames: Sequence[Frame]) -> Float:
    """Width and height of each image ``(N, 2)``."""
    return np.array([frame.pixels.shape[1::-1] for frame in frames], np.float64)


def _bgr(crops: Tensor) -> Tensor:
    """RGB crops ``(N, 3, S, S)`` as the network takes them."""
    return crops.flip(1).float()


def _on(*pairs: Pair) -> type[SiamXPlain]:
    """SiamX without its scheme, on these pairs of levels (template, search region): Table III of the paper."""
    name = "siamx_" + "_".join(f"l{template}l{search}" for template, search in pairs)
    return type(name, (SiamXPlain,), {"__doc__": _on.__doc__, "__module__": __name__, "name": name, "pairs": pairs})


L4L4, L4L3, L3L4, L3L3 = (4, 4), (4, 3), (3, 4), (3, 3)
siamx_l4l4, siamx_l4l3, siamx_l3l4, siamx_l3l3 = _on(L4L4), _on(L4L3), _on(L3L4), _on(L3L3)
siamx_l4l3_l3l4, siamx_l4l4_l4l3, siamx_l4l4_l3l4 = _on(L4L3, L3L4), _on(L4L4, L4L3), _on(L4L4, L3L4)
siamx_l4l4_l3l3, siamx_l4l4_l4l3_l3l4 = _on(L4L4, L3L3), _on(L4L4, L4L3, L3L4)
siamx_l4l4_l4l3_l3l4_l3l3 = _on(L4L4, L4L3, L3L4, L3L3)
