"""Decoding against boxes worked out by hand."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trackers.inference.decoding import DecodingSettings, Views, blended, decode

OCEAN = {  # penalty, rate, window
    "got10k": (0.022, 0.799, 0.118),
    "lasot": (0.11, 0.7, 0.20),
    "otb100": (0.087, 0.408, 0.366),
    "vot2018": (0.021, 0.730, 0.321),
}
PLAIN = DecodingSettings(penalty=0, window=0, rate=1)


def views(center=(100.0, 80.0), size=(20.0, 20.0), zoom=2.0, image=(320.0, 240.0), count=1):
    return Views(*(np.repeat([np.asarray(value)], count, 0) for value in (center, size, zoom, image)))


def maps(peaks, cells=25, side=20.0):
    """Scores of `peaks` {(row, column): score}, and in every cell a box of `side` region pixels around it."""
    scores = np.zeros((1, cells, cells))
    for place, score in peaks.items():
        scores[0][place] = score
    return scores, np.full((1, 4, cells, cells), side / 2)


@pytest.mark.parametrize("cells", [25, 27])
def test_a_cell_is_8_region_pixels_from_the_next(cells):
    found = decode(*maps({(cells // 2 - 3, cells // 2 + 5): 0.9}, cells), views(), PLAIN)
    np.testing.assert_allclose(found.centers, [[100 + 5 * 8 / 2, 80 - 3 * 8 / 2]])
    np.testing.assert_allclose(found.scores, [0.9])


def test_a_box_off_its_cell_moves_the_center():
    scores, distances = maps({(12, 12): 1.0})
    distances[0, :, 12, 12] = 4, 10, 24, 30  # left, top, right, bottom: 28 x 40 whose middle is (10, 10) further
    found = decode(scores, distances, views(), PLAIN)
    np.testing.assert_allclose(found.centers, [[105, 85]])
    np.testing.assert_allclose(found.sizes, [[14, 20]])


def test_the_size_is_smoothed_twice():
    size, previous, settings = 30.0, 20.0, DecodingSettings()
    scores, distances = maps({(12, 12): 0.8}, side=2 * size)
    rate = np.exp(-(size / previous - 1) * 0.062) * 0.8 * 0.765
    mixed = size * rate + (1 - rate) * previous
    expected = previous * (1 - rate) + rate * mixed
    np.testing.assert_allclose(decode(scores, distances, views(), settings).sizes, [[expected] * 2])


@pytest.mark.parametrize(("penalty", "rate", "window"), OCEAN.values(), ids=OCEAN)
def test_the_ranking_weighs_score_change_and_distance(penalty, rate, window):
    settings = DecodingSettings(penalty, window, rate)
    scores, distances = maps({(12, 12): 0.5, (12, 20): 0.9}, side=40.0)
    distances[0, :, 12, 20] = 40  # twice the target's size
    far = (1 - window) * 0.9 * np.exp(-penalty) + window * np.cos(np.pi * 8 / 24) ** 2
    near = (1 - window) * 0.5 + window
    found = decode(scores, distances, views(), settings)
    np.testing.assert_allclose(found.scores, [0.9 if far > near else 0.5])


def test_a_strong_window_or_penalty_turns_the_choice():
    scores, distances = maps({(12, 12): 0.5, (12, 20): 0.9}, side=40.0)
    distances[0, :, 12, 20] = 40
    chosen = [
        decode(scores, distances, views(), replace(PLAIN, penalty=penalty, window=window)).scores.item()
        for penalty, window in ((0, 0), (0, 0.5), (1, 0))
    ]
    assert chosen == [0.9, 0.5, 0.5]


def test_position_and_size_stay_in_the_image_and_the_size_above_10():
    scores, distances = maps({(12, 24): 1.0}, side=2000.0)
    found = decode(scores, distances, views(center=(310.0, -3.0)), PLAIN)
    np.testing.assert_allclose(found.centers, [[320, 0]])
    np.testing.assert_allclose(found.sizes, [[320, 240]])
    small = decode(*maps({(12, 12): 1.0}, side=2.0), views(), PLAIN)
    np.testing.assert_allclose(small.sizes, [[10, 10]])


def test_targets_of_a_batch_do_not_see_each_other():
    rng = np.random.default_rng(0)
    scores, distances = rng.uniform(0, 1, (3, 25, 25)), rng.uniform(1, 60, (3, 4, 25, 25))
    given_views = Views(
        rng.uniform(50, 200, (3, 2)), rng.uniform(12, 60, (3, 2)), rng.uniform(0.5, 2, 3), np.full((3, 2), 400.0)
    )
    together = decode(scores, distances, given_views, DecodingSettings())
    for i in range(3):
        one = slice(i, i + 1)
        alone = Views(*(getattr(given_views, name)[one] for name in ("centers", "sizes", "zooms", "images")))
        single = decode(scores[one], distances[one], alone, DecodingSettings())
        for name in ("centers", "sizes", "scores"):
            np.testing.assert_array_equal(getattr(single, name), getattr(together, name)[one])


@given(st.floats(-30, 30), st.floats(-30, 30), st.floats(0, 1))
def test_a_blend_lies_between_its_two_scores(logit, aligned, ratio):
    first, second = 1 / (1 + np.exp(-logit)), 1 / (1 + np.exp(-aligned))
    score = blended(np.array(logit), np.array(aligned), ratio)
    assert min(first, second) - 1e-12 <= score <= max(first, second) + 1e-12
