"""Which of the field's challenges a scene holds: measured in its motion and in what it hides, not promised.

Thresholds follow OTB (Y. Wu, J. Lim, M.-H. Yang: Object Tracking Benchmark, TPAMI 2015) and LaSOT (H. Fan et al.,
CVPR 2019) where they give a number:

====  ==================================================================================================
SV    in some frame the target has less than half, or more than twice, the area of the first frame (OTB)
ARC   the same of the ratio of its box's width to height (LaSOT)
IPR   it turns by more than 30 degrees
DEF   its top moves sideways by more than half its half width, its centre left where it is
IV    the light changes by more than a quarter
MB    frames are several exposures, and the target moves more than 5 pixels in one of them
FM    its centre moves more than 20 pixels from frame to frame (OTB)
LR    its box has fewer than 400 square pixels (OTB)
POC   in some frame more than 30 % of it is hidden, but not all
FOC   in some frame all of it that lies in the image is hidden
OV    in some frame all of it lies outside the image
BC    another piece of the same photograph moves about
====  ==================================================================================================
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from harness.datasets.synthetic.motion import boxes, curve, poses
from harness.datasets.synthetic.scenes import Scene

__all__ = ["measure"]


def measure(scene: Scene, areas: NDArray[np.int64]) -> frozenset[str]:
    """The codes of the challenges in the table above that hold in `scene`; `areas` (N, 3) are render.areas of it."""
    target = scene.target
    x, y, a, b, _ = poses(target, scene.length).T
    step = np.hypot(np.diff(x), np.diff(y)).max()
    width, height = boxes(target, scene.length).T[2:]
    _, inside, seen = areas.T
    holds = {
        "SV": _doubles(a * a + b * b),
        "ARC": _doubles(width / height),
        "IPR": _range(target.turn, scene.length) > 30,
        "DEF": _range(target.bend, scene.length) > 0.5,
        "IV": _range(scene.light, scene.length) > 0.25,
        "MB": scene.exposures > 1 and step > 5,
        "FM": step > 20,
        "LR": (width * height).min() < 400,
        "POC": ((seen > 0) & (seen < 0.7 * inside)).any(),
        "FOC": ((inside > 0) & (seen == 0)).any(),
        "OV": (inside == 0).any(),
        "BC": any(layer.photo == target.photo for layer in (*scene.behind, *scene.front)),
    }
    return frozenset(code for code, truly in holds.items() if truly)


def _doubles(values: NDArray[np.float64]) -> bool:
    """Whether they fall below half of the first, or rise above twice."""
    return bool(values.min() < 0.5 * values[0] or values.max() > 2 * values[0])


def _range(keys: tuple[float, ...], length: int) -> float:
    return float(np.ptp(curve(np.reshape(keys, (-1, 1)), length)))
