"""Decoding: all JPEGs of the reference material have the pixels that OpenCV gives them."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import pytest

from harness.datasets import images
from harness.datasets.images import decode_image

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"

pytestmark = [
    pytest.mark.skipif(not DATA.is_dir(), reason=f"needs real images in {DATA}"),
    pytest.mark.skipif(images.decode_jpeg is None, reason="needs simplejpeg, the extra 'decode'"),
]


def differs(path: Path) -> bool:
    data = path.read_bytes()
    expected = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR_RGB)
    return not np.array_equal(decode_image(data, str(path)), expected)


def test_every_image_has_opencvs_pixels():
    paths = sorted(DATA.rglob("*.jpg"))
    assert paths
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        assert [str(path) for path, wrong in zip(paths, pool.map(differs, paths), strict=True) if wrong] == []
