"""The formats there are, by name."""

from __future__ import annotations

from collections.abc import Mapping

from harness.core.errors import BadResults, UsageError
from harness.interop.formats.davis import Davis
from harness.interop.formats.format import Format
from harness.interop.formats.matlab import OTBMatlab
from harness.interop.formats.otb_python import OTBPython
from harness.interop.formats.text import GOT10k, LaSOT, Pysot, Pytracking, TrackingNet
from harness.interop.formats.vot import Vot
from harness.interop.source import Source

__all__ = ["FORMATS", "format_of"]

FORMATS: Mapping[str, Format] = {
    one.name: one
    for one in (GOT10k(), Pysot(), Pytracking(), LaSOT(), OTBMatlab(), OTBPython(), Vot(), TrackingNet(), Davis())
}


def format_of(source: Source, name: str | None = None) -> Format:
    """The format of this name, or the one that a source is in. Raises UsageError, BadResults where unclear."""
    if name is not None:
        if name not in FORMATS:
            raise UsageError(f"format {name!r}: there are {', '.join(FORMATS)}")
        return FORMATS[name]
    likely = [one for one in FORMATS.values() if one.recognises(source)]
    if len(likely) != 1:
        found = f"may be {' or '.join(one.name for one in likely)}" if likely else f"like none of {', '.join(FORMATS)}"
        what = f"{len(source.files)} files, the first {source.files[0]!r}" if source.files else "no files"
        to_do = "" if likely else "name the tracker's folder or zip, unpack what is packed otherwise, or "
        raise BadResults(f"{source}: {what}, {found}; {to_do}say which with --from")
    return likely[0]
