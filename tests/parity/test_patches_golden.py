"""Patches against pytracking's, and padding masks against STARK's, of an image made by a formula."""

from pathlib import Path

import numpy as np
import pytest

from trackers.inference.crops import area_windows, cut
from trackers.inference.patches import sample

GOLDEN = Path(__file__).resolve().parents[2].parent / "shared" / "parity" / "golden" / "crops.npz"

pytestmark = pytest.mark.skipif(not GOLDEN.is_file(), reason=f"needs the official codes' crops in {GOLDEN}")

IMAGE = (np.arange(3 * 97 * 141) * 104729 % 255).astype(np.uint8).reshape(3, 97, 141).transpose(1, 2, 0)


@pytest.mark.parametrize(
    ("number", "border"), list(enumerate(["replicate", "replicate", "replicate", "inside_major", "inside"]))
)
def test_pytracking(number, border):
    """As under the torch that it was written for, whose figures were published."""
    with np.load(GOLDEN) as golden:
        y, x, side, size = golden["patch_cases"][number]
        [(top, left, bottom, right)] = golden[f"coord{number}_floordiv"]
        expected = golden[f"patch{number}_floordiv"]
    patches, shown = sample([IMAGE], np.array([[x, y]]), np.array([side]), int(size), border=border)
    assert shown.tolist() == [[left, top, right, bottom]]
    np.testing.assert_allclose(patches, expected, atol=1e-3)  # of 255 levels


@pytest.mark.parametrize(
    ("number", "box", "factor", "size"),
    [
        (0, [40.0, 30.0, 30.0, 40.0], 2.0, 128),
        (1, [40.0, 30.0, 30.0, 40.0], 5.0, 320),
        (2, [100.3, 60.7, 38.2, 30.9], 5.0, 320),
        (3, [-3.0, -4.0, 20.0, 15.0], 2.0, 128),
    ],
)
def test_starks_mask_is_a_crop_too(number, box, factor, size):
    """Of an image of zeros with ones beyond it, where anything but zero is padding."""
    inside = np.broadcast_to(np.uint8(0), (96, 140, 3))
    (mask,) = cut([inside], area_windows(np.array([box]), factor), size, (1, 1, 1), np.float32)
    with np.load(GOLDEN) as golden:
        expected = np.unpackbits(golden[f"stark{number}_mask"])[: size * size].reshape(size, size)
    np.testing.assert_array_equal(mask[0] > 0, expected)
