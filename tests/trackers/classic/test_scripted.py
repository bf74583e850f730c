"""Known trajectories, replayed."""

import numpy as np
import pytest

from harness import Box, Frame, HarnessError
from trackers.classic.scripted import Scripted, ScriptedSettings


def frame(index):
    return Frame(index, lambda: np.zeros((4, 4, 3), np.uint8))


def replay(script, count=4):
    tracker = Scripted(ScriptedSettings(str(script)))
    (track,) = tracker.start([frame(0)], [Box(1, 2, 3, 4)], [0])
    return [tracker.update([track], [frame(i)])[0].region for i in range(1, count)]


def test_row_i_answers_frame_i_and_after_the_last_nothing_is_answered(tmp_path):
    (tmp_path / "a.txt").write_text("1,2,3,4\n5,6,7,8\nnan,nan,nan,nan\n")
    first, second, third = replay(tmp_path / "a.txt")
    assert first == Box(5, 6, 7, 8)
    assert second.missing
    assert third is None


def test_of_a_folder_the_nearest_first_row_is_replayed(tmp_path):
    (tmp_path / "a.txt").write_text("9,9,9,9\n1,1,1,1\n")
    (tmp_path / "b.txt").write_text("1,2,3,5\n2,2,2,2\n")
    (tmp_path / "b_time.txt").write_text("0.1\n0.1\n")  # of a results folder, what is no trajectory is passed over
    assert replay(tmp_path, count=2) == [Box(2, 2, 2, 2)]


def test_without_a_script_nothing_is_answered():
    assert replay("", count=3) == [None, None]


@pytest.mark.parametrize(("text", "found"), [("1,2,3\n", "found 3 columns"), ("left\n", "left"), (None, "none")])
def test_a_script_that_is_none_is_one_line(tmp_path, text, found):
    if text is not None:
        (tmp_path / "a.txt").write_text(text)
    with pytest.raises(HarnessError, match=found):
        replay(tmp_path)
