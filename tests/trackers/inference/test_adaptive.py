"""The adaptive scheme on synthetic motion: a response that sees the target within the search region, and not beyond."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness import HarnessError
from trackers.inference.adaptive import Adaptive, AdaptiveSettings
from trackers.inference.heatmap import HeatMap
from trackers.inference.search import LastPlace

IMAGE = np.array([3840.0, 2160.0])
SIZE = np.array([20.0, 20.0])
HOME, AWAY, THIRD = np.array([300.0, 400.0]), np.array([3000.0, 1500.0]), np.array([1500.0, 1900.0])
SURE, UNSURE = 0.95, 0.2


def adaptive(start=HOME, **settings):
    return Adaptive(start, SIZE, IMAGE, AdaptiveSettings(**settings))


def plain(start=HOME):
    return LastPlace(start, SIZE, IMAGE)


def follow(strategy, path, score=SURE):
    """Searches made, and how far the box is off, frame by frame; a row of NaN is a frame without target."""
    rng = np.random.default_rng(0)
    searches, errors = [], []
    for place in path:
        search = strategy.search()
        half = search.region() / 2
        if np.abs(place - search.center).max() < half:
            strategy.observe(search, place, SIZE, score)
        else:
            noise = np.clip(search.center + rng.uniform(-half, half, 2) / 2, 0, IMAGE)
            strategy.observe(search, noise, SIZE * rng.uniform(0.5, 2), UNSURE)
        searches.append(search)
        errors.append(np.abs(strategy.center - place).max())
    return searches, np.array(errors)


def walk(start, steps):
    """Places from `start` on, by steps in target sizes to the right."""
    return start + np.cumsum(np.outer(steps, SIZE * [1, 0]), 0)


def stay(place, frames):
    return np.tile(place, (frames, 1))


def between(start, end, frames):
    return np.linspace(start, end, frames)


def absent(frames):
    return np.full((frames, 2), np.nan)


def wait(errors):
    """Frames until the target is found; their number if it never is."""
    return int(np.append(errors == 0, True).argmax())


def test_fast_motion_that_loses_the_plain_strategy_loses_no_frame():
    path = walk(HOME, np.append(np.arange(0, 3, 0.1), np.full(20, 3.0)))
    assert (follow(plain(), path)[1] > SIZE[0]).any()
    assert (follow(adaptive(), path)[1] == 0).all()


def test_the_search_drifts_by_the_last_displacement_and_not_out_of_the_image():
    start = np.array([IMAGE[0] - 75, 100])
    searches, _ = follow(adaptive(start), walk(start, [1.5, 1.5, 0]))
    expected = [start, [IMAGE[0] - 15, 100], [IMAGE[0], 100]]
    np.testing.assert_allclose([search.center for search in searches], expected)


@pytest.mark.parametrize("axis", [0, 1])
def test_a_displacement_is_fast_beyond_the_size_along_its_own_axis(axis):
    size = np.array([20.0, 60.0])
    for fast, step, drift in ((1, size[axis], 0), (1, size[axis] + 1, size[axis] + 1), (2, size[axis] + 1, 0)):
        strategy = Adaptive(HOME, size, IMAGE, AdaptiveSettings(fast=fast))
        moved = HOME + step * np.eye(2)[axis]
        strategy.observe(strategy.search(), moved, size, SURE)
        np.testing.assert_allclose(strategy.search().center, moved + drift * np.eye(2)[axis])


@pytest.mark.parametrize(("threshold", "lost"), [(0.85, False), (SURE, False), (0.99, True)])
def test_a_score_at_the_threshold_is_sure(threshold, lost):
    strategy = adaptive(threshold=threshold)
    follow(strategy, stay(HOME, 2))
    assert strategy.search().expected is not lost


@pytest.mark.parametrize(("decay", "likeliest"), [(1.0, HOME), (0.9, AWAY)])
def test_the_past_fades_as_fast_as_wanted(decay, likeliest):
    strategy = adaptive(decay=decay)
    path = np.concatenate([stay(HOME, 60), between(HOME, AWAY, 200), stay(AWAY, 30), absent(3)])
    searches, _ = follow(strategy, path)
    assert not searches[-1].expected
    np.testing.assert_allclose(searches[-1].center, likeliest, atol=15)


def test_the_gaussian_is_as_wide_as_wanted_in_target_sizes(monkeypatch):
    seen = []
    monkeypatch.setattr(HeatMap, "add", lambda heat, center, sigma: seen.append(sigma))
    for spread in (0.5, 2.0):
        Adaptive(HOME, np.array([20.0, 60.0]), IMAGE, AdaptiveSettings(spread=spread))
    np.testing.assert_array_equal(seen, [[10, 30], [40, 120]])


@pytest.mark.parametrize("gone", [0, 1, 2, 3, 40, 41])
@pytest.mark.parametrize("back", [HOME, THIRD], ids=["where it was most", "where it was second most"])
def test_a_target_back_where_it_used_to_be_is_found_within_5_frames(back, gone):
    path = np.concatenate([stay(HOME, 40), between(HOME, THIRD, 200), stay(THIRD, 30), between(THIRD, AWAY, 200)])
    path = np.concatenate([path, absent(gone), stay(back, 30)])
    assert wait(follow(plain(), path)[1][-30:]) == 30
    assert wait(follow(adaptive(), path)[1][-30:]) <= 5


@pytest.mark.parametrize("gone", [0, 1, 2, 40, 41])
def test_the_whole_image_is_searched_where_that_is_wanted(gone):
    never_seen = np.array([1700.0, 900.0])
    path = np.concatenate([stay(HOME, 40), absent(gone), stay(never_seen, 30)])
    searches, errors = follow(adaptive(relocate="everywhere"), path)
    assert wait(errors[-30:]) <= 5
    assert wait(follow(adaptive(), path)[1][-30:]) == 30
    [whole] = [search for search in searches[-30:] if not search.expected][:1]
    assert whole.region() == IMAGE.max()
    np.testing.assert_array_equal(whole.center, IMAGE / 2)


def test_the_crop_of_a_lost_target_has_its_last_sure_size():
    searches, _ = follow(adaptive(), np.concatenate([stay(HOME, 5), absent(20)]))
    elsewhere = [search for search in searches if not search.expected]
    assert len(elsewhere) == 9
    assert all((search.size == SIZE).all() for search in elsewhere)


def test_a_place_found_again_is_no_motion():
    path = np.concatenate([stay(HOME, 20), between(HOME, AWAY, 150), absent(10), stay(HOME, 10)])
    searches, _ = follow(adaptive(), path)
    assert all((search.center == HOME).all() for search in searches[-5:])


def test_a_single_unsure_frame_is_no_loss():
    strategy = adaptive()
    follow(strategy, between(HOME, AWAY, 200))
    for score in (UNSURE, SURE) * 5:
        search = strategy.search()
        np.testing.assert_array_equal(search.center, AWAY)
        strategy.observe(search, AWAY, SIZE, score)


def test_answers_that_are_right_but_unsure_are_followed():
    path = np.concatenate([stay(AWAY, 30), between(AWAY, HOME, 600)])  # a quarter of the target's size a frame
    start = adaptive(AWAY)
    follow(start, path[:30])
    _, errors = follow(start, path[30:], score=0.7)
    assert errors.max() <= np.abs(path[-1] - path[-2]).max() + 1e-9  # a frame behind, at most
    assert np.median(errors) == 0


@given(st.lists(st.tuples(st.floats(-1, 1), st.floats(-1, 1), st.floats(0.85, 1)), max_size=30))
def test_it_does_nothing_while_the_target_is_slow_and_sure(moves):
    adapting, plainly = adaptive(AWAY), plain(AWAY)
    for dx, dy, score in moves:
        searches = [strategy.search() for strategy in (adapting, plainly)]
        np.testing.assert_array_equal(searches[0].center, searches[1].center)
        np.testing.assert_array_equal(searches[0].size, searches[1].size)
        place = np.clip(plainly.center + SIZE * 0.999 * [dx, dy], 0, IMAGE)  # a step of a whole size may round up
        for strategy, search in zip((adapting, plainly), searches, strict=True):
            strategy.observe(search, place, SIZE, score)


ANSWERS = st.tuples(st.floats(0, 3840), st.floats(0, 2160), st.floats(10, 3840), st.floats(10, 2160), st.floats(0, 1))
SETTINGS = st.builds(
    AdaptiveSettings,
    threshold=st.floats(0, 1),
    patience=st.integers(1, 4),
    every=st.integers(1, 4),
    relocate=st.sampled_from(["likeliest", "everywhere"]),
    places=st.integers(1, 4),
    decay=st.floats(0, 1),
    grid=st.integers(1, 64),
)


@given(st.lists(ANSWERS, max_size=30), SETTINGS)
def test_whatever_is_answered_searches_stay_inside_the_image(answers, settings):
    strategy = Adaptive(AWAY, SIZE, IMAGE, settings)
    for x, y, w, h, score in answers:
        search = strategy.search()
        assert (search.center >= 0).all()
        assert (search.center <= IMAGE).all()
        assert np.isfinite(search.region())
        strategy.observe(search, np.array([x, y]), np.array([w, h]), score)


def test_lost_frames_alternate_between_the_last_place_and_the_heaviest():
    searches, _ = follow(adaptive(patience=3, every=3, places=1), np.concatenate([stay(HOME, 3), absent(12)]))
    assert [i for i, search in enumerate(searches) if not search.expected] == [6, 9, 12]
    assert all(np.abs(searches[i].center - HOME).max() < 15 for i in (6, 9, 12))
    last_places = [search.center for search in searches[3:] if search.expected]
    assert all((np.abs(a - b) <= 80).all() for a, b in pairwise(last_places))


@pytest.mark.parametrize(("name", "value"), [("patience", 0), ("every", 0), ("places", -1), ("grid", 0), ("spread", 0)])
def test_a_setting_that_cannot_be_is_refused(name, value):
    with pytest.raises(HarnessError, match=rf"{name}: expected .* found {value}"):
        AdaptiveSettings(**{name: value})
