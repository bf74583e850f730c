"""External trackers, driven as any other: the well-behaved ones by the protocol's own library, and all the others."""

import sys

import numpy as np
import pytest

from harness import Box, Frame, Mask, Polygon
from harness.catalog import TRACKERS
from harness.core.errors import BadAnswer, TrackerError, UsageError

TARGETS = {
    "rectangle": (Box(3.5, 4, 10, 8), Box(5.5, 4, 10, 8)),
    "polygon": (Polygon(((3, 4), (13.25, 5), (9, 12))), Polygon(((5, 4), (15.25, 5), (11, 12)))),
    "mask": (Mask(3, 4, 2, 2, (0, 1, 1, 2)), Mask(5, 4, 2, 2, (0, 1, 1, 2))),
}


def follow(tracker, frames, target, seed=0):
    """What a tracker answers to frames 1 and 2; its track is given back."""
    (track,) = tracker.start([frames[0]], [target], [seed])
    answers = [tracker.update([track], [frames[number]])[0] for number in (1, 2)]
    tracker.close(track)
    return answers


@pytest.mark.parametrize("kind", TARGETS)
def test_regions_of_every_kind(good, frames, kind):
    pytest.importorskip("trax")
    tracker = good(kind)
    tracker.prepare(1)
    assert tracker.traits.accepts == {"rectangle": "box"}.get(kind, kind)
    start, second = TARGETS[kind]
    answers = follow(tracker, frames, start)
    assert answers[1].region == second
    assert [answer.confidence for answer in answers] == [0.25, 0.5]


@pytest.mark.parametrize("images", ["path", "memory", "buffer"])
@pytest.mark.parametrize("filed", [True, False])
def test_images_as_the_tracker_asks(good, frames, kept, images, filed):
    """Also where a frame lies in no file. What the tracker had is on its stderr, in the file that a failure keeps."""
    pytest.importorskip("trax")
    tracker = good(images=images)
    pixels = frames[1].pixels
    shown = frames[1] if filed else Frame(1, lambda: pixels)
    (track,) = tracker.start([frames[0]], [Box(1, 2, 3, 4)], [7])
    tracker.update([track], [shown])
    error = track.process.failed("had enough")
    (log,) = kept.iterdir()
    assert str(log) in str(error)
    lines = log.read_text().splitlines()
    assert "begins with Rectangle 1.0,2.0 3.0x4.0" in lines
    said = [line for line in lines if not line.startswith("begins")][1]
    if images == "path":
        assert said.split()[1] == (frames[1].path if filed else str(track.process.folder / "00000001.png"))
    else:
        assert said.startswith(images)
        assert images == "buffer" or said.split()[1] == "32x48x3"
    assert "'harness.seed': '7'" in said


def test_processes_are_used_again_and_run_side_by_side(good, frames):
    pytest.importorskip("trax")
    tracker = good()
    tracker.prepare(3)
    first = tracker._free[0]
    tracks = tracker.start([frames[0]] * 3, [Box(x, 2, 3, 4) for x in range(3)], [0, 1, 2])
    assert [p.region.x for p in tracker.update(tracks, [frames[1]] * 3)] == [1, 2, 3]
    assert tracks[0].process is first
    for track in tracks:
        tracker.close(track)
    again = tracker.start([frames[0]], [Box(9, 2, 3, 4)], [0])
    assert again[0].process in [track.process for track in tracks]
    assert tracker.update(again, [frames[1]])[0].region == Box(10, 2, 3, 4)


def test_a_process_that_is_not_to_be_used_again(good, frames):
    pytest.importorskip("trax")
    cls = type(good())
    tracker = cls(cls.Settings(restart=True))
    follow(tracker, frames, Box(1, 2, 3, 4))
    assert tracker._free == []


