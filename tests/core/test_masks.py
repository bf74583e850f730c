"""Masks and labels against plain arrays."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from harness import Labels, Mask

SHAPES = array_shapes(min_dims=2, max_dims=2, max_side=7)
PIXELS = arrays(bool, SHAPES)
OFFSETS = st.integers(-9, 9)


def placed(pixels: np.ndarray, x: int, y: int, width: int, height: int) -> np.ndarray:
    """The image that holds `pixels` at (x, y), pixel by pixel."""
    image = np.zeros((height, width), bool)
    for row, column in zip(*np.nonzero(pixels), strict=True):
        if 0 <= row + y < height and 0 <= column + x < width:
            image[row + y, column + x] = True
    return image


@given(PIXELS, OFFSETS, OFFSETS, st.integers(1, 12), st.integers(1, 12))
def test_decode_inverts_encode_wherever_the_window_lies(pixels, x, y, width, height):
    mask = Mask.encode(pixels, x, y)
    assert np.array_equal(mask.decode(width, height), placed(pixels, x, y, width, height))
    assert mask.area == pixels.sum()


@given(PIXELS, OFFSETS, OFFSETS)
def test_encode_gives_the_smallest_window_and_true_alternating_runs(pixels, x, y):
    mask = Mask.encode(pixels, x, y)
    assert mask.trimmed() == mask
    assert sum(mask.runs) == mask.w * mask.h
    assert all(run > 0 for run in mask.runs[1:])
    if pixels.any():
        window = mask.decode(mask.x + mask.w, mask.y + mask.h) if min(mask.x, mask.y) >= 0 else None
        rows, columns = np.nonzero(pixels)
        assert (mask.x, mask.y) == (x + columns.min(), y + rows.min())
        assert (mask.w, mask.h) == (np.ptp(columns) + 1, np.ptp(rows) + 1)
        assert window is None or window.sum() == pixels.sum()
    else:
        assert mask == Mask(0, 0, 0, 0, ())


@given(PIXELS, OFFSETS, OFFSETS)
def test_a_loose_window_holds_the_same_pixels(pixels, x, y):
    flat = pixels.ravel()
    edges = np.flatnonzero(np.diff(np.concatenate(([False], flat))))
    loose = Mask(x, y, pixels.shape[1], pixels.shape[0], tuple(np.diff([0, *edges, flat.size]).tolist()))
    assert loose.trimmed() == Mask.encode(pixels, x, y)
    assert np.array_equal(loose.decode(9, 9), placed(pixels, x, y, 9, 9))


@pytest.mark.parametrize("runs", [(3,), (1, 4), (-1, 5), ()])
def test_runs_must_fill_the_window(runs):
    with pytest.raises(ValueError, match="runs of a mask 2 x 2"):
        Mask(0, 0, 2, 2, runs)


def test_a_run_of_no_pixels_is_a_run():
    assert Mask(0, 0, 4, 1, (1, 1, 0, 2)).trimmed() == Mask(1, 0, 3, 1, (0, 3))


@given(arrays(np.uint8, SHAPES, elements=st.sampled_from([0, 1, 2, 7, 255])))
def test_labels_invert_except_for_void(ids):
    height, width = ids.shape
    labels = Labels.encode(ids)
    assert np.array_equal(labels.decode(width, height), np.where(ids == 255, 0, ids))
    assert [number for number, _ in labels.masks] == sorted(set(ids.ravel().tolist()) - {0, 255})
