"""What every rule is: an exact definition of a benchmark's numbers, as data, named and versioned."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Rule"]


@dataclass(frozen=True, slots=True)
class Rule:
    """`source` is the code a rule follows, `summary` two lines of what it does.

    A rule never changes once released; a correction is its next version.
    """

    name: str
    version: int
    source: str
    summary: str

    @property
    def label(self) -> str:
        """What stands beside every number: ``otb.official@1``."""
        return f"{self.name}@{self.version}"

    def on(self, benchmark: str) -> Rule:
        """This rule for one benchmark: itself, where it means the same on any."""
        return self
