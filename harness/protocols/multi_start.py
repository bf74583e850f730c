"""VOT2020's baseline: a run from every anchor of a sequence, to its end or back to its beginning.

Kristan et al., "The Eighth Visual Object Tracking VOT2020 challenge results", ECCVW 2020.
"""

from __future__ import annotations

import numpy as np

from harness.core.anchors import ANCHOR, with_anchors
from harness.core.errors import BadAnnotation
from harness.core.regions import Special
from harness.core.sequence import Sequence
from harness.core.tracker import Traits
from harness.core.trial import Drive, Trial
from harness.protocols.base import EvaluationProtocol, follow

__all__ = ["MultiStart"]


class MultiStart(EvaluationProtocol):
    """A trial ``<sequence>_<anchor>`` an anchor, counted from 0 in eight digits.

    A trajectory lies in the order of tracking and begins with code 1. Anchors are the benchmark's, or made
    (`harness.core.anchors`).
    """

    name = "multi_start"
    version = 1

    def trials(self, sequence: Sequence, traits: Traits) -> list[Trial]:
        flags = with_anchors(sequence.truth).flags[ANCHOR]
        anchors: list[int] = np.flatnonzero(flags).tolist()
        if not anchors:
            raise BadAnnotation(f"{sequence.name}: no anchor to start from; is its target ever to be seen?")
        return [
            Trial(
                sequence.name,
                f"{sequence.name}_{anchor:08d}",
                range(anchor, len(sequence)) if flags[anchor] > 0 else range(anchor, -1, -1),
            )
            for anchor in anchors
        ]

    def drive(self, sequence: Sequence, trial: Trial) -> Drive:
        return follow(sequence, trial, Special.INITIALISED)
