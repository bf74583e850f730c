"""`otb-matlab`: what OTB's MATLAB toolkit saves, ``<sequence>_<tracker>.mat``.

A file holds ``results``, a cell a trial: one in OPE, up to twenty segments in TRE, twelve shifts in SRE. A cell is a
struct with ``type`` and ``res``, the rows, beside ``tmplsize``, ``startFrame``, ``annoBegin``, ``len`` and in SRE
``shiftType``. An empty cell is a trial that was not run. Times a frame are not kept here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

import numpy as np

from harness.core.errors import BadResults
from harness.core.robustness import SHIFTS
from harness.interop.coordinates import shifted
from harness.interop.formats import otb
from harness.interop.formats.format import Entry, Format
from harness.interop.formats.mat_file import Value, read_variable, write_variable
from harness.interop.source import Source

__all__ = ["OTBMatlab"]

_VARIABLE = "results"


class OTBMatlab(Format):
    """Results of the MATLAB toolkit, which puts all trackers' into one folder."""

    name: ClassVar[str] = "otb-matlab"

    def recognises(self, source: Source) -> bool:
        return bool(_mat_files(source))

    def trackers(self, source: Source) -> Mapping[str, Source]:
        files: dict[str, list[str]] = {}
        for file in _mat_files(source):
            files.setdefault(_behind(_stem(file)), []).append(file)
        few, beginnings = _few(files), set(map(_beginning, _mat_files(source)))
        if (shared := _shared(source)) and (len(files.keys() - few) < 2 or len(beginnings) == 1):
            return {shared: source}
        for name in few:  # of sequences with an underscore in their names, as UAV123's car1_s
            if owners := [other for other in files.keys() - few if other and name.endswith(f"_{other}")]:
                files[max(owners, key=len)] += files.pop(name)
        if "" in files and len(files) > 1:
            raise BadResults(
                f"{source.path / files[''][0]}: expected a tracker's name behind the sequence's, as beside it; rename "
                "it, or put it elsewhere"
            )
        return {name or source.name: source.only(those) for name, those in files.items()}

    def entries(self, source: Source) -> Iterator[Entry]:
        tracker = _shared(source)
        ending = f"_{tracker}" if tracker else ""
        for file in _mat_files(source):
            yield from _read(source, file, ending)

    def files(self, label: str, dataset: str, entries: Iterable[Entry]) -> Iterator[tuple[str, bytes]]:
        for protocol, sequence, trials in otb.grouped(self.name, entries):
            starts = otb.numbered_from(dataset, sequence, trials)
            cells = np.empty((1, len(trials)), object)
            for index, (entry, start) in enumerate(zip(trials, starts, strict=True)):
                cells[0, index] = {
                    "res": shifted(entry.regions, 1).boxes,
                    "type": "rect",
                    "len": float(len(entry.regions)),
                    "annoBegin": float(starts[0]),
                    "startFrame": float(start),
                } | ({"shiftType": SHIFTS[index]} if protocol == "sre" else {})
            name = otb.spelt(sequence, dataset, "matlab")
            yield f"results_{otb.EVALUATIONS[protocol]}/{name}_{label}.mat", write_variable(_VARIABLE, cells)


def _mat_files(source: Source) -> list[str]:
    return [file for file in source.files if file.lower().endswith(".mat")]


def _stem(file: str) -> str:
    return file.rpartition("/")[2][:-4]


def _behind(stem: str) -> str:
    """What stands behind the sequence, and its target's number, in a file's name."""
    _, *parts = stem.split("_")
    return "_".join(parts[1:] if parts and parts[0].isdigit() else parts)


def _beginning(file: str) -> str:
    return _stem(file).partition("_")[0]


def _few(files: Mapping[str, Iterable[str]]) -> set[str]:
    """What stands behind less than half of the sequences: no tracker's whole name, or one's that is far from done."""
    beginnings = {name: set(map(_beginning, those)) for name, those in files.items()}
    count = len(set().union(*beginnings.values()))
    return {name for name, those in beginnings.items() if 2 * len(those) < count}


def _shared(source: Source) -> str:
    """What all files' names end in; ``""`` where they are sequences' alone, or of trackers with other names."""
    stems = [_stem(file) for file in _mat_files(source)]
    parts = stems[0].split("_") if stems else []
    for cut in range(1, len(parts)):
        ending = "_".join(parts[cut:])
        if not parts[cut].isdigit() and all(stem.endswith(f"_{ending}") for stem in stems):
            return ending
    return ""


def _read(source: Source, file: str, ending: str) -> list[Entry]:
    where, sequence = f"{source}/{file}", _stem(file).removesuffix(ending)
    try:
        cells = _cells(read_variable(source.read(file), _VARIABLE))
        of_sre = any("shiftType" in cell for cell in cells.values())
        protocol = "sre" if of_sre else "tre" if max(cells) > 1 else "one_pass"
        return otb.distinct([_trial(sequence, protocol, number, cell, where) for number, cell in cells.items()])
    except BadResults as error:
        return [otb.unreadable(sequence, file, where, str(error))]
    except ValueError as error:
        return [otb.unreadable(sequence, file, where, f"{where}: {error}")]


def _cells(results: Value) -> dict[int, dict[str, Any]]:
    """The struct of each trial that was run, by its number. Raises ValueError."""
    cells = results if isinstance(results, list) else [results]
    found = {number: cell for number, cell in enumerate(cells, 1) if isinstance(cell, dict)}
    if not found or any(not isinstance(cell, dict) and len(cell) for cell in cells):
        raise ValueError(
            f"expected {_VARIABLE} to be a struct with type and res, or cells of such, found something else"
        )
    return found


def _trial(sequence: str, protocol: str, number: int, cell: dict[str, Any], where: str) -> Entry:
    rows = cell.get("res")
    kind, template = cell.get("type", cell.get("transformType")), cell.get("tmplsize", ())
    if not isinstance(rows, np.ndarray) or not isinstance(kind, str) or isinstance(template, str | list | dict):
        raise ValueError(f"trial {number}: expected a type and rows of numbers in res, found {list(cell)!r:.80}")
    rows = rows if "type" in cell else rows.T  # as some trackers wrote it, and the toolkit turns it
    if protocol == "sre":
        number = otb.shift_number(str(cell.get("shiftType")))
    try:
        return otb.trial(sequence, protocol, number, otb.rectangles(kind, rows, template), where)
    except ValueError as error:
        raise ValueError(f"trial {number}: {error}") from None
