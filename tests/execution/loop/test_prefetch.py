"""Decoding ahead: in order, not too far, and right even where the order was not kept."""

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from harness import Frames, OutOfMemory
from harness.core.errors import BadImage
from harness.execution.loop.prefetch import Prefetch

SIZE = 2 * 2 * 3  # bytes of a frame


def numbered(count, seen):
    def decode(number):
        seen.append(number)
        return np.full((2, 2, 3), number, np.uint8)

    return Frames(range(count), decode)


@pytest.mark.parametrize(("share", "most"), [(0, 1), (SIZE, 1), (3 * SIZE + 1, 3), (1 << 30, 16)])
def test_frames_come_in_order_and_no_more_than_the_share_holds(share, most):
    seen = []
    with ThreadPoolExecutor(1) as pool:
        ahead = Prefetch(numbered(40, seen), range(40), pool, share)
        assert [int(ahead.take(i).pixels[0, 0, 0]) for i in range(6)] == list(range(6))
    run = max(most // 4, 1)  # what a thread reads in turn
    assert seen == list(range(len(seen)))
    assert 6 + most - run < len(seen) <= 6 + most


def test_the_share_is_held_however_frames_grow():
    sides = [2] * 6 + [20] * 34
    seen = []

    def decode(number):
        seen.append(number)
        return np.full((sides[number], sides[number], 3), number, np.uint8)

    with ThreadPoolExecutor(1) as pool:
        ahead = Prefetch(Frames(range(40), decode), range(40), pool, 2 * 1200)
        for index in range(25):
            ahead.take(index)
    assert seen == list(range(27))  # the frames ahead were asked for when they were small


def test_dropped_frames_are_read_no_more():
    seen, go = [], threading.Event()

    def decode(number):
        go.wait()
        seen.append(number)
        return np.zeros((2, 2, 3), np.uint8)

    with ThreadPoolExecutor(1) as pool:
        blocked = pool.submit(go.wait)
        ahead = Prefetch(Frames(range(20), decode), range(20), pool, 1 << 30)
        ahead.drop()
        go.set()
        assert blocked.result()
    assert seen == []


def test_a_frame_that_memory_does_not_hold_is_said():
    def decode(number):
        raise MemoryError

    with ThreadPoolExecutor(1) as pool, pytest.raises(OutOfMemory, match="no memory left for frame 0"):
        Prefetch(Frames(range(2), decode), range(2), pool, 1 << 30).take(0)


def test_a_frame_that_cannot_be_read_is_its_own_fault():
    def decode(number):
        if number == 9:
            raise BadImage("9 is torn")
        return np.full((2, 2, 3), number, np.uint8)

    with ThreadPoolExecutor(2) as pool:
        ahead = Prefetch(Frames(range(20), decode), range(20), pool, 1 << 30)
        for index in range(20):
            if index == 9:
                with pytest.raises(BadImage, match="9 is torn"):
                    ahead.take(index)
            else:
                assert int(ahead.take(index).pixels[0, 0, 0]) == index


def test_a_jump_drops_what_was_read_too_far():
    seen = []
    with ThreadPoolExecutor(1) as pool:
        ahead = Prefetch(numbered(20, seen), range(20), pool, 1 << 30)
        for index in (0, 1, 10, 11, 4):
            assert int(ahead.take(index).pixels[0, 0, 0]) == index


def test_a_frame_outside_the_order_is_read_for_itself():
    with ThreadPoolExecutor(1) as pool:
        ahead = Prefetch(numbered(20, []), range(0, 20, 2), pool, 1 << 30)
        assert [int(ahead.take(i).pixels[0, 0, 0]) for i in (0, 7, 2, 4)] == [0, 7, 2, 4]
