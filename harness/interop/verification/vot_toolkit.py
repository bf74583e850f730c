"""vot-toolkit's own analyses on stored trajectories, as its stacks configure them.

Truth and trajectories are written in the toolkit's text and read by it. Its analyses are called one after the
other, as its processor would; running experiments, which is broken in vot-toolkit 0.9.0, is not needed.
"""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeAlias

import numpy as np

from harness.core.anchors import ANCHOR
from harness.core.regions import Box, Polygon, Region, Regions, Special
from harness.core.sequence import Sequence
from harness.interop.formats.vot_regions import encode_text

__all__ = ["Runs", "rounded", "stack_scores"]

Runs: TypeAlias = Mapping[str, Regions]  # a sequence's trajectories by what stands behind its name, as _001

_TRACKER = "stored"


def stack_scores(
    stack: str, experiment: str, sequences: Mapping[str, Sequence], runs: Mapping[str, Runs]
) -> dict[str, float | None]:
    """All measures that the analyses of a stack's experiment give, by the toolkit's abbreviations (``A``, ``EAO``).

    A measure is None where its analysis divides by zero, as that of accuracy does where nothing was tracked.
    """
    with warnings.catch_warnings(), tempfile.TemporaryDirectory() as folder:
        warnings.simplefilter("ignore")  # importing it warns
        from vot.dataset.common import read_sequence  # noqa: PLC0415  (an extra)
        from vot.stack import Stack, resolve_stack  # noqa: PLC0415
        from vot.workspace import LocalStorage  # noqa: PLC0415

        chosen = Stack.read(resolve_stack(stack))[experiment]
        chosen._storage = LocalStorage(folder)
        if hasattr(chosen, "repetitions"):  # as many as there are, whatever the stack asks for
            chosen.repetitions = max(map(len, runs.values()))
        for name, sequence in sequences.items():
            _write_truth(Path(folder, "sequences", name), sequence)
            for suffix, regions in runs[name].items():
                _write(Path(folder, "results", _TRACKER, experiment, name, f"{name}{suffix}.txt"), regions)
        read = chosen.transform([read_sequence(str(Path(folder, "sequences", name))) for name in sequences])
        scores: dict[str, float | None] = {}
        for analysis in chosen.analyses:
            scores |= _measures(analysis, chosen, read)
        return scores


def _measures(analysis: Any, experiment: Any, sequences: list[Any]) -> dict[str, float | None]:
    """The single numbers among an analysis' results."""
    from vot.analysis import Measure  # noqa: PLC0415  (an extra)

    tracker = SimpleNamespace(storage=None, reference=_TRACKER)

    def compute(one: Any) -> Any:
        return one.compute(experiment, [tracker], sequences, [compute(other) for other in one.dependencies()])

    described = analysis.describe()
    try:
        values = compute(analysis)[0, 0]
    except ZeroDivisionError:
        values = [None] * len(described)
    return {
        what.abbreviation or what.name: None if value is None else float(value)
        for what, value in zip(described, values, strict=True)
        if isinstance(what, Measure)
    }


def rounded(regions: Regions) -> Regions:
    """The regions with coordinates as the toolkit keeps them, in single precision."""
    if regions.all_boxes:
        return Regions(regions.boxes.astype(np.float32))
    return Regions.collect(map(_rounded, regions))


def _rounded(region: Region | Special | None) -> Region | Special | None:
    match region:
        case Box():
            return Box(*map(_single, region.xywh))
        case Polygon(points):
            return Polygon(tuple((_single(x), _single(y)) for x, y in points))
    return region


def _single(value: float) -> float:
    return float(np.float32(value))


def _write_truth(folder: Path, sequence: Sequence) -> None:
    assert sequence.size is not None
    _write(folder / "groundtruth.txt", sequence.truth.regions)
    width, height = sequence.size
    # With a length the toolkit asks for no image.
    (folder / "sequence").write_text(f"width={width}\nheight={height}\nlength={len(sequence)}\n")
    if ANCHOR in sequence.truth.flags:
        (folder / f"{ANCHOR}.value").write_text("".join(f"{value:g}\n" for value in sequence.truth.flags[ANCHOR]))


def _write(path: Path, regions: Regions) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(encode_text(regions))