@pytest.mark.parametrize(
    ("words", "kind", "reason"),
    [
        (["exit"], TrackerError, "exited with code 3; it said: Traceback: of a kind"),
        (["ok", "exit"], TrackerError, "exited with code 3"),
        (["ok", "hang"], TrackerError, "took too long to answer and was killed"),
        (["ok", '@@TRAX:state "1,2"'], BadAnswer, "a region has 4 numbers"),
        (["ok", '@@TRAX:state "here"'], BadAnswer, "expected a region, found 'here'"),
        (["ok", "@@TRAX:state"], BadAnswer, "gave no region"),
        (["ok", '@@TRAX:state "mask:0,0,9,9,82"'], BadAnswer, "the runs of a mask fill"),
        (["ok", '@@TRAX:state "1,2,3,4" "confidence=high"'], BadAnswer, "could not convert"),
        (["ok", '@@TRAX:state "1,2'], BadAnswer, "no word in quotes"),
        (["ok", "@@TRAX:nonsense"], BadAnswer, "there is no message 'nonsense'"),
        (["ok", '@@TRAX:hello "trax.version=4"'], BadAnswer, "said 'hello' where 'state' is due"),
        (["ok", '@@TRAX:quit "trax.reason=tired"'], TrackerError, "quit: tired"),
        (["ok", "two", "ok"], BadAnswer, "said 'state' unasked"),
    ],
)
def test_what_goes_wrong_is_one_line_and_the_next_track_goes_on(scripted, frames, words, kind, reason):
    """Of what these trackers say, libtrax takes some for other regions and dies of some itself."""
    tracker = scripted(*words)
    tracker.frame_timeout = 0.2 if "hang" in words else 20
    with pytest.raises(TrackerError) as raised:
        follow(tracker, frames, Box(1, 2, 3, 4))
    assert type(raised.value) is kind
    assert reason in str(raised.value)
    assert "\n" not in str(raised.value)
    with pytest.raises(TrackerError, match="python"):  # a new process, from the first word again
        follow(tracker, frames, Box(1, 2, 3, 4))


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ("no-such-program --fast", "cannot start 'no-such-program': No such file"),
        ("false", "exited with code 1"),
        ("sh -c 'kill -SEGV $$'", "was killed by SIGSEGV"),
        ("sleep 600", "took too long"),
        ("yes", "took too long"),
        ("sh -c 'echo @@TRAX:hello trax.channels=depth; cat'", "cannot be driven"),
    ],
)
def test_a_start_that_fails_is_the_trials_own(frames, command, reason, kept):
    tracker = TRACKERS.resolve(f"trax:{command}")()
    tracker.frame_timeout = 0.03 if "long" in reason else 5
    tracker.prepare(1)
    with pytest.raises(TrackerError, match=reason):
        tracker.start([frames[0]], [Box(1, 2, 3, 4)], [0])
    assert not [path for path in kept.iterdir() if path.is_dir()]


def test_misses_and_other_words_for_confidence(scripted, frames):
    tracker = scripted("ok", '@@TRAX:state "0" "score=0.5"', '@@TRAX:state "nan,nan,nan,nan"')
    one, other = follow(tracker, frames, Box(1, 2, 3, 4))
    assert (one.region, one.confidence) == (None, 0.5)
    assert other.region is None
    assert np.isnan(other.confidence)


def test_one_that_fails_leaves_the_others_processes_well(good, frames):
    """A call for several ends with its first error; those who owe an answer are not used again."""
    pytest.importorskip("trax")
    tracker = good()
    tracks = tracker.start([frames[0]] * 3, [Box(1, 2, 3, 4)] * 3, [0, 1, 2])
    tracks[1].process._program.kill()
    with pytest.raises(TrackerError, match="SIGKILL"):
        tracker.update(tracks, [frames[1]] * 3)
    for track in tracks:
        tracker.close(track)
    assert len(tracker._free) == 1  # of the two others, one was asked and not heard
    assert follow(tracker, frames, Box(1, 2, 3, 4))[1].region == Box(3, 2, 3, 4)


def test_the_older_protocol(tmp_path, frames):
    """Up to version 3 an image comes with its region."""
    file = tmp_path / "old.py"
    file.write_text(
        "import sys\nprint('@@TRAX:hello', flush=True)\nfor line in sys.stdin:\n"
        "    words = line.split('\"')[1:-1:2]\n"
        "    if line.startswith('@@TRAX:initialize'):\n        region = words[1]\n"
        "    print(f'@@TRAX:status {region}', flush=True)\n"
    )
    tracker = TRACKERS.resolve(f"trax:{sys.executable} {file}")()
    assert [answer.region for answer in follow(tracker, frames, Box(1.125, 2, 3, 4))] == [Box(1.125, 2, 3, 4)] * 2


def test_names():
    with pytest.raises(UsageError, match="expected a command"):
        TRACKERS.resolve("trax:")
    with pytest.raises(UsageError, match="No closing quotation"):
        TRACKERS.resolve("trax:python 'x")
    assert TRACKERS.resolve("trax:bin/mine --a").__name__.startswith("mine@")
    assert TRACKERS.resolve("trax:bin/mine --a").__name__ != TRACKERS.resolve("trax:bin/mine --b").__name__
