"""A tracker that fails as the environment says: FAULTS holds, for a trial's seed, a fault's name and its frame.

Else it is a random walk, a track's own, so that its answers depend on nothing but the seed. With BUILD it cannot
be built, SLOW is the seconds that an update takes, so that it can be caught in the middle.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import shutil
import sys
import threading
import time
from pathlib import Path

import numpy as np

import harness

DOOM = Path(os.environ.get("DOOM", "/nowhere"))


class Walk(harness.Track):
    def __init__(self, target: harness.Box, seed: int) -> None:
        self.box, self.random = np.array(target.xywh), np.random.default_rng(seed)
        self.fault = json.loads(os.environ.get("FAULTS", "{}")).get(str(seed), ("", -1))


class Faulty(harness.Tracker[Walk]):
    traits = harness.Traits(batches=True)

    def __init__(self, settings=None):
        super().__init__(settings)
        if "BUILD" in os.environ or DOOM.exists():
            leaves()

    def start(self, frames, targets, seeds):
        tracks = [Walk(target, seed) for target, seed in zip(targets, seeds, strict=True)]
        for track in tracks:
            fault(0, track.fault)
        return tracks

    def update(self, tracks, frames):
        time.sleep(float(os.environ.get("SLOW", "0")))
        answers = []
        for track, frame in zip(tracks, frames, strict=True):
            fault(frame.index, track.fault)
            track.box = track.box + track.random.normal(size=4)
            answers.append(harness.Prediction(harness.Box(*track.box.tolist())))
        return answers


def fault(frame, planned):
    """Do what is planned for this frame, if anything is."""
    name, when = planned
    if frame == when:
        FAULTS[name]()


def raises():
    raise RuntimeError("out of luck")


def segfault():
    ctypes.string_at(0)


def leaves():
    os._exit(7)


def dooms():
    """No other is built from here."""
    DOOM.touch()
    leaves()


def hangs():
    time.sleep(3600)


def hangs_with_the_lock():
    ctypes.PyDLL(None).sleep(3600)


def takes_its_time():
    time.sleep(2)


def leaks():
    """Until there is no more, of what this process may still have."""
    now = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (now + (1 << 28), before[1]))
    try:
        hoard = []
        while True:
            hoard.append(bytearray(1 << 24))
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


def leaves_a_thread():
    threading.Thread(target=time.sleep, args=(3600,)).start()


def deletes_the_results():
    shutil.rmtree(os.environ["RESULTS"])


def prints():
    print("on stdout")
    os.write(sys.__stdout__.fileno(), b"of a library\n")


FAULTS = {name: each for name, each in globals().items() if callable(each)}
