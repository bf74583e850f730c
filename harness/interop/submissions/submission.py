"""Archives for evaluation servers: an export in the server's format, and what the server would say of it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from harness.core.sequence import Sequence
from harness.interop.exporting import write_files
from harness.interop.formats.format import Entry, Format
from harness.interop.formats.text import GOT10k, TrackingNet
from harness.interop.formats.vot import Vot
from harness.interop.source import Source
from harness.interop.submissions import got10k, trackingnet, vot

__all__ = ["SERVERS", "Server", "faults", "submit"]

Sequences: TypeAlias = Mapping[str, Sequence | None]  # all the server expects; None is not at hand


@dataclass(frozen=True, slots=True)
class Server:
    """What a server scores: results of these `datasets` and `protocols`, in an archive without these `faults`.

    It is called as its `format` is. Where `timed`, an archive holds seconds; `manifest` makes what else it
    holds, of the label and the dataset.
    """

    format: Format
    datasets: tuple[str, ...]
    protocols: tuple[str, ...]
    faults: Callable[[Source, Sequences], Iterator[str]]
    timed: bool = False
    manifest: Callable[[str, str], bytes] | None = None


_VOT = tuple(f"vot{year}" for year in (2016, 2018, 2019, 2020, 2021, 2022))
SERVERS: Mapping[str, Server] = {
    one.format.name: one
    for one in (
        Server(GOT10k(), ("got10k",), ("one_pass",), got10k.faults, timed=True),
        Server(TrackingNet(), ("trackingnet",), ("one_pass",), trackingnet.faults),
        Server(Vot(), _VOT, tuple(vot.EXPERIMENTS), vot.faults, manifest=vot.manifest),
    )
}


def faults(server: Server, source: Source, sequences: Sequences) -> tuple[str, ...]:
    """All that is wrong with an archive, a line each."""
    absent = [name for name, sequence in sequences.items() if sequence is None]
    unknown = [f"{len(absent)} sequences are not at hand to count their rows, the first {absent[0]}"] if absent else []
    return *(fault.removeprefix(f"{source}/") for fault in server.faults(source, sequences)), *unknown


def submit(
    server: Server, entries: Iterable[Entry], sequences: Sequences, out: Path, *, label: str, dataset: str
) -> tuple[str, ...]:
    """Write the archive of one tracker's results; or, where the server would not take it, say why, and write nothing.

    Raises NotWritable, and UsageError where the server's format cannot hold the results or `out` is there already.
    """
    files = {name.removeprefix(f"{label}/"): content for name, content in server.format.files(label, dataset, entries)}
    if server.manifest:
        files[vot.MANIFEST] = server.manifest(label, dataset)
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder, out.name)
        write_files(files, draft)
        found = faults(server, Source(draft), sequences)
    if not found:
        write_files(files, out)
    return found
