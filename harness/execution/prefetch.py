"""Frames decoded ahead, by threads, in the order a trial expects to ask for them."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence as Row
from concurrent.futures import Executor, Future

from harness.core.sequence import Frame, Frames

__all__ = ["Prefetch"]


class Prefetch:
    """The next `ahead` frames of one trial; a frame out of order drops what was read too far."""

    def __init__(self, frames: Frames, order: Row[int], pool: Executor, ahead: int) -> None:
        self._frames, self._order, self._pool, self._ahead = frames, order, pool, ahead
        self._next = 0  # position in `order` of the next frame to hand to the pool
        self._coming: deque[tuple[int, Future[Frame]]] = deque()
        self._top_up()

    def take(self, index: int) -> Frame:
        """Frame `index`, decoded. Raises BadImage."""
        while self._coming and self._coming[0][0] != index:
            self._coming.popleft()[1].cancel()
        if not self._coming:
            self._seek(index)
        future = self._coming.popleft()[1]
        self._top_up()
        return future.result()

    def _seek(self, index: int) -> None:
        if index in self._order:
            self._next = self._order.index(index)
            self._top_up()
        else:
            self._coming.append((index, self._pool.submit(_decoded, self._frames[index])))

    def _top_up(self) -> None:
        while len(self._coming) < self._ahead and self._next < len(self._order):
            index = self._order[self._next]
            self._coming.append((index, self._pool.submit(_decoded, self._frames[index])))
            self._next += 1


def _decoded(frame: Frame) -> Frame:
    _ = frame.pixels
    return frame
