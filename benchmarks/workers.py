"""What a second worker gains: frames a second of one worker and of two, on a machine with two cores free.

    python benchmarks/workers.py [--rounds N] [TRACKER [OPTION...]]

The tracker (default: kcf; options as of `harness run`) runs three times over each synthetic sequence through the
command, every library on one thread, one and two workers in turns; what counts is the ratio of the medians (aim: at
least 1.8). Counted from when the first worker has its tracker; the second begins later. CPU is of all processes,
start-up included. Where the machine's load of the last minute is above the workers' number, others took the cores, and
the ratio says nothing. A worker decodes frames beside its tracker: where that is not little, one worker uses more than
one core, and two cannot double it.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OPENCV_FOR_THREADS_NUM")


def used() -> float:
    """Seconds of processor that all runs so far took."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def speed(tracker: list[str], workers: int, root: str, results: str) -> tuple[float, float]:
    """Frames a second of all trials, and milliseconds of processor a frame."""
    command = [sys.executable, "-m", "harness", "run", "--dataset", "synthetic", "--root", root]
    command += ["--protocol", "unsupervised", "--repetitions", "3", "--tracker", *tracker]
    command += ["--results", results, "--workers", str(workers), "--fresh", "--json", "--quiet"]
    environment = os.environ | dict.fromkeys(THREADS, "1")
    before = used()
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)
    (summary,) = json.loads(done.stdout)
    return summary["frames"] / summary["seconds"], 1e3 * (used() - before) / summary["frames"]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    arguments, tracker = parser.parse_known_args()
    tracker = tracker or ["kcf"]
    found: dict[int, list[float]] = {1: [], 2: []}
    with tempfile.TemporaryDirectory() as folder:
        speed(tracker, 2, f"{folder}/root", f"{folder}/results")  # renders the images
        for _ in range(arguments.rounds):
            for workers, speeds in found.items():
                fps, cpu = speed(tracker, workers, f"{folder}/root", f"{folder}/results")
                print(f"{workers}: {fps:7.1f} frames/s, {cpu:5.1f} ms CPU, load {os.getloadavg()[0]:.1f}", flush=True)
                speeds.append(fps)
    one, two = statistics.median(found[1]), statistics.median(found[2])
    print(f"{tracker[0]}: {one:.1f} frames/s with one worker, {two:.1f} with two: {two / one:.2f} times")


if __name__ == "__main__":
    main()
