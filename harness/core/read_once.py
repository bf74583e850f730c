"""A dataset's sequences, each read once for all who ask."""

from __future__ import annotations

from harness.core.errors import DataError
from harness.core.record import sequence_fingerprint
from harness.core.sequence import Dataset, Sequence

__all__ = ["ReadOnce"]


class ReadOnce:
    """The sequences of a dataset with their fingerprints; what could not be read goes on raising the same error."""

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset
        self._known: dict[str, tuple[Sequence, str] | DataError] = {}

    def read(self) -> None:
        """Read every sequence there is, now."""
        for name in self.dataset.available:
            self._look(name)

    def sequence(self, name: str) -> tuple[Sequence, str]:
        """A sequence and its fingerprint. Raises DataError."""
        known = self._look(name)
        if isinstance(known, DataError):
            raise known
        return known

    def _look(self, name: str) -> tuple[Sequence, str] | DataError:
        if name not in self._known:
            try:
                sequence = self.dataset.open(name)
                self._known[name] = sequence, sequence_fingerprint(sequence)
            except DataError as error:
                self._known[name] = error
        return self._known[name]
