"""`otb-python`: the JSON of OTB's Python toolkit, ``results/<OPE|SRE|TRE>/<tracker>/<sequence>.json``.

A file is a list of trials, each with ``tracker``, ``seqName``, ``startFrame``, ``endFrame``, ``evalType``, ``fps``,
``shiftType``, ``resType``, ``tmplsize`` and ``res``, the rows. Results that are no rectangles become such as the MATLAB
toolkit has it; the port, which cuts off fractions, may differ by a pixel. One speed a sequence says nothing of its
frames: it is not read, and null is written.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

import numpy as np

from harness.core.errors import BadResults
from harness.core.robustness import SHIFTS
from harness.interop.coordinates import shifted
from harness.interop.formats import otb
from harness.interop.formats.folders import by_tracker
from harness.interop.formats.format import Entry, Format
from harness.interop.source import Source

__all__ = ["OTBPython"]

_LARGEST = 2**25  # bytes of a file: as Python's objects, text takes up to thirty times its own room


class OTBPython(Format):
    """Results of the Python toolkit. Its scores and attributes, which lie beside them, are no results."""

    name: ClassVar[str] = "otb-python"

    def recognises(self, source: Source) -> bool:
        files = _json_files(source)
        return bool(files) and b'"resType"' in source.read(files[0])[: 2**12]

    def trackers(self, source: Source) -> Mapping[str, Source]:
        folders = (file.rpartition("/")[0] for file in _json_files(source))
        return by_tracker(source, folders, lambda folder: folder.rpartition("/")[2] or source.name)

    def entries(self, source: Source) -> Iterator[Entry]:
        for file in _json_files(source):
            yield from _read(source, file)

    def files(self, label: str, dataset: str, entries: Iterable[Entry]) -> Iterator[tuple[str, bytes]]:
        for protocol, sequence, trials in otb.grouped(self.name, entries):
            evaluation, name = otb.EVALUATIONS[protocol], otb.spelt(sequence, dataset, "python")
            starts = otb.numbered_from(dataset, sequence, trials)
            document = [
                {
                    "tracker": label,
                    "seqName": name,
                    "startFrame": start,
                    "endFrame": start + len(entry.regions) - 1,
                    "evalType": evaluation,
                    "fps": None,
                    "shiftType": SHIFTS[index] if protocol == "sre" else None,
                    "resType": "rect",
                    "tmplsize": None,
                    "res": shifted(entry.regions, 1).boxes.tolist(),
                }
                for index, (entry, start) in enumerate(zip(trials, starts, strict=True))
            ]
            yield f"results/{evaluation}/{label}/{name}.json", json.dumps(document).encode()


def _json_files(source: Source) -> list[str]:
    """Those that may be results."""
    files = [file.split("/") for file in source.files if file.lower().endswith(".json")]
    return ["/".join(parts) for parts in files if not "".join(parts[-2:-1]).startswith(("scores", "attributes"))]


def _read(source: Source, file: str) -> list[Entry]:
    where, sequence = f"{source}/{file}", file.rpartition("/")[2][:-5]
    try:
        trials = _trials(source.read(file))
        return otb.distinct([_entry(sequence, number, one, where) for number, one in enumerate(trials, 1)])
    except BadResults as error:
        return [otb.unreadable(sequence, where, where, str(error))]
    except (KeyError, TypeError, ValueError, OverflowError, RecursionError) as error:
        what = f"no {error}" if isinstance(error, KeyError) else str(error)
        fault = f"{where}: expected the JSON of OTB's Python toolkit ({what:.300})"
        return [otb.unreadable(sequence, where, where, fault)]


def _trials(data: bytes) -> list[dict[str, Any]]:
    if len(data) > _LARGEST:
        raise ValueError(f"{len(data)} bytes, at most {_LARGEST} are read")
    trials = json.loads(data)
    if not isinstance(trials, list) or not trials or not all(isinstance(one, dict) for one in trials):
        raise ValueError("found something else than a list of trials")
    return trials


def _entry(sequence: str, number: int, one: dict[str, Any], where: str) -> Entry:
    protocol = _PROTOCOLS[str(one["evalType"])]
    if protocol == "sre":
        number = otb.shift_number(str(one["shiftType"]))
    rows, template = np.array(one["res"]), np.array(one.get("tmplsize") or ())
    return otb.trial(sequence, protocol, number, otb.rectangles(str(one["resType"]), rows, template), where)


_PROTOCOLS = {evaluation: protocol for protocol, evaluation in otb.EVALUATIONS.items()}
