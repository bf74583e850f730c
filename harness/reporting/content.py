"""What a report says, before it has a format."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from harness.metrics.scores import ScoreTable
from harness.reporting.compare import Comparison, against_best
from harness.reporting.published import Published

__all__ = ["Content"]


@dataclass(frozen=True, slots=True, eq=False)
class Content:
    """Score tables under a title, and what was asked to be said about them.

    `comparisons` has one a table (None where there are not two trackers to compare), or is None where nobody
    asked; `attributes` asks for the scores by attribute; `published` are papers' figures to stand beside ours;
    `recorded` says how the numbers were made (command, settings).
    """

    title: str
    tables: tuple[ScoreTable, ...]
    comparisons: tuple[Comparison | None, ...] | None = None
    attributes: bool = False
    published: tuple[Published, ...] = ()
    recorded: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, title: str, tables: Sequence[ScoreTable], *, compare: bool = False, **asked: Any) -> Content:
        """The content of some tables; with `compare`, every tracker set against the best of each table."""
        comparisons = tuple(map(against_best, tables)) if compare else None
        return cls(title, tuple(tables), comparisons, **asked)

    @property
    def duels(self) -> tuple[Comparison | None, ...]:
        """A comparison or None for each table."""
        return self.comparisons or (None,) * len(self.tables)

    def each(self) -> Iterator[Content]:
        """The content of each table alone."""
        for table, comparison in zip(self.tables, self.duels, strict=True):
            published = tuple(one for one in self.published if one.dataset == table.dataset)
            yield replace(self, tables=(table,), comparisons=(comparison,), published=published)
