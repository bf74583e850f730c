"""Folders of trackers, by the trackers' names."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from harness.core.errors import BadResults
from harness.interop.source import Source

__all__ = ["by_tracker"]


def by_tracker(source: Source, folders: Iterable[str], name: Callable[[str], str]) -> dict[str, Source]:
    """What lies in each folder of a source. Raises BadResults where two would have one name."""
    found: dict[str, str] = {}
    for folder in sorted(set(folders)):
        twin = found.setdefault(name(folder), folder)
        if twin != folder:
            raise BadResults(f"{source}: {twin} and {folder} are both of {name(folder)}; name one of them")
    return {tracker: source.within(folder) for tracker, folder in found.items()}
