"""OTB's spatial robustness (SRE): one pass from each of twelve boxes near the first truth.

Wu, Lim and Yang, "Object Tracking Benchmark", TPAMI 2015.
"""

from __future__ import annotations

from harness.core.regions import Box, convert
from harness.core.robustness import SHIFTS, shifted
from harness.core.sequence import Sequence
from harness.core.tracker import Traits
from harness.core.trial import Drive, Trial
from harness.protocols.base import EvaluationProtocol, follow, image_size, target_in

__all__ = ["SpatialRobustness"]


class SpatialRobustness(EvaluationProtocol):
    """A trial ``<sequence>_01`` to ``<sequence>_12`` a shift, in OTB's order; each trajectory begins with its box.

    A truth that is no box is shifted as the one that bounds it.
    """

    name = "sre"
    version = 1

    def trials(self, sequence: Sequence, traits: Traits) -> list[Trial]:
        whole = range(len(sequence))
        numbers = range(1, len(SHIFTS) + 1)
        return [Trial(sequence.name, f"{sequence.name}_{number:02d}", whole, number) for number in numbers]

    def drive(self, sequence: Sequence, trial: Trial) -> Drive:
        box = convert(target_in(sequence, 0), "box")
        assert isinstance(box, Box)
        return follow(sequence, trial, started_on=shifted(box, SHIFTS[trial.repetition - 1], image_size(sequence)))
