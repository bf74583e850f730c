"""From a path to the trackers whose results lie there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from harness.core.errors import BadResults, UsageError
from harness.core.record import checked_label
from harness.interop.formats.format import Format
from harness.interop.registered import format_of
from harness.interop.source import Source

__all__ = ["Found", "Refused", "find_trackers"]


@dataclass(frozen=True, slots=True)
class Found:
    """One tracker's results, under the label they will have; `ignored` are files beside them that hold none."""

    label: str
    format: Format
    source: Source
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """A tracker of which nothing is stored, and why."""

    label: str
    reason: str


def find_trackers(
    paths: Sequence[Path], format_name: str | None = None, label: str | None = None
) -> tuple[list[Found], list[Refused]]:
    """The trackers in folders, zips and files, zips in them included; those that cannot be read stop no other.

    Their labels are what their folders or zips are called; `label` is for a single one. Raises UsageError for a
    format there is not, and for a `label` that cannot be.
    """
    found: list[Found] = []
    refused: list[Refused] = []
    for source in _sources(paths, refused):
        try:
            found += _trackers(source, format_name)
        except BadResults as error:
            refused.append(Refused(source.name, str(error)))
    if label is not None and len(found) > 1:
        names = ", ".join(one.label for one in found)
        raise UsageError(f"--tracker {label}: there are {len(found)}: {names}; leave it out, or name one's folder")
    if label is not None:
        return [replace(one, label=checked_label(label)) for one in found], refused
    return list(_labelled(found, refused)), refused


def _labelled(found: list[Found], refused: list[Refused]) -> Iterator[Found]:
    """Those whose labels can be, and are nobody else's."""
    labels = [one.label for one in found]
    for one in found:
        try:
            checked_label(one.label)
        except UsageError as error:
            refused.append(Refused(one.label, f"{one.source}: {error}; import it by itself, with --tracker"))
            continue
        if labels.count(one.label) > 1:
            why = f"two trackers would get the label {one.label!r}; import them one by one, each with --tracker"
            refused.append(Refused(one.label, f"{one.source}: {why}"))
        else:
            yield one


def _sources(paths: Sequence[Path], refused: list[Refused]) -> Iterator[Source]:
    """What is at `paths`; of what holds zips alone, each of these."""
    pending: list[tuple[str, Callable[[], Source]]] = [(path.name, partial(Source, path)) for path in reversed(paths)]
    while pending:
        name, opened = pending.pop()
        try:
            source = opened()
        except BadResults as error:
            refused.append(Refused(name, str(error)))
            continue
        if source.files and all(file.lower().endswith(".zip") for file in source.files):
            pending += [(file, partial(source.inside, file)) for file in reversed(source.files)]
        else:
            yield source


def _trackers(source: Source, format_name: str | None) -> Iterator[Found]:
    found = format_of(source, format_name)
    parts = found.trackers(source)
    if not parts:
        raise BadResults(f"{source}: no results in the layout of {found.name}")
    inside = {f"{part.path}/{file}" for part in parts.values() for file in part.files}
    beside = [file for file in source.files if f"{source.path}/{file}" not in inside]
    for name, part in parts.items():
        yield Found(name, found, part, tuple(beside))
        beside = []  # said once
