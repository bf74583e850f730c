"""What a second worker gains: frames a second of one worker and of two, on a machine with two cores free.

    python benchmarks/workers.py [TRACKER] [ROUNDS]

The tracker (default: kcf) runs three times over each synthetic sequence through the command, every library on one
thread, one and two workers in turns; what counts is the ratio of the medians (aim: at least 1.8). Counted from when the
first worker has its tracker; the second begins later. The machine's load of the last minute is printed: where it is
above the workers' number, others took the cores.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OPENCV_FOR_THREADS_NUM")


def speed(tracker: str, workers: int, root: str, results: str) -> float:
    """Frames a second of all trials."""
    command = [sys.executable, "-m", "harness", "run", "--tracker", tracker, "--dataset", "synthetic", "--root", root]
    command += ["--protocol", "unsupervised", "--repetitions", "3"]
    command += ["--results", results, "--workers", str(workers), "--fresh", "--json", "--quiet"]
    environment = os.environ | dict.fromkeys(THREADS, "1")
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)
    (summary,) = json.loads(done.stdout)
    return float(summary["frames"] / summary["seconds"])


def main() -> None:
    tracker = sys.argv[1] if len(sys.argv) > 1 else "kcf"
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    found: dict[int, list[float]] = {1: [], 2: []}
    with tempfile.TemporaryDirectory() as folder:
        speed(tracker, 2, f"{folder}/root", f"{folder}/results")  # renders the images
        for _ in range(rounds):
            for workers, speeds in found.items():
                speeds.append(speed(tracker, workers, f"{folder}/root", f"{folder}/results"))
                print(f"{workers} at {speeds[-1]:7.1f} frames/s, load {os.getloadavg()[0]:.1f}", flush=True)
    one, two = statistics.median(found[1]), statistics.median(found[2])
    print(f"{tracker}: {one:.1f} frames/s with one worker, {two:.1f} with two: {two / one:.2f} times")


if __name__ == "__main__":
    main()
