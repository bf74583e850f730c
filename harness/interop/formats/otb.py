"""What OTB's two toolkits share, the MATLAB one and its Python port: kinds of results, trials of SRE and TRE, names.

Y. Wu, J. Lim, M.-H. Yang: Object Tracking Benchmark, TPAMI 2015. Both count pixels from 1.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Sequence as Row
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from harness.core.errors import UsageError
from harness.core.regions import Regions
from harness.core.robustness import SHIFTS
from harness.datasets import official
from harness.interop.formats.format import Coordinates, Entry

__all__ = [
    "EVALUATIONS",
    "distinct",
    "grouped",
    "numbered_from",
    "rectangles",
    "shift_number",
    "spelt",
    "trial",
    "unreadable",
]

Float = NDArray[np.float64]

EVALUATIONS = MappingProxyType({"one_pass": "OPE", "tre": "TRE", "sre": "SRE"})  # by protocol


@dataclass(frozen=True, slots=True)
class _Kind:
    """How a frame's numbers of `shape` become a box, where `warps` with the size of the template they move."""

    shape: tuple[int, ...]
    boxes: Callable[[Float, Float], Float]
    warps: bool = False


def rectangles(kind: str, numbers: ArrayLike, template: ArrayLike) -> Float:
    """Boxes ``(N, 4)``, counted from 1, of results of any kind, as the MATLAB toolkit's ``calcSeqErrRobust`` has them.

    `numbers` are a row a frame, or two of corners (``4corner``, ``affine``) and of Lucas and Kanade's warp
    (``LK_Aff``); `template` is the size of what warps apply to, as the tracker wrote it. NaN stays NaN.
    Raises ValueError.

    >>> rectangles("4corner", [[10, 10, 19.6, 20], [5, 9, 9, 5]], ()).tolist()
    [[10.0, 5.0, 11.0, 5.0]]
    """
    known = _KINDS.get(_ALIASES.get(kind, kind))
    if known is None:
        raise ValueError(f"expected results of type {', '.join(_KINDS)}, found {kind[:30]!r}")
    rows, size = np.atleast_2d(_real(numbers)), _real(template).ravel()
    if rows.ndim != 2 or rows.shape[1] != known.shape[-1] or rows.size % math.prod(known.shape) or not rows.size:
        expected = " x ".join(map(str, known.shape))
        raise ValueError(f"expected {expected} numbers a frame of type {kind}, found an array of shape {rows.shape}")
    if known.warps and (len(size) != 2 or not (size > 0).all()):
        raise ValueError(f"expected a template's size beside type {kind}, found {size.tolist()!r:.60}")
    with np.errstate(over="ignore", invalid="ignore"):
        boxes = known.boxes(rows.reshape(-1, *known.shape), size)
    if np.isinf(boxes).any():
        raise ValueError(f"expected numbers of pixels, found infinity in row {np.isinf(boxes).any(1).argmax() + 1}")
    return boxes


def _real(values: ArrayLike) -> Float:
    found = np.asarray(values)
    if found.dtype.kind not in "biuf":
        raise ValueError(f"expected rows of real numbers, found {found.dtype} of shape {found.shape}")
    return found.astype(np.float64)


def _round(values: Float) -> Float:
    """Halves away from zero, as MATLAB does."""
    return np.asarray(np.copysign(np.floor(np.abs(values) + 0.5), values))


def _around(corners: Float, _: Float) -> Float:
    """The boxes of pixels around corners ``(N, 2, 4)``."""
    low, high = corners.min(2), corners.max(2)
    return _round(np.concatenate([low, high - low + 1], 1))


def _ivt(warp: Float, size: Float) -> Float:
    """Warps ``x, y, dx/du, dx/dv, dy/du, dy/dv`` of a template (width, height) centred at 0."""
    centre, reach = warp[:, :2], warp[:, 2:].reshape(-1, 2, 2) @ (size / 2)
    first, third = np.floor(centre - reach), np.floor(centre + reach)
    return np.concatenate([first, third - first], 1)


def _l1(warp: Float, size: Float) -> Float:
    """Two slopes of the row, two of the column, and their shifts, of a template (height, width) counted from 1."""
    slopes, shifts = warp[:, :4].reshape(-1, 2, 2), warp[:, 4:]
    first, fourth = (_round(slopes @ corner + shifts)[:, ::-1] for corner in (np.ones(2), size))
    return np.concatenate([first, fourth - first + 1], 1)


def _lucas_kanade(warp: Float, size: Float) -> Float:
    """Warps less the identity, of a template (height, width) counted from 1."""
    height, width = size
    corners = np.array([[1, 1, width, width], [1, height, height, 1], [1, 1, 1, 1]])
    return _around((warp + np.eye(2, 3)) @ corners, size)


