"""Names and what they stand for: datasets, protocols, rules and trackers, imported on first use.

A catalog maps a name to ``"package.module:object"``. Listing one imports nothing; a wrong name is answered
with the nearest ones. Trackers are found by entry point (group ``harness.trackers``), ours included.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import TYPE_CHECKING, Any

from harness.core.errors import UnknownName

if TYPE_CHECKING:
    pass

__all__ = ["DATASETS", "PROTOCOLS", "RULES", "TRACKERS", "Catalog", "Source", "open_dataset", "parse_dataset"]


class Catalog:
    """An import-free table of names; `kind` is the singular shown in messages."""

    def __init__(self, kind: str, entries: Callable[[], dict[str, str]]) -> None:
        self.kind, self._entries = kind, entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries())

    def where(self, name: str) -> str:
        """The ``package.module:object`` behind a name. Raises UnknownName."""
        entries = self._entries()
        if name not in entries:
            raise UnknownName(self.kind, name, entries)
        return entries[name]

    def load(self, name: str) -> Any:
        """The object behind a name."""
        return load_object(self.where(name))


def load_object(path: str) -> Any:
    module, _, name = path.partition(":")
    return getattr(import_module(module), name)
