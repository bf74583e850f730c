"""KCF: the kernelised correlation filter on HOG features, with a scale search.

Henriques, Caseiro, Martins and Batista, "High-Speed Tracking with Kernelized Correlation Filters", TPAMI 2015
(arXiv 1404.7584), with its constants but one: the window is 3 times the target, not 2.5. As there, a filter is
learnt on that window and found again in the same window of the next frame. What differs: patches are sampled at
sub-pixel positions, the response's peak is interpolated, and the target's scale is followed by a filter of its own
(`scale.py`), unless ``scales=1``.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from harness import Box, Frame, HarnessError, Prediction, Track, Tracker
from trackers.classic.hog import felzenszwalb_hog
from trackers.classic.patches import grey, sample
from trackers.classic.scale import ScaleFilter, parabola

__all__ = ["KCF", "KCFSettings"]

Float = NDArray[np.float32]
Spectrum = NDArray[np.complex64]

CELL = 4  # pixels of a HOG cell
LARGEST = 100.0  # a target's side in the template, as the geometric mean; larger ones are sampled down


@dataclass(frozen=True, slots=True)
class KCFSettings:
    """The filter's constants, and the scale filter's.

    `padding`: the window's margin, in target sizes. `kernel_sigma`: of the Gaussian kernel. `label_sigma`: of
    the regression target, in target sizes. `regularization`: of the ridge regression. `learning_rate`: how
    fast the model follows. `scales`: how many are searched, 1 for none; `scale_step`: the ratio of one to the
    next.
    """

    padding: float = 2.0
    kernel_sigma: float = 0.5
    label_sigma: float = 0.1
    regularization: float = 1e-4
    learning_rate: float = 0.02
    scales: int = 33
    scale_step: float = 1.02

    def __post_init__(self) -> None:
        if self.scales < 1:
            raise HarnessError(f"scales: expected 1 or more, found {self.scales}")


@dataclass(slots=True)
class Target(Track):
    """One target: where it is, what does not change, and the filter that is learnt."""

    center: NDArray[np.float64]  # x, y in the image
    size: NDArray[np.float64]  # w, h at scale 1
    zoom: float  # template pixels per image pixel, at scale 1
    window: Float  # (h, w) in cells
    label: Spectrum  # (h, w // 2 + 1)
    scales: ScaleFilter | None
    scale: float = 1.0
    template: Spectrum | None = None  # (31, h, w // 2 + 1)
    alpha: Spectrum | None = None  # (h, w // 2 + 1)


class KCF(Tracker[Target]):
    """Kernelised correlation filter; its confidence is the response's peak, 1 for a perfect match."""

    Settings = KCFSettings

    def start(self, frames: Sequence[Frame], targets: Sequence[Box], seeds: Sequence[int]) -> list[Target]:
        return [self._start(grey(frame.pixels), box) for frame, box in zip(frames, targets, strict=True)]

    def update(self, tracks: Sequence[Target], frames: Sequence[Frame]) -> list[Prediction]:
        return [self._update(track, grey(frame.pixels)) for track, frame in zip(tracks, frames, strict=True)]

    def _start(self, image: NDArray[np.uint8], box: Box) -> Target:
        settings = self.settings
        size = np.maximum([box.w, box.h], 1.0)
        zoom = min(1.0, LARGEST / float(np.sqrt(size.prod())))
        width, height = np.maximum((size * zoom * (1 + settings.padding) / CELL).round().astype(int), 4)
        sigma = float(np.sqrt(size.prod())) * zoom * settings.label_sigma / CELL
        rows, columns = np.fft.fftfreq(height, 1 / height), np.fft.fftfreq(width, 1 / width)
        label = np.exp(-(rows[:, None] ** 2 + columns**2) / (2 * sigma**2))
        target = Target(
            center=np.array(box.center),
            size=size,
            zoom=zoom,
            window=np.outer(np.hanning(height), np.hanning(width)).astype(np.float32),
            label=fft.rfft2(label.astype(np.float32)),
            scales=ScaleFilter(size, settings.scales, settings.scale_step) if settings.scales > 1 else None,
        )
        self._learn(target, image)
        return target

    def _update(self, target: Target, image: NDArray[np.uint8]) -> Prediction:
        found = self._kernel(target, self._spectrum(target, image), target.template)
        response = fft.irfft2(target.alpha * fft.rfft2(found), s=target.window.shape)
        row, column = np.unravel_index(int(response.argmax()), response.shape)
        shift = np.array([_offset(response[row], int(column)), _offset(response[:, column], int(row))])
        limits = np.array(image.shape[::-1], float)
        target.center = np.clip(target.center + shift * CELL * target.scale / target.zoom, 0, limits)
        if target.scales is not None:
            factor = target.scales.find(image, target.center, target.size * target.scale)
            smallest, largest = min(1.0, CELL / target.size.min()), max(1.0, (limits / target.size).min())
            target.scale = float(np.clip(target.scale * factor, smallest, largest))
        self._learn(target, image)
        corner, size = target.center - target.size * target.scale / 2, target.size * target.scale
        return Prediction(Box(*corner.tolist(), *size.tolist()), float(response[row, column]))

    def _learn(self, target: Target, image: NDArray[np.uint8]) -> None:
        """Ridge regression on this frame's window (eq. 17), mixed into the model."""
        template = self._spectrum(target, image)
        kernel = fft.rfft2(self._kernel(target, template, template))
        alpha = target.label / (kernel + np.float32(self.settings.regularization))
        if target.template is None:
            target.template, target.alpha = template, alpha
        else:
            rate = np.float32(self.settings.learning_rate)
            target.template = (1 - rate) * target.template + rate * template
            target.alpha = (1 - rate) * target.alpha + rate * alpha
        if target.scales is not None:
            target.scales.learn(image, target.center, target.size * target.scale)

    def _spectrum(self, target: Target, image: NDArray[np.uint8]) -> Spectrum:
        """The windowed features around the target, transformed: (31, h, w // 2 + 1)."""
        height, width = target.window.shape
        step = np.full(2, target.scale / target.zoom)
        patch = sample(image, target.center, step, (width * CELL, height * CELL))
        spectrum: Spectrum = fft.rfft2(felzenszwalb_hog(patch[None], CELL)[0] * target.window)
        return spectrum

    def _kernel(self, target: Target, x: Spectrum, z: Spectrum) -> Float:
        """Gaussian kernel of x with every cyclic shift of z (eq. 30), (h, w)."""
        height, width = target.window.shape
        cross = fft.irfft2((x * z.conj()).sum(0), s=(height, width))
        distance = _energy(x, width) + _energy(z, width) - 2 * cross
        kernel: Float = np.exp(
            -np.maximum(distance, 0) / np.float32(x.shape[0] * height * width * self.settings.kernel_sigma**2)
        )
        return kernel


def _energy(spectrum: Spectrum, width: int) -> np.float32:
    """Squared norm of the signal behind a half spectrum of a row length `width` (Parseval)."""
    power = spectrum.real**2 + spectrum.imag**2
    twice = power[..., 1 : (width + 1) // 2].sum()  # the columns whose mirror image is not stored
    total: np.float32 = (power.sum() + twice) / np.float32(spectrum.shape[-2] * width)
    return total


def _offset(line: Float, peak: int) -> float:
    """A peak's position in a cyclic line, between samples, counted from 0 in both directions."""
    position = peak + parabola(line[peak - 1], line[peak], line[(peak + 1) % len(line)])
    return position - len(line) if position > len(line) / 2 else position
