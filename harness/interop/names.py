"""What toolkits call the sequences of a benchmark.

They agree but for capitals, for what parts a number from a name (``Jogging.1``, ``jogging-1``, ``Jogging_1``), and for
the few names below.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TypeVar

from harness.core.sequence import canonical_name

__all__ = ["Names", "spelt"]

# Of a benchmark, by its stored name's beginning: another name in canonical form, and the sequence it is.
_ALIASES: Mapping[str, Mapping[str, str]] = {"otb": {"human4": "Human4.2"}}

# What toolkits put before the names of a benchmark whose names are others' too.
_PREFIXES: Mapping[str, str] = {"uav123": "uav_"}

T = TypeVar("T")

_PARTED_BY: Mapping[str, str] = {"pysot": "-", "pytracking": "_"}


class Names:
    """The sequences of a benchmark, found by any toolkit's spelling."""

    def __init__(self, dataset: str, known: Iterable[str]) -> None:
        self.known = tuple(known)
        count = Counter(map(canonical_name, self.known))
        self._found = {canonical_name(name): name for name in self.known if count[canonical_name(name)] == 1}
        self._found |= {alias: name for alias, name in _of(dataset, _ALIASES, {}).items() if name in self.known}
        self._prefix = canonical_name(_of(dataset, _PREFIXES, ""))

    def find(self, spelled: str) -> str | None:
        """The benchmark's own name, None where it has no such sequence, or several that differ in capitals alone.

        >>> names = Names("otb100", ["Human4.2", "Jogging.1", "Jogging.2"])
        >>> names.find("jogging-1"), names.find("Human4"), names.find("Jogging")
        ('Jogging.1', 'Human4.2', None)
        """
        if spelled in self.known:
            return spelled
        name = canonical_name(spelled)
        return self._found.get(name) or self._found.get(name.removeprefix(self._prefix))

    def nearest(self, spelled: str) -> tuple[str, ...]:
        """Up to three sequences that may have been meant."""
        return tuple(self._found[name] for name in difflib.get_close_matches(canonical_name(spelled), self._found))


def spelt(name: str, dataset: str, toolkit: str) -> str:
    """A sequence as a toolkit names its file.

    >>> [spelt("Human4.2", "otb100", toolkit) for toolkit in ("got10k", "pysot", "pytracking", "lasot")]
    ['Human4', 'Human4-2', 'Human4_2', 'Human4.2']
    """
    if toolkit == "got10k":
        aliases = {name: alias.capitalize() for alias, name in _of(dataset, _ALIASES, {}).items()}
        return aliases.get(name, name)
    if dataset.startswith("otb") and toolkit in _PARTED_BY:
        return name.replace(".", _PARTED_BY[toolkit])
    return (_of(dataset, _PREFIXES, "") if toolkit == "pytracking" else "") + name


def _of(dataset: str, table: Mapping[str, T], default: T) -> T:
    return next((value for benchmark, value in table.items() if dataset.startswith(benchmark)), default)
