"""Our trackers as a server, asked by the protocol's own client."""

import io
import subprocess
import sys
from collections.abc import Iterator

import cv2
import numpy as np
import pytest

from harness import Box, Labels, Mask, Polygon, Prediction, Track, Tracker, Traits
from harness.core.errors import BadImage, TrackerRaised, UsageError
from harness.interop.trax.messages import Message
from harness.interop.trax.server import serve


class Echo(Tracker[Track]):
    """Answers as it is told to; keeps what it was asked."""

    def __init__(self, accepts="box", answers=(), error=None):
        super().__init__()
        self.traits = Traits(accepts=accepts)
        self.answers, self.error, self.asked, self.closed = iter(answers), error, [], 0

    def start(self, frames, targets, seeds):
        self.asked.append((frames[0].pixels, targets[0], seeds[0]))
        return [Track()]

    def update(self, tracks, frames):
        self.asked.append(frames[0].pixels)
        if self.error:
            raise self.error
        return [next(self.answers)]

    def close(self, track):
        self.closed += 1


def replies(tracker: Tracker, *lines: str) -> Iterator[Message]:
    """What is said to these lines; the hello first."""
    said = io.BytesIO()
    try:
        serve(tracker, "echo", [f"{line}\n".encode() for line in lines], said)
    finally:
        tracker.said = [message for line in said.getvalue().splitlines() if (message := Message.decode(line))]
    return tracker.said


@pytest.fixture
def image(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 255, (8, 9, 3), np.uint8)
    file = tmp_path / "a b.png"
    cv2.imwrite(str(file), pixels[:, :, ::-1])
    return file, pixels


BEGIN = '@@TRAX:initialize "1.5,2,3,4"'


def test_a_session(image):
    file, pixels = image
    frame = f'@@TRAX:frame "file://{file}"'
    echo = Echo(answers=[Prediction(Box(0.1, 2, 3, 4), 0.25), None, Prediction((5, 6, 7, 8))])
    begin = f'{BEGIN} "harness.seed=9"'
    hello, *states = replies(echo, begin, frame, "a line of somebody else", frame, frame, frame, begin, frame)
    assert hello.properties["trax.region"] == "rectangle"
    assert hello.properties["trax.image"] == "buffer;memory;path"
    assert states == [
        Message("state", ("1.5,2,3,4",)),
        Message("state", ("0.1,2,3,4",), {"confidence": "0.25"}),
        Message("state", ("0,0,0,0",), {"absent": "1"}),
        Message("state", ("5,6,7,8",)),
        Message("state", ("1.5,2,3,4",)),
    ]
    shown, target, seed = echo.asked[0]
    assert (target, seed) == (Box(1.5, 2, 3, 4), 9)
    assert np.array_equal(shown, pixels)
    assert echo.closed == 2


@pytest.mark.parametrize(
    ("accepts", "word", "target"),
    [
        ("box", "rectangle", Box(1, 2, 3, 4)),
        ("polygon", "polygon", Polygon(((1, 2), (4, 2), (4, 6), (1, 6)))),
        ("mask", "mask", Mask(1, 2, 3, 4, (0, 12))),
        ("labels", "mask", Labels(((1, Mask(1, 2, 3, 4, (0, 12))),))),
    ],
)
def test_targets_as_the_tracker_takes_them(image, accepts, word, target):
    echo = Echo(accepts, [Prediction(target)])
    hello, _, state = replies(echo, BEGIN.replace("1.5", "1"), *[f'@@TRAX:frame "{image[0]}"'] * 2)
    assert hello.properties["trax.region"] == word
    assert echo.asked[0][1] == target
    assert (state.arguments[0][0] == "m") == (word == "mask")


@pytest.mark.parametrize(
    ("lines", "error", "reason"),
    [
        (['@@TRAX:frame "/x.png"'], UsageError, "after a target"),
        ([BEGIN, '@@TRAX:frame "/x.png"'], UsageError, "there is no image '/x.png'"),
        ([BEGIN, '@@TRAX:frame "image:9;9;rgb;AAAA"'], BadImage, "expected image:WIDTH"),
        ([BEGIN, '@@TRAX:frame "data:image/png;AAAA"'], BadImage, "not an image"),
        (['@@TRAX:initialize "here"'], UsageError, "expected a region"),
        (['@@TRAX:initialize "1,2,3,4" "5,6,7,8"'], UsageError, "broke the protocol"),
        (["@@TRAX:state"], UsageError, "found 'state'"),
        (["@@TRAX:dance"], UsageError, "no message 'dance'"),
    ],
)
def test_a_wrong_request_ends_the_session_with_its_reason(lines, error, reason):
    echo = Echo()
    with pytest.raises(error, match=reason):
        replies(echo, *lines)
    assert reason in echo.said[-1].properties["trax.reason"]


def test_a_tracker_that_raises(image):
    echo = Echo(error=RuntimeError("odd"))
    with pytest.raises(TrackerRaised, match="RuntimeError: odd"):
        replies(echo, BEGIN, *[f'@@TRAX:frame "{image[0]}"'] * 2)
    assert echo.said[-1] == Message("quit", (), {"trax.reason": "RuntimeError: odd"})
    assert echo.closed == 1


@pytest.mark.parametrize("how", ["path", "memory", "buffer"])
def test_the_protocols_own_client(harness_server, image, how):
    trax = pytest.importorskip("trax")
    file, pixels = image
    made = {
        "path": lambda: trax.FileImage.create(str(file)),
        "memory": lambda: trax.MemoryImage.create(pixels),
        "buffer": lambda: trax.BufferImage.create(file.read_bytes()),
    }[how]
    client = harness_server("static")
    assert client.tracker_name == "static"
    assert client.region_formats == ["rectangle"]
    for x in (1, 2):  # a second target in the same session
        box = trax.Rectangle.create(x, 2, 3.5, 4)
        client.initialize({"color": made()}, [(box, {})], {})
        ((answer, _),), _ = client.frame({"color": made()}, {}, [])
        assert answer.bounds() == (x, 2, 3.5, 4)
    client.quit()


@pytest.fixture
def harness_server():
    """A client of `harness serve` for a tracker; libtrax writes to our descriptors, so both ends are pipes."""
    started = []

    def connect(name):
        client = pytest.importorskip("trax.client")
        command = [sys.executable, "-m", "harness", "serve", "--tracker", name]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        started.append(process)
        return client.Client(stream=(process.stdin.fileno(), process.stdout.fileno()), log=lambda _: None)

    yield connect
    for process in started:
        process.stdin.close()
        assert process.wait(30) == 0
        process.stdout.close()


def test_each_target_has_a_seed_of_its_own_unless_it_is_told_one(image):
    """libtrax's client tells the arguments with the first frame."""
    frame, told = f'@@TRAX:frame "file://{image[0]}"', f'@@TRAX:frame "file://{image[0]}" "harness.seed=7"'
    echo = Echo()
    replies(echo, BEGIN, frame, BEGIN, frame, BEGIN, told)
    assert [seed for _, _, seed in echo.asked] == [0, 1, 7]
