"""What many tiny trials cost beside the tracking: start-up, milliseconds a trial, memory, and finding all done.

    python benchmarks/trials.py [TRIALS] [WORKERS]

A copy of GOT-10k's val of three 32x32 frames a sequence, run over and over (unsupervised, as many repetitions as it
takes) by a tracker that costs nothing and never answers alike, through the command. Start-up is until the first trial
is committed; CPU is of all its processes, and more telling where others use the machine. Aims: start-up
under 2 s, 5 ms a trial, memory flat; then the same command once more, which finds all done.
"""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import cv2
import numpy as np
import psutil

from harness.datasets.official import names

FRAMES = 3
TRACKER = """
import numpy as np
import harness

class Noise(harness.Tracker):
    def start(self, frames, targets, seeds):
        tracks = [harness.Track() for _ in frames]
        for track, seed in zip(tracks, seeds):
            track.random = np.random.default_rng(seed)
        return tracks

    def update(self, tracks, frames):
        return [harness.Prediction(harness.Box(*track.random.uniform(5, 15, 4).tolist())) for track in tracks]
"""


def write(root: Path) -> int:
    """The copy; how many sequences it has."""
    _, image = cv2.imencode(".jpg", np.random.default_rng(0).integers(0, 256, (32, 32, 3), np.uint8))
    sequences = names("got10k-val")
    for name in sequences:
        folder = root / "val" / name
        folder.mkdir(parents=True)
        for number in range(FRAMES):
            (folder / f"{number + 1:08d}.jpg").write_bytes(image)
        (folder / "groundtruth.txt").write_text("10,10,8,8\n" * FRAMES)
        (folder / "meta_info.ini").write_text("[METAINFO]\nresolution: (32, 32)\n")
        for flag, value in (("absence", 0), ("cover", 8), ("cut_by_image", 0)):
            (folder / f"{flag}.label").write_text(f"{value}\n" * FRAMES)
    return len(sequences)


def memory(process: psutil.Popen) -> float:
    """Megabytes that it and its workers hold."""
    held = 0
    for one in (process, *process.children(recursive=True)):
        try:
            held += one.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return held / 2**20


def run(command: list[str], folder: Path, results: Path, trials: int) -> None:
    """All trials, watched from outside."""
    began, first, held = time.monotonic(), 0.0, [0.0]
    process = psutil.Popen(command, cwd=folder)
    while process.poll() is None:
        if not first:
            time.sleep(0.02)
            first = bool(any(results.glob("*_time.txt"))) * (time.monotonic() - began)
        else:
            time.sleep(0.5)
            held.append(memory(process))
    seconds, used = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    each, cpu = 1e3 * (seconds - first) / trials, 1e3 * (used.ru_utime + used.ru_stime) / trials
    print(f"start-up {first:.2f} s; {each:.2f} ms a trial, {cpu:.2f} ms CPU start-up included")
    print(f"memory {held[len(held) // 5]:.0f} MB after a fifth of the time, at most {max(held):.0f}")


def main() -> None:
    trials = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    workers = sys.argv[2] if len(sys.argv) > 2 else "1"
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        repetitions = -(-trials // write(folder / "got10k"))
        (folder / "noise.py").write_text(TRACKER)
        command = [sys.executable, "-m", "harness", "run", "--tracker", "./noise.py:Noise", "--dataset", "got10k:val"]
        command += ["--root", str(folder / "got10k"), "--protocol", "unsupervised", "--repetitions", str(repetitions)]
        run([*command, "--workers", workers], folder, folder / "results/got10k-val/unsupervised/Noise", trials)
        began = time.monotonic()
        subprocess.run(command, cwd=folder, check=True)
        print(f"all found done in {time.monotonic() - began:.2f} s")


if __name__ == "__main__":
    main()
