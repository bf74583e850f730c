"""Trials committed behind their maker's back, who goes on with the next."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait

from harness.core.record import RunRecord, TrialKey
from harness.core.trajectory import Trajectory
from harness.store.results import Files, ResultStore

__all__ = ["WriteBehind"]

_TOGETHER = 8  # trials that are written at the same time, which a disk does about as fast as one


class WriteBehind:
    """Trials on their way to the disk; whoever adds one waits only while eight others are written."""

    def __init__(self, store: ResultStore) -> None:
        self._store, self._threads = store, ThreadPoolExecutor(_TOGETHER, "write")
        self._coming: deque[tuple[TrialKey, Future[None]]] = deque()

    def save(
        self, key: TrialKey, record: RunRecord, trajectory: Trajectory, then: Callable[[], None] = lambda: None
    ) -> None:
        """Commit a done trial soon, and do what comes `then` at once, in the thread that wrote it."""
        if len(self._coming) >= _TOGETHER:
            wait([self._coming[-_TOGETHER][1]])
        files = self._store.encoded(key, record, trajectory)
        self._coming.append((key, self._threads.submit(self._write, key, files, then)))

    def committed(self, every: bool = False) -> Iterator[TrialKey]:
        """Those that are on the disk since this was last asked; waits for `every` one. Raises NotWritable."""
        while self._coming and (every or self._coming[0][1].done()):
            key, writing = self._coming.popleft()
            writing.result()
            yield key

    def _write(self, key: TrialKey, files: Files, then: Callable[[], None]) -> None:
        self._store.write(key, files)
        then()

    def close(self) -> None:
        self._threads.shutdown()
