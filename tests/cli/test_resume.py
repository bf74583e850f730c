"""A run that is killed, anywhere and again and again, ends with the trajectories of an undisturbed one."""

import hashlib
import random
import subprocess
import sys
import time

SLOW = """
import time
import harness

class Walker(harness.Track):
    pass

class Slow(harness.Tracker):
    '''A random walk, slow enough to be caught in the middle.'''

    def start(self, frames, targets, seeds):
        import numpy as np
        tracks = []
        for target, seed in zip(targets, seeds):
            track = Walker()
            track.box, track.random = np.array(target.xywh), np.random.default_rng(seed)
            tracks.append(track)
        return tracks

    def update(self, tracks, frames):
        time.sleep(0.002)
        answers = []
        for track in tracks:
            track.box = track.box + track.random.normal(size=4)
            answers.append(harness.Prediction(harness.Box(*track.box.tolist())))
        return answers
"""
KILLS = 10


def trajectories(folder):
    texts = [path for path in folder.rglob("*.txt") if not path.name.endswith("_time.txt")]
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in texts}


def test_killed_at_random_moments(harness, otb_copy, tmp_path):
    (tmp_path / "slow.py").write_text(SLOW)
    words = ["run", "--tracker", "./slow.py:Slow", "--dataset", "otb100", "--root", str(otb_copy), "--allow-partial"]
    harness(*words, "--results", "undisturbed", "--width", "2", code=0)
    expected = trajectories(tmp_path / "undisturbed")
    assert len(expected) == 4

    rng = random.Random(7)
    killed = 0
    store = tmp_path / "killed"
    command = [sys.executable, "-m", "harness", *words, "--results", "killed", "--width", "2"]
    for _ in range(KILLS):
        process = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.DEVNULL)
        while process.poll() is None and not (store / "otb100/one_pass/Slow/run.json").exists():
            time.sleep(0.01)
        time.sleep(rng.uniform(0, 0.9))
        killed += process.poll() is None
        process.kill()
        process.wait()
        if len(trajectories(store)) == len(expected) and killed:
            for sidecar in list(store.rglob("[A-Z]*.json"))[: rng.randrange(1, 4)]:
                sidecar.unlink()  # there is nothing left to interrupt: take some commits back
    assert killed >= KILLS // 2
    harness(*words, "--results", "killed", "--width", "2", code=0)
    assert trajectories(store) == expected
    assert not any(
        "nothing" in line for line in harness(*words, "--results", "killed", "--dry-run").stdout.splitlines()
    )
    assert "0 trials, 0 frames" in harness(*words, "--results", "killed", "--dry-run", code=0).stdout
