"""OTB's temporal robustness (TRE): one pass from each of twenty frames to the end.

Wu, Lim and Yang, "Object Tracking Benchmark", TPAMI 2015.
"""

from __future__ import annotations

from harness.core.robustness import segment_starts
from harness.core.sequence import Sequence
from harness.core.tracker import Traits
from harness.core.trial import Drive, Trial
from harness.protocols.base import EvaluationProtocol, follow

__all__ = ["TemporalRobustness"]


class TemporalRobustness(EvaluationProtocol):
    """A trial ``<sequence>_01``, ``<sequence>_02``… a segment; its trajectory begins with the truth it was given."""

    name = "tre"
    version = 1

    def trials(self, sequence: Sequence, traits: Traits) -> list[Trial]:
        return [
            Trial(sequence.name, f"{sequence.name}_{number:02d}", range(start, len(sequence)), number)
            for number, start in enumerate(segment_starts(sequence.truth), 1)
        ]

    def drive(self, sequence: Sequence, trial: Trial) -> Drive:
        return follow(sequence, trial)
