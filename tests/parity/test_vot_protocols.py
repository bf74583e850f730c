"""Supervised and realtime runs against vot-toolkit's own experiment code, with trackers made up at random."""

import json
import subprocess
import sys
from importlib.util import find_spec

import numpy as np
import pytest

from harness import Box, GroundTruth, Prediction, Sequence
from harness.core.regions import Regions, Special
from harness.core.tracker import Traits
from harness.core.trial import Answer, Start
from harness.protocols.realtime import Realtime
from harness.protocols.supervised import Supervised

SIZE = (120, 90)

# Another process: importing the toolkit warns, and changes how warnings are shown.
TOOLKIT = """
import json, sys, warnings
warnings.simplefilter("ignore")
from contextlib import nullcontext
from types import SimpleNamespace
from unittest.mock import patch
from vot.experiment.multirun import SupervisedExperiment
from vot.region import Rectangle, Special
from vot.tracker import ObjectStatus, OnlineTrackerRuntime, RealtimeTrackerRuntime, Trajectory

class Scripted(OnlineTrackerRuntime):
    def __init__(self, case):
        self.case = case
    tracker = multiobject = property(lambda self: None)
    def stop(self): pass
    def restart(self): pass
    def initialize(self, frame, new=None, properties=None):
        return ObjectStatus(new.region, {}), self.case["seconds"][frame]
    def update(self, frame, new=None, properties=None):
        return ObjectStatus(Rectangle(*self.case["answers"][frame]), {}), self.case["seconds"][frame]

class Slowed(RealtimeTrackerRuntime, OnlineTrackerRuntime):
    "What the supervised experiment of 0.9.0 asks for and its own wrapper is not."

class Sequence(SimpleNamespace):
    def __len__(self): return len(self.truth)
    def objects(self): return ["object"]
    def frame(self, index): return index
    def groundtruth(self, index): return self.truth[index]

def run(case, realtime):
    truth = [Rectangle(*row) for row in case["truth"]]
    sequence = Sequence(name="one", truth=truth, size=case["size"])
    runtime = Scripted(case)
    if realtime:
        runtime = Slowed(runtime, case["grace"], 1 / case["fps"])
    experiment = SimpleNamespace(
        repetitions=1, skip_initialize=5, skip_tags=[], failure_overlap=0,
        results=lambda *_: None, _can_stop=lambda *_: False, _get_runtime=lambda *_: nullcontext(runtime),
        _get_initialization=lambda sequence, frame: ObjectStatus(sequence.truth[frame], {}),
    )
    written = []
    with patch.object(Trajectory, "exists", lambda *_: False), patch.object(
        Trajectory, "write", lambda self, *_: written.append(self)
    ):
        SupervisedExperiment.execute(experiment, None, sequence)
    regions = [written[0].region(i) for i in range(len(sequence))]
    return [r.code if isinstance(r, Special) else [r.x, r.y, r.width, r.height] for r in regions]

json.dump([[run(case, realtime) for realtime in (False, True)] for case in json.load(sys.stdin)], sys.stdout)
"""

pytestmark = pytest.mark.skipif(find_spec("vot") is None, reason="vot-toolkit is not installed")


def random_case(rng: np.random.Generator) -> dict:
    """A target that wanders over the image and its edges, and a tracker that follows it badly and at all speeds."""
    frames = int(rng.integers(1, 80))
    truth = np.array([50, 40, 20, 16]) + np.cumsum(rng.normal(0, 4, (frames, 4)) * [1, 1, 0.2, 0.2], 0)
    truth[:, 2:] = truth[:, 2:].clip(3, 40)
    answers = truth + rng.choice([1, 12], (frames, 1)) * rng.normal(0, 1, (frames, 4))
    answers[:, 2:] = answers[:, 2:].clip(1, 60)
    pace = rng.choice([0.01, 0.04, 0.08])
    return {
        "size": SIZE,
        "truth": (np.round(8 * truth) / 8).tolist(),  # what float32 holds: the toolkit's regions
        "answers": (np.round(8 * answers) / 8).tolist(),
        "seconds": np.round(rng.exponential(pace, frames), 3).tolist(),
        "grace": int(rng.integers(0, 4)),
        "fps": float(rng.choice([10, 20, 50])),
    }


def drive(protocol: Supervised, case: dict) -> list:
    """The same by the harness: a code or a box a frame."""
    one = Sequence("one", GroundTruth.visible(Regions(case["truth"])), size=SIZE)
    generator = protocol.drive(one, protocol.trials(one, Traits())[0])
    ask = next(generator)
    while True:
        answer = None if isinstance(ask, Start) else Prediction(Box(*case["answers"][ask.frame]))
        try:
            ask = generator.send(Answer(answer, case["seconds"][ask.frame], shared=False))
        except StopIteration as end:
            return [int(r) if isinstance(r, Special) else list(r.xywh) for r in end.value.regions]


def test_every_frame_is_as_the_toolkit_writes_it():
    rng = np.random.default_rng(15)
    cases = [random_case(rng) for _ in range(80)]
    done = subprocess.run(
        [sys.executable, "-c", TOOLKIT], input=json.dumps(cases), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    codes = set()
    for case, (supervised, realtime) in zip(cases, json.loads(done.stdout), strict=True):
        assert drive(Supervised(), case) == supervised
        assert drive(Realtime(fps=case["fps"], grace=case["grace"]), case) == realtime
        codes |= {(code, supervised != realtime) for code in supervised if isinstance(code, int)}
    assert codes == {(code, differs) for code in (0, 1, 2) for differs in (False, True)}
