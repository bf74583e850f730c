"""Every error the harness raises on purpose.

::

    HarnessError                 one clear line: what was expected, what was found, what to do
    ├── UsageError               wrong words on the command line or in a call      (exit code 2)
    │   └── UnknownName          a tracker, dataset, protocol or rule nobody registered
    ├── DataError                a benchmark's copy on this machine
    │   ├── MissingData          nothing, or not everything, where it was looked for
    │   ├── BadAnnotation        a truth file that cannot be read as one
    │   └── BadImage             a frame that cannot be decoded
    ├── TrackerError             a tracker that does not work; in a run, its trial is Failed
    │   ├── TrackerRaised        it raised
    │   ├── BadAnswer            it answered with a wrong type, length or number of predictions
    │   ├── MissingWeights       no file of weights where it was looked for
    │   ├── BadWeights           a file that is not one of weights, or is another network's
    │   └── OutOfMemory          a device's memory does not hold what it computes
    ├── StoreError               the results folder
    │   ├── NotWritable          it cannot be written
    │   ├── DamagedResult        a stored trial does not agree with its sidecar
    │   └── LabelTaken           a label that already holds another tracker's results
    ├── EvaluationError          results that cannot be turned into the number asked for
    │   └── IncompleteResults    some sequences have no result
    └── BadResults               a stranger's results, or an archive, that cannot be read or trusted

A user's mistake ends in one of these and is shown as one line; anything else is a bug of ours and
keeps its traceback.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable

from harness.core.printable import one_line

__all__ = [
    "BadAnnotation",
    "BadAnswer",
    "BadImage",
    "BadResults",
    "BadWeights",
    "DamagedResult",
    "DataError",
    "EvaluationError",
    "HarnessError",
    "IncompleteResults",
    "LabelTaken",
    "MissingData",
    "MissingWeights",
    "NotWritable",
    "OutOfMemory",
    "StoreError",
    "TrackerError",
    "TrackerRaised",
    "UnknownName",
    "UsageError",
]


class HarnessError(Exception):
    """Root of the tree drawn in this module's docstring; what is in its message obeys no terminal."""

    def __str__(self) -> str:
        return one_line(super().__str__())


class UsageError(HarnessError):
    """Wrong words on the command line or in a call."""


class UnknownName(UsageError):
    """A name nobody registered; the message offers the nearest ones.

    >>> str(UnknownName("tracker", "kfc", ["kcf", "static"]))
    "unknown tracker 'kfc'; did you mean 'kcf'? ('harness list trackers' shows all)"
    """

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        near = difflib.get_close_matches(name.lower(), sorted(known), n=3, cutoff=0.5)
        hint = f"; did you mean {' or '.join(map(repr, near))}?" if near else ""
        listed = "" if kind == "sequence" else f" ('harness list {kind}s' shows all)"
        super().__init__(f"unknown {kind} {name!r}{hint}{listed}")

    def __reduce__(self) -> tuple[Callable[[str], UnknownName], tuple[str]]:
        """From another process comes the message, not the names it was made of."""
        return _unknown, (str(self),)


def _unknown(message: str) -> UnknownName:
    error = UnknownName.__new__(UnknownName)
    error.args = (message,)
    return error


class DataError(HarnessError):
    """A benchmark's copy on this machine is not what it should be."""


class MissingData(DataError):
    """Nothing, or not everything, where it was looked for."""


class BadAnnotation(DataError):
    """A truth file that cannot be read as one."""


class BadImage(DataError):
    """A frame that cannot be decoded."""


class TrackerError(HarnessError):
    """A tracker does not work: it cannot be built, or broke its contract and the trial is Failed."""


class TrackerRaised(TrackerError):
    """A tracker raised; `__cause__` is its exception."""


class BadAnswer(TrackerError):
    """A tracker answered with a wrong type, length or number of predictions."""


class MissingWeights(TrackerError):
    """No file of weights where it was looked for."""


class BadWeights(TrackerError):
    """A file that is not one of weights, or holds another network's."""


class OutOfMemory(TrackerError):
    """A device's memory does not hold what a tracker computes at this width."""


class StoreError(HarnessError):
    """The results folder cannot be used as asked."""


class NotWritable(StoreError):
    """The results folder cannot be written."""


class DamagedResult(StoreError):
    """A stored trial does not agree with its sidecar."""


class LabelTaken(StoreError):
    """A label that already holds another tracker's, or other settings', results."""


class EvaluationError(HarnessError):
    """Results cannot be turned into the number asked for."""


class IncompleteResults(EvaluationError):
    """Some sequences have no result."""


class BadResults(HarnessError):
    """A stranger's results, or an archive for a server, that cannot be read, understood or trusted."""
