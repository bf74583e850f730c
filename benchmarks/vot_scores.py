"""What VOT's scores cost: EAO, accuracy and robustness of synthetic trackers on a supervised benchmark's truth.

    python benchmarks/vot_scores.py VOT2019.json [TRACKERS]

The file is the benchmark's truth in pysot's form (``gt_rect``, ``width`` and ``height`` of each sequence).
Trackers are noise around the truth, another one in each repetition, and fail now and then. vot-toolkit needs
52 microseconds a pair for the overlaps alone (aim: an eighth of that for all the scores).
"""

import json
import sys
import time
from pathlib import Path

import numpy as np

from harness.core.regions import Box, Polygon, Regions, Special
from harness.core.sequence import GroundTruth, Sequence
from harness.metrics.vot.evaluate import evaluate_supervised
from harness.metrics.vot.rules import VOT2019, VOT2019_TOOLKIT_LEGACY, VOT2019_VOT_TOOLKIT

REPETITIONS = 15
FAILURE = 1 / 300  # a frame


def sequence(name: str, video: dict) -> Sequence:
    rows = video["gt_rect"]
    regions = [Box(*r) if len(r) == 4 else Polygon(tuple(zip(r[::2], r[1::2], strict=True))) for r in rows]
    return Sequence(name, GroundTruth.visible(Regions.collect(regions)), size=(video["width"], video["height"]))


def run(truth: np.ndarray, rng: np.random.Generator) -> Regions:
    boxes = truth + rng.normal(0, 0.1, truth.shape) * truth[:, [2, 3, 2, 3]]
    answers: list[Box | Special] = [Box(*row) for row in boxes.tolist()]
    answers[0], frame = Special.INITIALISED, int(rng.geometric(FAILURE))
    while frame < len(answers):
        events = [Special.FAILED, *[Special.SKIPPED] * 4, Special.INITIALISED]
        answers[frame : frame + 6] = events[: len(answers) - frame]
        frame += 5 + int(rng.geometric(FAILURE))
    return Regions.collect(answers)


def main() -> None:
    trackers = int(sys.argv[2]) if len(sys.argv) > 2 else 10
    truths = {name: sequence(name, video) for name, video in json.loads(Path(sys.argv[1]).read_text()).items()}
    rng = np.random.default_rng(0)
    results = {
        f"tracker {number}": {
            name: [run(found.truth.regions.boxes, rng) for _ in range(REPETITIONS)] for name, found in truths.items()
        }
        for number in range(trackers)
    }
    pairs = trackers * REPETITIONS * sum(map(len, truths.values()))
    for rule in (VOT2019, VOT2019_TOOLKIT_LEGACY, VOT2019_VOT_TOOLKIT):
        began, worked = time.perf_counter(), time.process_time()
        evaluate_supervised(results, truths, rule, dataset="vot2019", protocol="supervised", expected=len(truths))
        wall, cpu = time.perf_counter() - began, time.process_time() - worked
        print(f"{rule.label:25} {pairs} pairs {wall:6.1f} s, {1e6 * cpu / pairs:5.2f} microseconds of CPU a pair")


if __name__ == "__main__":
    main()
