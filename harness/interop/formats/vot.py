"""`vot`: what VOT's toolkits leave, the one of today and the MATLAB one until 2019, and pysot for its VOT runs.

::

    <tracker>/<experiment>/<sequence>/<sequence>_001.txt         a repetition, or .bin
                                      <sequence>_00000050.txt    a run from an anchor
                                      <trial>_time.value         seconds a line
                                      <trial>_confidence.value   a number a line
                                      <sequence>_time.txt        seconds, a column a repetition (MATLAB)

Coordinates are those of VOT's truth, which is kept as written too. What is written is text, since it keeps all digits
and the toolkit prefers it; a miss is written as NaN, which the toolkit reads as no answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import PurePosixPath
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from harness.core.errors import BadResults, UsageError
from harness.core.numerals import read_rows
from harness.core.regions import Labels, Regions
from harness.interop.formats.folders import by_tracker
from harness.interop.formats.format import Coordinates, Entry, Format
from harness.interop.formats.vot_binary import decode_binary
from harness.interop.formats.vot_regions import decode_text, encode_text
from harness.interop.source import Source

__all__ = ["Vot"]

Float = NDArray[np.float64]

_PROTOCOLS = {  # of experiments, where names are no anchors'
    "baseline": "supervised",
    "supervised": "supervised",
    "unsupervised": "unsupervised",
    "realtime": "realtime",
}
_EXPERIMENTS = {
    "supervised": "baseline",
    "multi_start": "baseline",
    "unsupervised": "unsupervised",
    "realtime": "realtime",
}
_TRIAL = re.compile(
    rf"(?:(?P<tracker>.+)/)?(?P<experiment>{'|'.join(_PROTOCOLS)})/"
    r"(?P<sequence>[^/]+)/(?P=sequence)(?P<suffix>_(?:[0-9]{3}|[0-9]{8}))\.(?:txt|bin)"
)
_ANCHORED = 9  # characters of a suffix


class Vot(Format):
    """A workspace's results, of one tracker or several."""

    name: ClassVar[str] = "vot"

    def recognises(self, source: Source) -> bool:
        return any(True for _ in _trials(source))

    def trackers(self, source: Source) -> Mapping[str, Source]:
        folders = (found["tracker"] or "" for _, found in _trials(source))
        return by_tracker(source, folders, lambda folder: _tracker(folder, source))

    def entries(self, source: Source) -> Iterator[Entry]:
        # Text comes after binary, and replaces it: so the toolkit reads where both are there.
        chosen = {file[:-4]: (file, found) for file, found in _trials(source)}
        return (_read(source, *trial) for trial in chosen.values())

    def files(self, label: str, dataset: str, entries: Iterable[Entry]) -> Iterator[tuple[str, bytes]]:
        for entry in entries:
            if entry.protocol not in _EXPERIMENTS:
                raise UsageError(f"vot holds trials of {', '.join(_EXPERIMENTS)}, not of {entry.protocol}")
            if any(isinstance(region, Labels) for region in entry.regions):
                raise UsageError(f"{entry.sequence}: vot holds one object a trial, not labels of several")
            folder = f"{label}/{_EXPERIMENTS[entry.protocol]}/{entry.sequence}"
            trial = f"{folder}/{entry.sequence}{entry.suffix}"
            yield f"{trial}.txt", encode_text(entry.regions)
            for what, values in (("confidence", entry.confidences), ("time", entry.seconds)):
                if values is not None and not np.isnan(values).all():
                    yield f"{trial}_{what}.value", _lines(values)


def _trials(source: Source) -> Iterator[tuple[str, re.Match[str]]]:
    """The files of regions, also where the source is a tracker's or an experiment's own folder."""
    above = f"{source.name}/" if source.name in _PROTOCOLS else ""
    for file in source.files:
        found = _TRIAL.fullmatch(above + file)
        if found and (len(found["suffix"]) < _ANCHORED or _PROTOCOLS[found["experiment"]] == "supervised"):
            yield file, found


def _tracker(folder: str, source: Source) -> str:
    if folder:
        return PurePosixPath(folder).name
    return source.path.absolute().parent.name if source.name in _PROTOCOLS else source.name


def _read(source: Source, file: str, found: re.Match[str]) -> Entry:
    where, suffix = f"{source}/{file}", found["suffix"]
    protocol = "multi_start" if len(suffix) == _ANCHORED else _PROTOCOLS[found["experiment"]]
    entry = Entry(found["sequence"], suffix, protocol, _NOTHING, where, Coordinates("xywh", 0))
    trial = file[:-4]
    try:
        decode = decode_text if file.endswith(".txt") else decode_binary
        seconds = _values(source, f"{trial}_time.value")
        return replace(
            entry,
            regions=decode(source.read(file), where),
            confidences=_values(source, f"{trial}_confidence.value"),
            seconds=_column(source, trial.removesuffix(suffix), suffix) if seconds is None else seconds,
        )
    except BadResults as error:
        return replace(entry, fault=str(error))


_NOTHING = Regions(np.empty((0, 4)))


def _values(source: Source, file: str) -> Float | None:
    """A number a line, NaN where it is empty; None where there is no such file."""
    if file not in source:
        return None
    values = []
    for number, line in enumerate(source.read(file).decode("latin-1").splitlines(), 1):
        try:
            values.append(float(line.replace("_", "?")) if line.strip() else np.nan)
        except ValueError:
            raise BadResults(f"{source}/{file}:{number}: expected a number, found {line[:60]!r}") from None
    return np.array(values)


def _column(source: Source, stem: str, suffix: str) -> Float | None:
    """A repetition's seconds; None where there are none."""
    file = f"{stem}_time.txt"
    if file not in source or len(suffix) == _ANCHORED:
        return None
    data = source.read(file)
    columns = len(data.partition(b"\n")[0].replace(b",", b" ").split())
    rows = read_rows(data, columns) if columns else None
    number = int(suffix[1:])
    if rows is None or number > columns:
        raise BadResults(f"{source}/{file}: expected lines of at least {number} numbers, found something else")
    return rows[:, number - 1]


def _lines(values: Float) -> bytes:
    return "".join("\n" if np.isnan(value) else f"{value!r}\n" for value in values.tolist()).encode()
