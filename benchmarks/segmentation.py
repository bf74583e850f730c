"""J and F of object masks: ours beside DAVIS's formulas as they are written, on whole images.

    python benchmarks/segmentation.py [FRAMES]

Objects of 80 to 400 pixels in images of 854 x 480, answered three pixels off. Both must agree to the last bit.
The two take turns, so that a machine that slows down slows both; what counts is the ratio.
"""

import statistics
import sys
import time
from collections.abc import Callable

import cv2
import numpy as np

from harness.metrics.segmentation.rules import DAVIS17
from harness.metrics.segmentation.score import score_objects

SIZE = 854, 480
SIDES = 80, 200, 400
TURNS = 7


def blob(side: int, left: int) -> np.ndarray:
    """A label image of one object with a wavy outline."""
    y, x = np.mgrid[: SIZE[1], : SIZE[0]]
    y, x = y - SIZE[1] / 2, x - SIZE[0] / 2 - left
    return (np.hypot(x, y) < side / 2 * (0.9 + 0.1 * np.sin(9 * np.arctan2(y, x)))).astype(np.uint8)


def outline(mask: np.ndarray) -> np.ndarray:
    """Pixels unlike their right, lower or lower right neighbour, on the whole image."""
    edge = np.zeros(mask.shape, bool)
    edge[:-1, :-1] = mask[:-1, :-1] ^ mask[:-1, 1:] | mask[:-1, :-1] ^ mask[1:, :-1] | mask[:-1, :-1] ^ mask[1:, 1:]
    edge[-1, :-1] = mask[-1, :-1] ^ mask[-1, 1:]
    edge[:-1, -1] = mask[:-1, -1] ^ mask[1:, -1]
    return edge


def as_written(found: np.ndarray, there: np.ndarray, radius: int) -> tuple[float, float]:
    """J and F of one object, its outlines widened by a disk."""
    rows, columns = np.ogrid[-radius : radius + 1, -radius : radius + 1]
    disk = (rows**2 + columns**2 <= radius**2).astype(np.uint8)
    edges = outline(found), outline(there)
    wide = [cv2.dilate(edge.astype(np.uint8), disk) for edge in edges]
    precision, recall = (np.sum(edge * other) / np.sum(edge) for edge, other in zip(edges, reversed(wide), strict=True))
    f = 2 * precision * recall / (precision + recall)
    return np.sum(found & there) / np.sum(found | there), f


def milliseconds(work: Callable[[], object], frames: int) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) / frames * 1000


def main() -> None:
    frames = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    for side in SIDES:
        truth, answers = [blob(side, 0)] * (frames + 2), [blob(side, 3)] * (frames + 2)
        pairs = [(found == 1, there == 1) for found, there in zip(answers[1:-1], truth[1:-1], strict=True)]
        scores = score_objects(answers, truth, SIZE, DAVIS17)
        assert np.array_equal([as_written(*pair, 8) for pair in pairs], np.stack([scores.j[0], scores.f[0]], 1))
        turns = [
            (
                milliseconds(lambda: [as_written(*pair, 8) for pair in pairs], frames),  # noqa: B023
                milliseconds(lambda: score_objects(answers, truth, SIZE, DAVIS17), frames),  # noqa: B023
            )
            for _ in range(TURNS)
        ]
        written, ours = map(statistics.median, zip(*turns, strict=True))
        print(f"{side:4} pixels   as written {written:6.2f} ms   ours {ours:6.2f} ms   ratio {written / ours:5.2f}")


if __name__ == "__main__":
    main()
