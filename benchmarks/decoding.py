"""Decoding a JPEG: CPU seconds of OpenCV and of what the harness does.

    python benchmarks/decoding.py [FOLDER]

FOLDER's *.jpg, sixty at most, spread over all; without one, made-up images of 640x360 and 1280x720 in quality 90. Files
are in memory, both take turns, and the ratio of the medians counts. Needs the extra `decode`.
"""

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from harness.datasets import images
from harness.datasets.images import decode_image

MOST, ROUNDS = 60, 15


def made(width: int, height: int) -> list[bytes]:
    """Patches of colour with noise."""
    rng = np.random.default_rng(0)
    patches = cv2.resize(rng.integers(0, 256, (height // 8, width // 8, 3), np.uint8), (width, height))
    noisy = (np.clip(patches + rng.normal(0, 8, patches.shape), 0, 255).astype(np.uint8) for _ in range(20))
    return [cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 90])[1].tobytes() for image in noisy]


def by_opencv(data: bytes) -> object:
    return cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR_RGB)


def by_ours(data: bytes) -> object:
    return decode_image(data, "")


def cpu_seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def compare(label: str, files: list[bytes]) -> None:
    decoders = {"OpenCV": by_opencv, "ours": by_ours}
    spent: dict[str, list[float]] = {name: [] for name in decoders}
    for _ in range(ROUNDS):
        for name, decode in decoders.items():
            spent[name].append(cpu_seconds(lambda decode=decode: [decode(data) for data in files]))
    medians = {name: statistics.median(values) / len(files) for name, values in spent.items()}
    shown = ", ".join(f"{name} {1e3 * median:.2f} ms" for name, median in medians.items())
    print(f"{label}: {shown}; {medians['OpenCV'] / medians['ours']:.2f} times as fast")


def main() -> None:
    if images.decode_jpeg is None:
        sys.exit("simplejpeg is not installed: pip install 'harness[decode]'")
    cv2.setNumThreads(1)
    if len(sys.argv) > 1:
        paths = sorted(Path(sys.argv[1]).rglob("*.jpg"))
        chosen = paths[:: max(len(paths) // MOST, 1)][:MOST]
        compare(f"{len(chosen)} images of {sys.argv[1]}", [path.read_bytes() for path in chosen])
    else:
        for width, height in ((640, 360), (1280, 720)):
            compare(f"{width}x{height}", made(width, height))


if __name__ == "__main__":
    main()
