"""TrackingNet's server: a flat zip with a file ``<sequence>.txt`` for each of the 511 sequences.

A line is ``x,y,w,h`` of a frame, the first included. The server takes the one file whose name holds the sequence's,
and scores a sequence without one as if nothing had been answered: here that is a fault. https://tracking-net.org
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from harness.core.sequence import Sequence
from harness.interop.source import Source
from harness.interop.submissions.checks import number_faults, outermost

__all__ = ["faults"]


def faults(source: Source, sequences: Mapping[str, Sequence | None]) -> Iterator[str]:
    """What the server would not take, or take for something else; None stands for a sequence that is not at hand."""
    outer = outermost(source, sequences)
    if outer:
        yield f"{outer}: a folder around all files; make the zip of what is in it"
    if source.hidden:
        count = len(source.hidden)
        yield f"{source.hidden[0]!a}: one of {count} hidden files, which may be taken for results; zip without"
    for name, sequence in sequences.items():
        if (file := f"{outer}{name}.txt") in source:
            yield from number_faults(source, file, 4, None if sequence is None else len(sequence))
        else:
            yield f"{file}: missing"
    for file in source.files:
        folder, _, last = file.removeprefix(outer).rpartition("/")
        if not last.endswith(".txt") or last.removesuffix(".txt") not in sequences:
            yield f"{file}: not a file of a sequence of TrackingNet's test"
        elif folder:
            yield f"{file}: lies in a folder; expected {last}"
