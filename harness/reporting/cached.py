"""One pass over each sequence, with the scores that an earlier report has kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Sequence as Row

import numpy as np

from harness.core.errors import DamagedResult
from harness.core.record import RunKey
from harness.metrics.evaluate import Result
from harness.metrics.one_pass.score import Scores
from harness.reporting.stored import Copy, Stored
from harness.store.results import ResultStore
from harness.store.score_cache import Arrays, ScoreCache

__all__ = ["OnePassResults"]

_OVERLAP, _FRAMES = "overlap", "frames"  # beside the curves


class OnePassResults(Mapping[str, Result]):
    """One run's results by sequence: scores where they are known, else boxes, or why there are none.

    Boxes are read when asked for, and not kept; scores are looked up in and added to the cache under `rule`.
    """

    def __init__(self, store: ResultStore, run: RunKey, copy: Copy, rule: str | None) -> None:
        self._store, self._digests = store, copy.digests
        stored = Stored(store, run, copy)
        self._reasons, self.trials = stored.reasons, stored.trials
        self._done = {name: trials[0] for name, trials in stored.trials.items()}
        self._cache = rule and ScoreCache(store.folder(run), rule)
        self._known = _scores_by_key(*self._cache.load()) if self._cache else {}

    def keep(self, names: Row[str], scores: Scores) -> None:
        """Write down what is new; not what is undefined, whose reason is in the boxes."""
        keys = [self._key(name) for name in names]
        rows = np.flatnonzero(~np.isnan(scores.overlap))
        if self._cache and not {keys[i] for i in rows} <= self._known.keys():
            chosen = scores[rows]
            arrays = {**chosen.curves, _OVERLAP: chosen.overlap, _FRAMES: chosen.frames}
            self._cache.save([keys[i] for i in rows], arrays)

    def __getitem__(self, sequence: str) -> Result:
        if sequence in self._reasons:
            return self._reasons[sequence]
        if (known := self._known.get(self._key(sequence))) is not None:
            return known
        try:
            return self._store.regions(*self._done[sequence]).boxes
        except DamagedResult as error:
            return error

    def _key(self, sequence: str) -> str:
        """What the scores of a sequence depend on: its trajectory's checksum, and all that is known of it."""
        key, record = self._done[sequence]
        return f"{record.files.get(f'{key.trial}.txt')} {self._digests.get(sequence)}"

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys([*self._done, *self._reasons]))

    def __len__(self) -> int:
        return len(self._done.keys() | self._reasons.keys())


def _scores_by_key(keys: list[str], arrays: Arrays) -> dict[str, Scores]:
    curves = {name: rows for name, rows in arrays.items() if name not in (_OVERLAP, _FRAMES)}
    every = Scores(curves, arrays[_OVERLAP], arrays[_FRAMES]) if keys else None
    return {key: every[np.array([i])] for i, key in enumerate(keys) if every is not None}
