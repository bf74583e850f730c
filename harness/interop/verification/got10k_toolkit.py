"""got10k's own report code on stored boxes: OTB's curves, and GOT-10k's overlaps.

What stands in its way in got10k 0.1.3 is walked round, and nothing computed otherwise: OTB's dataset would be
downloaded, so both experiments are handed one in memory; GOT-10k's report needs files of times though no score
depends on them; ``rect_iou`` clips its input in place, so each look at a truth is a copy; and nothing is plotted.
"""

from __future__ import annotations

import contextlib
import io
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harness.core.regions import Regions
from harness.core.sequence import Sequence
from harness.store.formats import encode_regions

__all__ = ["got10k_scores", "otb_scores"]

Float = NDArray[np.float64]

_TRACKER = "stored"
_FROM_ONE = np.array([1.0, 1, 0, 0])  # OTB's files count pixels from 1


class _Truths:
    """The truths as got10k's datasets hand them out: files of images, boxes, and of GOT-10k its `facts`."""

    def __init__(self, sequences: Mapping[str, Sequence], shift: Float, *, facts: bool) -> None:
        self._sequences, self._shift, self._facts = sequences, shift, facts
        self.seq_names = list(sequences)

    def __len__(self) -> int:
        return len(self.seq_names)

    def __getitem__(self, index: int | str) -> tuple[Any, ...]:
        name = index if isinstance(index, str) else self.seq_names[index]  # past the last, IndexError ends a loop
        sequence = self._sequences[name]
        boxes = sequence.truth.regions.boxes + self._shift
        if not self._facts:
            return [], boxes
        return [], boxes, {"resolution": repr(sequence.size), "cover": sequence.truth.flags["cover"]}


def otb_scores(sequences: Mapping[str, Sequence], answers: Mapping[str, Float]) -> dict[str, float]:
    """``auc``, ``op50`` and ``precision`` by ``ExperimentOTB.report``; boxes ``(N, 4)`` are xywh from 0."""
    from got10k.experiments.otb import ExperimentOTB  # noqa: PLC0415  (an extra)

    files = {f"{name}.txt": boxes + _FROM_ONE for name, boxes in answers.items()}
    overall = _report(ExperimentOTB, _Truths(sequences, _FROM_ONE, facts=False), files)
    return {"auc": overall["success_score"], "op50": overall["success_rate"], "precision": overall["precision_score"]}


def got10k_scores(sequences: Mapping[str, Sequence], answers: Mapping[str, Float]) -> dict[str, float]:
    """``ao`` and ``sr50`` by ``ExperimentGOT10k.report`` of val; boxes ``(N, 4)`` are xywh from 0."""
    from got10k.experiments.got10k import ExperimentGOT10k  # noqa: PLC0415  (an extra)

    files: dict[str, Float] = {}
    for name, boxes in answers.items():
        files |= {f"{name}/{name}_001.txt": boxes, f"{name}/{name}_time.txt": np.ones(len(boxes))}
    overall = _report(ExperimentGOT10k, _Truths(sequences, np.zeros(4), facts=True), files)
    return {"ao": overall["ao"], "sr50": overall["sr"]}


def _report(experiment: type, truths: _Truths, files: Mapping[str, Float]) -> dict[str, Any]:
    """What an experiment's ``report`` says of these files of a tracker."""

    class Unplotted(experiment):  # type: ignore[misc]  # got10k has no types
        def __init__(self, folder: Path) -> None:
            self.dataset, self.subset = truths, "val"
            self.result_dir, self.report_dir = str(folder), str(folder / "report")
            self.nbins_iou, self.nbins_ce = 21, 51

        def plot_curves(self, *_: object) -> None:
            pass

    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        for name, rows in files.items():
            path = Path(folder, _TRACKER, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            if rows.ndim == 1:
                np.savetxt(path, rows)
            else:
                path.write_text(encode_regions(Regions(rows)))
        overall: dict[str, Any] = Unplotted(Path(folder)).report([_TRACKER])[_TRACKER]["overall"]
    return overall
