"""The layouts with one text file a sequence: they read alike, and differ in what they write.

==============  =====================================================================================================
`got10k`        the GOT-10k toolkit and its server: ``<sequence>/<sequence>_001.txt`` and ``<sequence>_time.txt`` on
                GOT-10k, else ``<sequence>.txt`` and ``times/<sequence>_time.txt``; three decimals
`pysot`         ``<sequence>.txt``; commas, all digits
`pytracking`    ``<sequence>.txt`` and ``<sequence>_time.txt``; tabs; also STARK and all that grew from it
`lasot`         ``<tracker>_tracking_result/<sequence>.txt``; commas
`trackingnet`   ``<sequence>.txt`` for the server, with no folder around
==============  =====================================================================================================

pytracking cuts off the fractions of what it writes; here they are kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from harness.core.errors import UsageError
from harness.core.regions import Polygon, Regions
from harness.interop.coordinates import first_column, shifted
from harness.interop.formats.format import Entry, Format
from harness.interop.formats.text_reading import read_trials, tracker_folders, trials
from harness.interop.names import spelt
from harness.interop.source import Source
from harness.store.formats import encode_regions

__all__ = ["GOT10k", "LaSOT", "Pysot", "Pytracking", "TrackingNet"]

_EXPERIMENTS = {"baseline", "supervised", "unsupervised", "realtime", "longterm"}  # of VOT, whose layout has them
_LASOT_FOLDER = "_tracking_result"
_YOUTUBE = re.compile(r"[\w-]{11}_[0-9]+")


def _layout(source: Source) -> str | None:
    """The name of the one of these formats that a source is in, by its names and the beginning of a file."""
    found = trials(source)
    if not found or any(f"{source.name}/{one.tracker}".strip("/").rpartition("/")[2] in _EXPERIMENTS for one in found):
        return None
    first = found[0]
    line = source.read(first.file).lstrip(b"\xef\xbb\xbf").partition(b"\n")[0].strip()
    if not re.search(rb"[,;\s]", line):
        return None  # VOT's codes, or nothing
    if first.repetition is not None or any("times" in file.split("/")[:-1] for file in source.files):
        return GOT10k.name
    if b"\t" in line:
        return Pytracking.name
    if all(_YOUTUBE.fullmatch(trial.sequence) for trial in found):
        return TrackingNet.name
    return LaSOT.name if f"{source}/{first.tracker}".endswith(_LASOT_FOLDER) else Pysot.name


class _Text(Format):
    """What they share. Numbers have so many `decimals`, or where these are None all their digits and a `separator`."""

    separator: ClassVar[str] = ","
    decimals: ClassVar[int | None] = None

    def recognises(self, source: Source) -> bool:
        return _layout(source) == self.name

    def trackers(self, source: Source) -> Mapping[str, Source]:
        folders = tracker_folders(trials(source))
        return {
            (name or source.name).removesuffix(_LASOT_FOLDER): source.within(folder) for name, folder in folders.items()
        }

    def entries(self, source: Source) -> Iterator[Entry]:
        return read_trials(source)

    def files(self, label: str, dataset: str, entries: Iterable[Entry]) -> Iterator[tuple[str, bytes]]:
        for entry in entries:
            if entry.protocol != "one_pass" or entry.suffix:
                raise UsageError(f"{self.name} holds one pass over each sequence, not trials of {entry.protocol}")
            regions = shifted(entry.regions, first_column(dataset))
            name = spelt(entry.sequence, dataset, self.name)
            yield from self._files(label, dataset, name, self._rows(regions, entry.file), entry.seconds)

    def _files(
        self, label: str, dataset: str, name: str, rows: bytes, seconds: NDArray[np.float64] | None
    ) -> Iterator[tuple[str, bytes]]:
        yield f"{label}/{name}.txt", rows

    def _rows(self, regions: Regions, where: str) -> bytes:
        rows = regions.boxes if regions.all_boxes else self._corners(regions, where)
        if self.decimals is None:
            return encode_regions(regions).replace(",", self.separator).encode()
        return _rounded(rows, self.decimals)

    def _corners(self, regions: Regions, where: str) -> NDArray[np.float64]:
        corners = [region.points for region in regions if isinstance(region, Polygon) and len(region.points) == 4]
        if len(corners) < len(regions):
            raise UsageError(f"{where}: {self.name} holds boxes, or polygons of four corners, and nothing else")
        return np.array(corners).reshape(-1, 8)


class GOT10k(_Text):
    """The GOT-10k toolkit's, and its server's."""

    name = "got10k"
    decimals = 3

    def _files(
        self, label: str, dataset: str, name: str, rows: bytes, seconds: NDArray[np.float64] | None
    ) -> Iterator[tuple[str, bytes]]:
        own = dataset.startswith("got10k")
        yield f"{label}/{name}/{name}_001.txt" if own else f"{label}/{name}.txt", rows
        if seconds is not None:
            yield f"{label}/{name if own else 'times'}/{name}_time.txt", _rounded(seconds[:, None], 8)


class Pysot(_Text):
    """pysot's, and that of all toolkits that write plain lines."""

    name = "pysot"


class Pytracking(_Text):
    """pytracking's, and that of STARK and its family."""

    name = "pytracking"
    separator = "\t"

    def _files(
        self, label: str, dataset: str, name: str, rows: bytes, seconds: NDArray[np.float64] | None
    ) -> Iterator[tuple[str, bytes]]:
        yield f"{label}/{name}.txt", rows
        if seconds is not None:
            yield f"{label}/{name}_time.txt", _rounded(seconds[:, None], 6)


class LaSOT(_Text):
    """The LaSOT evaluation toolkit's."""

    name = "lasot"

    def _files(
        self, label: str, dataset: str, name: str, rows: bytes, seconds: NDArray[np.float64] | None
    ) -> Iterator[tuple[str, bytes]]:
        yield f"{label}{_LASOT_FOLDER}/{name}.txt", rows


class TrackingNet(_Text):
    """The TrackingNet server's."""

    name = "trackingnet"

    def _files(
        self, label: str, dataset: str, name: str, rows: bytes, seconds: NDArray[np.float64] | None
    ) -> Iterator[tuple[str, bytes]]:
        yield f"{name}.txt", rows


def _rounded(rows: NDArray[np.float64], decimals: int) -> bytes:
    r"""Lines of numbers with so many decimals.

    >>> _rounded(np.array([[0.5, 2, np.nan]]), 2)
    b'0.50,2.00,nan\n'
    """
    line = ",".join([f"%.{decimals}f"] * rows.shape[1]) + "\n"
    return (line * len(rows) % tuple(rows.ravel().tolist())).encode()
