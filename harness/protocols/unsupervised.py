"""VOT's experiment without resets: one pass in the form of its supervised runs."""

from __future__ import annotations

from harness.core.regions import Special
from harness.core.sequence import Sequence
from harness.core.trial import Drive, Trial
from harness.protocols.base import Repeated, follow

__all__ = ["Unsupervised"]


class Unsupervised(Repeated):
    """Whole sequences without help after the first frame, which holds code 1; once, unless told otherwise."""

    name = "unsupervised"
    version = 1

    def drive(self, sequence: Sequence, trial: Trial) -> Drive:
        return follow(sequence, trial, Special.INITIALISED)
