"""Decoding ahead: in order, not too far, and right even where the order was not kept."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from harness import Frames
from harness.execution.prefetch import Prefetch


def numbered(count, seen):
    def decode(number):
        seen.append(number)
        return np.full((2, 2, 3), number, np.uint8)

    return Frames(range(count), decode)


def test_frames_come_in_order_and_at_most_ahead():
    seen = []
    with ThreadPoolExecutor(1) as pool:
        ahead = Prefetch(numbered(20, seen), range(20), pool, 3)
        assert [int(ahead.take(i).pixels[0, 0, 0]) for i in range(5)] == list(range(5))
    assert seen == list(range(8))  # five taken, three ahead


def test_a_jump_drops_what_was_read_too_far():
    seen = []
    with ThreadPoolExecutor(1) as pool:
        ahead = Prefetch(numbered(20, seen), range(20), pool, 3)
        for index in (0, 1, 10, 11, 4):
            assert int(ahead.take(index).pixels[0, 0, 0]) == index


def test_a_frame_outside_the_order_is_read_for_itself():
    with ThreadPoolExecutor(1) as pool:
        ahead = Prefetch(numbered(20, []), range(0, 20, 2), pool, 3)
        assert [int(ahead.take(i).pixels[0, 0, 0]) for i in (0, 7, 2, 4)] == [0, 7, 2, 4]
