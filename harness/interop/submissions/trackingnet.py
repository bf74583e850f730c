"""TrackingNet's server: a flat zip with a file ``<sequence>.txt`` for each of the 511 sequences.

A line is ``x,y,w,h`` of a frame, the first included. The server takes the one file whose name holds the sequence's,
and scores a sequence without one as if nothing had been answered: here that is a fault. https://tracking-net.org
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from harness.core.sequence import Sequence
from harness.interop.source import Source
from harness.interop.submissions.checks import number_faults

__all__ = ["faults"]


def faults(source: Source, sequences: Mapping[str, Sequence | None]) -> Iterator[str]:
    """What the server would not take, or take for something else; None stands for a sequence that is not at hand."""
    for name, sequence in sequences.items():
        if f"{name}.txt" in source:
            yield from number_faults(source, f"{name}.txt", 4, None if sequence is None else len(sequence))
        else:
            yield f"{name}.txt: missing"
    for file in source.files:
        folder, _, last = file.rpartition("/")
        if not last.endswith(".txt") or last.removesuffix(".txt") not in sequences:
            yield f"{file}: not a file of a sequence of TrackingNet's test"
        elif folder:
            yield f"{file}: lies in a folder; expected {last}"
