"""What evaluation costs: AUC, P and NP of trackers on LaSOT's 280 test sequences, reading included.

    python benchmarks/evaluation.py ANNOTATIONS [--trackers 10] [--folder DIR] [--rounds 3]

ANNOTATIONS is a copy of LaSOT (annotations alone will do). Results are the truth with noise, four decimals,
written once into DIR (default: a temporary folder). In each round and each in a process of its own:
numpy.loadtxt of the same files on one core; a report with nothing kept from earlier ones (cold); the next in a
new process (warm); one more in that same process. The ratio of the medians is what counts (aim: cold at most 1
of loadtxt's seconds, warm at most .25 of cold's). Time and memory are also given for fewer trackers.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from harness import open_dataset
from harness.core.record import Fingerprints, RunKey, RunRecord, TrialKey, sequence_fingerprint
from harness.core.regions import Regions
from harness.core.trajectory import Trajectory
from harness.reporting.collect import Question, collect
from harness.store.results import ResultStore


def make(root: str, folder: Path, trackers: int) -> None:
    """The results of some trackers; those that are there already are left alone."""
    store = ResultStore(folder)
    for number in range(trackers):
        run = RunKey("lasot", "one_pass", f"tracker{number}")
        if store.description(run) is not None:
            continue
        rng = np.random.default_rng(number)
        for sequence in open_dataset("lasot", root):
            truth = sequence.truth.regions.boxes
            boxes = np.round(truth + rng.normal(0, 4 + number, truth.shape), 4)
            boxes[:, 2:] = np.maximum(boxes[:, 2:], 1)
            record = RunRecord(
                sequence.name, "done", Fingerprints("", sequence_fingerprint(sequence), ""), 0, "", "cpu", ""
            )
            nan, seconds = np.full(len(boxes), np.nan), np.full(len(boxes), 0.01)
            store.save(TrialKey(run, sequence.name), record, Trajectory(Regions(boxes), nan, seconds, shared=True))
        identity = {"tracker": run.label, "settings": {}}
        store.open_run(run, identity, {"started": "", "root": str(Path(root).resolve()), "left_out": []})


def read_with_numpy(folder: Path, labels: list[str]) -> list[float]:
    began = time.perf_counter()
    for label in labels:
        for path in (folder / "lasot" / "one_pass" / label).glob("*-*.txt"):
            if "_" not in path.stem:
                np.loadtxt(path, delimiter=",")
    return [time.perf_counter() - began]


def report(root: str, folder: Path, labels: list[str], cache: bool, times: int) -> list[float]:
    seconds = []
    for _ in range(times):
        began = time.perf_counter()
        question = Question(labels=tuple(labels), rules=("lasot.official",), cache=cache)
        collected = collect(ResultStore(folder), question, lambda name, _: open_dataset(name, root))
        seconds.append(time.perf_counter() - began)
        assert not collected.refused, collected.refused[0]
        assert list(collected.tables[0].sequences) == [280] * len(labels)
    return seconds


def measure(what: str, options: argparse.Namespace, trackers: int) -> tuple[list[float], float]:
    """One measurement in a process of its own: its seconds, and the process's peak memory in MB."""
    command = [sys.executable, __file__, options.annotations, "--folder", str(options.folder)]
    command += ["--trackers", str(trackers), "--measure", what]
    seconds, peak = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return seconds, peak


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("annotations")
    parser.add_argument("--trackers", type=int, default=10)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--measure", choices=["numpy", "cold", "warm"], help=argparse.SUPPRESS)
    options = parser.parse_args()
    labels = [f"tracker{number}" for number in range(options.trackers)]
    if options.measure:
        if options.measure == "numpy":
            seconds = read_with_numpy(options.folder, labels)
        else:
            warm = options.measure == "warm"
            seconds = report(options.annotations, options.folder, labels, cache=warm, times=1 + warm)
        print(json.dumps([seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))
        return
    with tempfile.TemporaryDirectory() as temporary:
        options.folder = options.folder or Path(temporary)
        make(options.annotations, options.folder, options.trackers)
        compare(options)


def compare(options: argparse.Namespace) -> None:
    sizes = sorted({1, max(1, options.trackers // 3), options.trackers})
    for size in sizes:  # keeps what the warm ones find
        measure("warm", options, size)
    found: dict[tuple[str, int], list[tuple[list[float], float]]] = {}
    for _ in range(options.rounds):
        for size in sizes:
            for what in ("numpy", "cold", "warm"):
                found.setdefault((what, size), []).append(measure(what, options, size))
    for size in sizes:
        median = {w: statistics.median(s[0] for s, _ in found[w, size]) for w in ("numpy", "cold", "warm")}
        again = statistics.median(s[1] for s, _ in found["warm", size])
        peak = max(peak for _, peak in found["cold", size])
        print(
            f"{size:3} trackers: loadtxt {median['numpy']:.2f} s, cold {median['cold']:.2f} s, "
            f"warm {median['warm']:.2f} s, again {again:.2f} s; peak {peak:.0f} MB; "
            f"cold/loadtxt {median['cold'] / median['numpy']:.2f}, warm/cold {median['warm'] / median['cold']:.2f}, "
            f"again/cold {again / median['cold']:.2f}"
        )


if __name__ == "__main__":
    main()
