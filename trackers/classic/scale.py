"""A one-dimensional correlation filter over scales.

Danelljan, Häger, Khan and Felsberg, "Accurate Scale Estimation for Robust Visual Tracking" (DSST), BMVC 2014,
with its published constants.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from trackers.classic.hog import felzenszwalb_hog
from trackers.classic.patches import sample

__all__ = ["ScaleFilter", "parabola"]

AREA = 512  # pixels of the target's sample, at most
LABEL_SIGMA = 0.25  # times the square root of the number of scales
REGULARIZATION = np.float32(0.01)
LEARNING_RATE = np.float32(0.025)


class ScaleFilter:
    """Finds by which factor a target of known centre has grown since the last frame.

    `size` is (w, h) in pixels; `count` factors, a power of `step` each, lie around 1.
    """

    def __init__(self, size: NDArray[np.float64], count: int, step: float) -> None:
        powers = np.arange(count) - count // 2
        self._factors, self._step = step ** powers.astype(float), step
        self._label = fft.rfft(np.exp(-0.5 * (powers / (LABEL_SIGMA * np.sqrt(count))) ** 2).astype(np.float32))
        self._window = np.hanning(count + 2)[1:-1, None].astype(np.float32)
        shrink = min(1.0, np.sqrt(AREA / size.prod()))
        self._shape = tuple(np.maximum(4 * (size * shrink / 4).round().astype(int), 8).tolist())
        self._numerator: NDArray[np.complex64] | None = None
        self._denominator: NDArray[np.float32] | None = None

    def find(self, image: NDArray[np.uint8], center: NDArray[np.float64], size: NDArray[np.float64]) -> float:
        """The factor by which `size` must be multiplied to fit the target now."""
        spectrum = self._spectrum(image, center, size)
        quotient = (self._numerator * spectrum).sum(1) / (self._denominator + REGULARIZATION)
        response = fft.irfft(quotient, n=len(self._factors))
        peak = int(response.argmax())
        between = 0.0
        if 0 < peak < len(response) - 1:
            between = parabola(*response[peak - 1 : peak + 2])
        return float(self._factors[peak] * self._step**between)

    def learn(self, image: NDArray[np.uint8], center: NDArray[np.float64], size: NDArray[np.float64]) -> None:
        """Take in what the target looks like at this centre and size."""
        spectrum = self._spectrum(image, center, size)
        numerator = self._label[:, None] * spectrum.conj()
        denominator = (spectrum.real**2 + spectrum.imag**2).sum(1)
        if self._numerator is None:
            self._numerator, self._denominator = numerator, denominator
        else:
            self._numerator += LEARNING_RATE * (numerator - self._numerator)
            self._denominator += LEARNING_RATE * (denominator - self._denominator)

    def _spectrum(
        self, image: NDArray[np.uint8], center: NDArray[np.float64], size: NDArray[np.float64]
    ) -> NDArray[np.complex64]:
        """Features of the target at every scale, transformed along the scales: (count // 2 + 1, features)."""
        patches = [sample(image, center, size * factor / self._shape, self._shape) for factor in self._factors]
        features = felzenszwalb_hog(np.stack(patches)).reshape(len(patches), -1)
        spectrum: NDArray[np.complex64] = fft.rfft(features * self._window, axis=0)
        return spectrum


def parabola(before: float, peak: float, after: float) -> float:
    """Where between -0.5 and 0.5 the parabola through three samples around a peak has its top.

    >>> parabola(0.0, 1.0, 1.0)
    0.5
    """
    curvature = 2 * peak - before - after
    return float(0.5 * (after - before) / curvature) if curvature > 0 else 0.0
