"""One text file a sequence, as most toolkits leave their results: where the files are, and what is in them.

::

    <tracker>/<sequence>.txt                 or <sequence>/<sequence>_001.txt: a box a line
              <sequence>_time.txt            seconds a line, a column a repetition; may lie in times/
              <sequence>_confidence.value    a number a line; pytracking's end in _object_presence_scores.txt
"""

from __future__ import annotations

import codecs
import os
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from harness.core.errors import BadAnnotation, BadResults
from harness.core.numerals import read_rows
from harness.core.regions import Polygon, Regions
from harness.datasets.annotations import parse_boxes
from harness.interop.formats.format import Entry
from harness.interop.source import Source

__all__ = ["Trial", "read_trials", "tracker_folders", "trials"]

Float = NDArray[np.float64]

_NAME = re.compile(r"(?:(?P<folder>.*)/)?(?P<stem>[^/]+)\.(?:txt|csv)", re.IGNORECASE)
_BESIDE = re.compile(r"_(?:time|all_boxes|all_scores|object_presence_scores|confidence)$|^readme", re.IGNORECASE)
_REPETITION = re.compile(r"[0-9]{3}")
_ENDS = ("_confidence.value", "_object_presence_scores.txt")


@dataclass(frozen=True, slots=True)
class Trial:
    """A file of boxes: its tracker's folder, its sequence, and the repetition where there may be several."""

    file: str
    tracker: str
    sequence: str
    repetition: int | None


def trials(source: Source) -> list[Trial]:
    """The files of boxes in a source."""
    found = ((file, _NAME.fullmatch(file)) for file in source.files)
    return [_trial(file, name["folder"] or "", name["stem"]) for file, name in found if name and _holds_boxes(name)]


def _holds_boxes(name: re.Match[str]) -> bool:
    return not _BESIDE.search(name["stem"]) and (name["folder"] or "").rpartition("/")[2] != "times"


def _trial(file: str, folder: str, stem: str) -> Trial:
    above, _, last = folder.rpartition("/")
    sequence, _, number = stem.rpartition("_")
    if last and sequence == last and _REPETITION.fullmatch(number):
        return Trial(file, above, sequence, int(number))
    return Trial(file, folder, stem, None)


def tracker_folders(found: Collection[Trial]) -> Mapping[str, str]:
    """The folder of each tracker, by a name: what tells its path from the others', with underscores for slashes."""
    folders = sorted({trial.tracker for trial in found})
    if len(folders) < 2:
        return {folder.rpartition("/")[2]: folder for folder in folders}
    shared = os.path.commonpath(folders)
    return {folder.removeprefix(shared).strip("/").replace("/", "_"): folder for folder in folders}


def read_trials(source: Source) -> Iterator[Entry]:
    """The entries of one tracker."""
    return (_read(source, trial) for trial in trials(source))


def _read(source: Source, trial: Trial) -> Entry:
    where = f"{source}/{trial.file}"
    suffix = "" if trial.repetition in (None, 1) else f"_{trial.repetition:03d}"
    entry = Entry(trial.sequence, suffix, "one_pass", _NOTHING, where)
    try:
        return replace(
            entry,
            regions=_regions(source.read(trial.file), where),
            confidences=_confidences(source, trial),
            seconds=_seconds(source, trial),
        )
    except (BadAnnotation, BadResults) as error:
        return replace(entry, fault=str(error))


_NOTHING = Regions(np.empty((0, 4)))


def _regions(data: bytes, where: str) -> Regions:
    data = data.removeprefix(codecs.BOM_UTF8)
    rows = read_rows(data, 8) if _width(data.partition(b"\n")[0]) == 8 else None
    if rows is None:
        return Regions(parse_boxes(data, where))
    if not np.isfinite(rows).all():
        raise BadResults(f"{where}: expected numbers, found nan or inf among the corners")
    return Regions.collect(Polygon(tuple(zip(row[::2], row[1::2], strict=True))) for row in rows.tolist())


def _width(line: bytes) -> int:
    """How many numbers a line has."""
    return len(line.replace(b",", b" ").split())


def _confidences(source: Source, trial: Trial) -> Float | None:
    stem = trial.file.rpartition(".")[0]
    file = next((file for end in _ENDS if (file := stem + end) in source), None)
    return None if file is None else _columns(source, file)[:, 0]


def _seconds(source: Source, trial: Trial) -> Float | None:
    folder = trial.file.rpartition("/")[0]
    places = (f"{folder}/{trial.sequence}_time.txt", f"{folder}/times/{trial.sequence}_time.txt")
    file = next((file for place in places if (file := place.lstrip("/")) in source), None)
    if file is None:
        return None
    columns, index = _columns(source, file), (trial.repetition or 1) - 1
    if index >= columns.shape[1]:
        raise BadResults(f"{source}/{file}: expected {index + 1} columns, found {columns.shape[1]}")
    return columns[:, index]


def _columns(source: Source, file: str) -> Float:
    """Rows of numbers; an empty first line, as some toolkits leave for the frame they start on, is NaN."""
    data = source.read(file)
    first, _, rest = data.partition(b"\n")
    blank = not first.strip()
    width = _width(rest.partition(b"\n")[0] if blank else first)
    rows = read_rows(rest if blank else data, width) if width else None
    if rows is None:
        raise BadResults(f"{source}/{file}: expected lines of as many numbers as the first has, found something else")
    return np.vstack([np.full((1, width), np.nan), rows]) if blank else rows
