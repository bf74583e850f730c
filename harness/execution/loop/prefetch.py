"""Frames decoded ahead, by threads, in the order a trial expects to ask for them."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence as Row
from concurrent.futures import Executor, Future
from contextlib import suppress

from harness.core.errors import HarnessError, OutOfMemory
from harness.core.sequence import Frame, Frames

__all__ = ["Prefetch"]

_AHEAD = 16  # frames; more even out no more
_RUNS = 4  # of frames that one thread reads in turn: to hand over a frame costs as much as to decode a small one


class Prefetch:
    """The next frames of one trial: as many as `share` bytes hold, sixteen at most, but always one.

    The first, and one out of order, nobody has read ahead; such a one drops what was read too far.
    """

    def __init__(self, frames: Frames, order: Row[int], pool: Executor, share: int) -> None:
        self._frames, self._order, self._pool, self._share = frames, order, pool, share
        self._ahead = 1
        self._next = len(order)  # position in `order` of the next frame to hand to the pool
        self._coming: deque[tuple[Frame, Future[None]]] = deque()

    def take(self, index: int) -> Frame:
        """Frame `index`, decoded. Raises BadImage and OutOfMemory."""
        while self._coming and self._coming[0][0].index != index:
            self._coming.popleft()
        if self._coming:
            frame, reading = self._coming.popleft()
            self._top_up()
            reading.result()
            self._measure(frame)
        else:
            self._measure(frame := self._frames[index])
            if index in self._order:
                self._next = self._order.index(index) + 1
                self._top_up()
        return frame

    def drop(self) -> None:
        """Read no further."""
        while self._coming:
            self._coming.popleft()[1].cancel()

    def _measure(self, frame: Frame) -> None:
        """How many such frames may be read ahead."""
        try:
            size = frame.pixels.nbytes
        except MemoryError:
            raise OutOfMemory(f"no memory left for frame {frame.index}") from None
        self._ahead = min(max(self._share // size, 1), _AHEAD)

    def _top_up(self) -> None:
        run = max(self._ahead // _RUNS, 1)
        while len(self._coming) + run <= self._ahead and self._next < len(self._order):
            frames = [self._frames[index] for index in self._order[self._next : self._next + run]]
            reading = self._pool.submit(_decode, frames)
            self._coming.extend((frame, reading) for frame in frames)
            self._next += run


def _decode(run: Row[Frame]) -> None:
    """All frames up to one that cannot be; that will raise again for whoever takes it."""
    with suppress(HarnessError, MemoryError):
        for frame in run:
            _ = frame.pixels
