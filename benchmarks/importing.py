"""What an import takes: raw results of trackers on LaSOT's 280 test sequences, through the command.

    python benchmarks/importing.py ANNOTATIONS [--trackers 10] [--rounds 3]

ANNOTATIONS is a copy of LaSOT (annotations alone will do). Results are the truth with noise, in folders: whole pixels
as pytracking writes them, and four decimals as pysot does. Beside the import, in turns, numpy.loadtxt of the same files
on one core, which neither compares them with the truth nor stores anything.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from harness import open_dataset

FROM_ONE = np.array([1, 1, 0, 0])
KINDS = {"whole pixels, tabs": ("%d", "\t"), "four decimals, commas": ("%.4f", ",")}


def make(root: str, folder: Path, trackers: int, spelling: str, separator: str) -> None:
    """Results of some trackers, in LaSOT's own pixels, which count from 1."""
    line = separator.join([spelling] * 4) + "\n"
    for number in range(trackers):
        rng = np.random.default_rng(number)
        (folder / f"tracker{number}").mkdir(parents=True)
        for sequence in open_dataset("lasot", root):
            truth = sequence.truth.regions.boxes + FROM_ONE
            boxes = np.maximum(truth + rng.normal(0, 4 + number, truth.shape), 1)
            boxes[0] = truth[0]
            text = "".join(line % tuple(row) for row in boxes.tolist())
            (folder / f"tracker{number}" / f"{sequence.name}.txt").write_text(text)


def read_with_numpy(folder: Path, separator: str) -> None:
    for path in folder.glob("*/*.txt"):
        np.loadtxt(path, delimiter=separator)


def import_all(root: str, folder: Path, results: Path) -> None:
    shutil.rmtree(results, ignore_errors=True)
    command = [sys.executable, "-m", "harness", "import", "--quiet", "--dataset", "lasot", "--root", root]
    subprocess.run([*command, "--results", str(results), str(folder)], check=True)


def seconds(call: Callable[..., None], *arguments: object) -> float:
    began = time.perf_counter()
    call(*arguments)
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("annotations")
    parser.add_argument("--trackers", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    root = str(Path(options.annotations).resolve())
    print(f"{options.trackers} trackers, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    for kind, (spelling, separator) in KINDS.items():
        with tempfile.TemporaryDirectory() as temporary:
            folder, results = Path(temporary, "theirs"), Path(temporary, "results")
            make(root, folder, options.trackers, spelling, separator)
            size = sum(path.stat().st_size for path in folder.glob("*/*.txt")) / 1e6
            numpys, ours = [], []
            for _ in range(options.rounds):
                numpys.append(seconds(read_with_numpy, folder, separator))
                ours.append(seconds(import_all, root, folder, results))
            assert len(list(results.glob("*/*/*/*.json"))) == 281 * options.trackers
            ratio = statistics.median(ours) / statistics.median(numpys)
            print(f"{kind:22} {size:4.0f} MB  loadtxt {statistics.median(numpys):5.2f} s", end="  ")
            print(f"import {statistics.median(ours):5.2f} s (from {min(ours):.2f} to {max(ours):.2f})  {ratio:.2f}")


if __name__ == "__main__":
    main()
