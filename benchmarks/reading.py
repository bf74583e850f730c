"""What reading boxes costs: ours on one thread and on several against numpy.loadtxt, of the same files.

    python benchmarks/reading.py [MEGABYTES]

Writes about MEGABYTES (24) of text of each kind to a temporary folder, as files of 2,500 boxes (LaSOT's mean),
and reads it in turns, so that a machine that slows down slows all. The ratios of the medians count (aim: at
most 0.35 on one thread).
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np

from harness.datasets.annotations import read_boxes

ROWS, ROUNDS = 2500, 5
KINDS: dict[str, Callable[[float], str]] = {"3 decimals": "{:.3f}".format, "full precision": repr}


def write(folder: Path, number: Callable[[float], str], size: int) -> Iterator[Path]:
    """Files of about `size` bytes in all."""
    generator = np.random.default_rng(0)
    while size > 0:
        boxes = generator.uniform(0, 1280, (ROWS, 4)).tolist()
        path = folder / f"{size}.txt"
        size -= path.write_text("".join(",".join(map(number, box)) + "\n" for box in boxes))
        yield path


def by_ours(paths: list[Path]) -> None:
    for path in paths:
        read_boxes(path)


def by_threads(paths: list[Path], threads: int) -> None:
    with ThreadPoolExecutor(threads) as pool:  # a share of the files each: a task a file costs as much as it saves
        list(pool.map(by_ours, [paths[first::threads] for first in range(threads)]))


def by_loadtxt(paths: list[Path]) -> None:
    for path in paths:
        np.loadtxt(path, delimiter=",")


def seconds(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def cpu_seconds(code: str) -> float:
    """Of a new process that does this after importing numpy."""
    timed = f"import numpy, time; began = time.process_time(); {code}; print(time.process_time() - began)"
    return float(subprocess.run([sys.executable, "-c", timed], capture_output=True, check=True).stdout)


def compare(paths: list[Path]) -> None:
    threads = len(os.sched_getaffinity(0))
    ways = {
        "numpy.loadtxt": partial(by_loadtxt, paths),
        "ours, 1 thread": partial(by_ours, paths),
        f"ours, {threads} threads": partial(by_threads, paths, threads),
    }
    took: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(ROUNDS + 1):
        for name, work in ways.items():
            spent = seconds(work)
            if turn:  # the first loads the compiled loop
                took[name].append(spent)
    medians = {name: statistics.median(values) for name, values in took.items()}
    for name, median in medians.items():
        print(f"  {name:16} {median:7.3f} s   ratio {median / medians['numpy.loadtxt']:5.3f}")


def main() -> None:
    size = int(float(sys.argv[1]) * 1e6) if len(sys.argv) > 1 else 24_000_000
    for kind, number in KINDS.items():
        with tempfile.TemporaryDirectory() as folder:
            paths = list(write(Path(folder), number, size))
            text = sum(path.stat().st_size for path in paths)
            print(f"{kind}: {text / 1e6:.0f} MB, {len(paths) * ROWS:,} boxes in {len(paths)} files")
            compare(paths)
    numba, whole = cpu_seconds("import numba"), cpu_seconds("from harness.core.numeral_kernels import scan")
    print(f"loading the compiled loop: {whole:.2f} s CPU, {numba:.2f} s of it numba's import")
    print(f"peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