def _similarity(warp: Float, size: Float) -> Float:
    """Scale, angle in radians and shifts of x and y, of a template (height, width) counted from 1."""
    scale, angle, x, y = warp.T
    cosine, sine = scale * np.cos(angle), scale * np.sin(angle)
    matrices = np.stack([np.stack([cosine, -sine, x], 1), np.stack([sine, cosine, y], 1)], 1)
    return _lucas_kanade(matrices - np.eye(2, 3), size)


_KINDS = {
    "rect": _Kind((4,), lambda boxes, _: boxes),
    "ivtAff": _Kind((6,), _ivt, warps=True),
    "L1Aff": _Kind((6,), _l1, warps=True),
    "LK_Aff": _Kind((2, 3), _lucas_kanade, warps=True),
    "4corner": _Kind((2, 4), _around),
    "affine": _Kind((2, 4), _around),
    "SIMILARITY": _Kind((4,), _similarity, warps=True),
}
_ALIASES = {"affine_ivt": "ivtAff", "affine_L1": "L1Aff", "affine_LK": "LK_Aff"}  # of the Python port


def trial(sequence: str, protocol: str, number: int, boxes: Float, file: str) -> Entry:
    """One of a sequence's trials, `number` counting from 1."""
    suffix = "" if protocol == "one_pass" else f"_{number:02d}"
    return Entry(sequence, suffix, protocol, Regions(boxes), file, Coordinates("xywh", 1))


def distinct(trials: list[Entry]) -> list[Entry]:
    """A file's trials. Raises ValueError where two are the same."""
    if len({entry.suffix for entry in trials}) < len(trials):
        raise ValueError(f"expected {len(trials)} different trials of {trials[0].protocol}, found some twice")
    return trials


def shift_number(shift: str) -> int:
    """The trial of SRE in which the first box is shifted so. Raises ValueError."""
    if shift not in SHIFTS:
        raise ValueError(f"expected one of the shifts {', '.join(SHIFTS)}, found {shift[:30]!r}")
    return SHIFTS.index(shift) + 1


def unreadable(sequence: str, file: str, where: str, fault: str) -> Entry:
    """What is left of a file that cannot be read; its folder may say of which evaluation it was."""
    said = {word.upper() for word in re.split(r"[/_]", file.rpartition("/")[0])}
    protocol = next((protocol for protocol, evaluation in EVALUATIONS.items() if evaluation in said), "one_pass")
    return replace(trial(sequence, protocol, 1, np.empty((0, 4)), where), fault=fault)


def grouped(format_name: str, entries: Iterable[Entry]) -> Iterator[tuple[str, str, list[Entry]]]:
    """Protocol, sequence and its trials in order, of all sequences. Raises UsageError for what OTB has no word for."""
    groups: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries:
        if entry.protocol not in EVALUATIONS or not entry.regions.all_boxes:
            what = "other regions than boxes" if entry.protocol in EVALUATIONS else f"trials of {entry.protocol}"
            raise UsageError(f"{entry.sequence}: {format_name} holds boxes of {', '.join(EVALUATIONS)}, not {what}")
        groups.setdefault((entry.protocol, entry.sequence), []).append(entry)
    for (protocol, sequence), trials in groups.items():
        trials.sort(key=lambda entry: entry.suffix)
        expected = [""] if protocol == "one_pass" else [f"_{number:02d}" for number in range(1, len(trials) + 1)]
        if [entry.suffix for entry in trials] != expected or (protocol == "sre" and len(trials) != len(SHIFTS)):
            found = ", ".join(entry.suffix for entry in trials)
            raise UsageError(f"{sequence}: {format_name} holds all trials of {protocol}, found {found}; run the others")
        yield protocol, sequence, trials


def numbered_from(dataset: str, sequence: str, trials: Row[Entry]) -> list[int]:
    """The number of the first frame of each trial, all of which end with the sequence.

    OTB's own numbers where the sequence is OTB's; others count from 1.
    """
    rows = official.rows("otb100") if dataset.startswith("otb") else ()
    first = next((int(number) for name, number, *_ in rows if name == sequence), 1)
    return [first + len(trials[0].regions) - len(entry.regions) for entry in trials]


def spelt(sequence: str, dataset: str, toolkit: Literal["matlab", "python"]) -> str:
    """A sequence as OTB's toolkits call it: MATLAB's kept the names that those of 2013 had then.

    >>> [spelt(name, "otb100", "matlab") for name in ("CarDark", "FaceOcc1", "Jogging.1", "Skating2.1")]
    ['carDark', 'faceocc1', 'jogging-1', 'Skating2.1']
    >>> spelt("Jogging.1", "otb100", "python")
    'Jogging-1'
    """
    if not dataset.startswith("otb"):
        return sequence
    if toolkit == "python":
        return sequence.replace(".", "-")
    if sequence not in official.names("otb2013"):
        return sequence
    if sequence.lower() in _LOWER:
        return sequence.lower()
    return (sequence[0].lower() + sequence[1:]).replace(".", "-")


_LOWER = {"faceocc1", "faceocc2", "fleetface"}
