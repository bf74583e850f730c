"""One-pass evaluation (OPE): start on the first frame's truth, then follow to the end without help.

Wu, Lim and Yang, "Object Tracking Benchmark", TPAMI 2015; also how LaSOT, GOT-10k, TrackingNet and UAV123
are run.
"""

from __future__ import annotations

from collections.abc import Sequence as Row

from harness.core.errors import BadAnnotation
from harness.core.regions import Special
from harness.core.sequence import Sequence
from harness.core.tracker import Traits
from harness.core.trajectory import Trajectory
from harness.core.trial import Drive, Start, Trial, Update
from harness.protocols.base import EvaluationProtocol, Log

__all__ = ["OnePass"]


class OnePass(EvaluationProtocol):
    """One trial a sequence; its trajectory's first region is the truth the tracker was given."""

    name = "one_pass"
    version = 1

    def trials(self, sequence: Sequence, traits: Traits, done: Row[Trajectory] = ()) -> list[Trial]:
        return [] if done else [Trial(sequence.name, sequence.name, range(len(sequence)))]

    def drive(self, sequence: Sequence, trial: Trial) -> Drive:
        first = sequence.truth.regions[0]
        if first is None or isinstance(first, Special):
            raise BadAnnotation(f"{sequence.name}: no truth in the first frame to start from")
        log = Log()
        log.started(first, (yield Start(0, first)))
        for frame in range(1, len(sequence)):
            log.answered((yield Update(frame)))
        return log.trajectory()
