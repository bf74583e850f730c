"""One-pass evaluation (OPE): start on the first frame's truth, then follow to the end without help.

Wu, Lim and Yang, "Object Tracking Benchmark", TPAMI 2015; also how LaSOT, GOT-10k, TrackingNet and UAV123
are run.
"""

from __future__ import annotations

from harness.core.sequence import Sequence
from harness.core.tracker import Traits
from harness.core.trial import Drive, Trial
from harness.protocols.base import EvaluationProtocol, follow

__all__ = ["OnePass"]


class OnePass(EvaluationProtocol):
    """One trial a sequence; its trajectory's first region is the truth the tracker was given."""

    name = "one_pass"
    version = 1

    def trials(self, sequence: Sequence, traits: Traits) -> list[Trial]:
        return [Trial(sequence.name, sequence.name, range(len(sequence)))]

    def drive(self, sequence: Sequence, trial: Trial) -> Drive:
        return follow(sequence, trial)
