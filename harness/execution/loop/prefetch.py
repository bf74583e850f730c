"""Frames decoded ahead, by threads, in the order a trial expects to ask for them."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence as Row
from concurrent.futures import Executor, Future

from harness.core.errors import OutOfMemory
from harness.core.sequence import Frame, Frames

__all__ = ["Prefetch"]

_AHEAD = 8  # frames; more even out no more


class Prefetch:
    """The next frames of one trial: as many as `share` bytes hold, eight at most, but always one.

    A frame out of order drops what was read too far.
    """

    def __init__(self, frames: Frames, order: Row[int], pool: Executor, share: int) -> None:
        self._frames, self._order, self._pool, self._share = frames, order, pool, share
        self._ahead = 1  # until a frame's size is known
        self._next = 0  # position in `order` of the next frame to hand to the pool
        self._coming: deque[tuple[int, Future[Frame]]] = deque()
        self._top_up()

    def take(self, index: int) -> Frame:
        """Frame `index`, decoded. Raises BadImage and OutOfMemory."""
        while self._coming and self._coming[0][0] != index:
            self._coming.popleft()[1].cancel()
        if not self._coming:
            self._seek(index)
        future = self._coming.popleft()[1]
        self._top_up()
        frame = future.result()
        self._ahead = min(max(self._share // frame.pixels.nbytes, 1), _AHEAD)
        return frame

    def drop(self) -> None:
        """Read no further."""
        while self._coming:
            self._coming.popleft()[1].cancel()

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
    try:
        _ = frame.pixels
    except MemoryError:
        raise OutOfMemory(f"no memory left for frame {frame.index}") from None
    return frame
