"""Milliseconds a frame of our networks, on the processor and, where there is one, on a GPU.

    python benchmarks/networks.py [TRACKER ...]

Each is set beside its straightforward transcription: both images through all of the network in every frame, attention
as two products and a softmax, nothing fused; crops and decoding are the same. `network` is the forward alone, without
them. Weights are random, targets of 60 x 40 pixels in images of 640 x 480. Each runs in a process of its own: ours with
the memory settings of a worker, the transcription as a script would run it, and once with these settings, too. All take
turns, so that a machine that slows down slows all; what counts is the ratio to the transcription in the same turn. On a
processor seconds are those that one thread computed, not those that it waited; and it gets no batches, so that width
changes the crops only.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from multiprocessing import Pipe, get_context
from multiprocessing.connection import Connection
from unittest.mock import patch

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import linear

from harness import Box, Compute, Frames
from harness.catalog import TRACKERS
from harness.execution.workers.crew import MEMORY_KEPT
from trackers.blocks import eoc
from trackers.inference.torch_tracker import TorchTracker, padded
from trackers.sbt.head import CellLinear
from trackers.sbt.network import SBT, Response

WIDTHS = {"cpu": (1, 8, 32), "cuda": (1, 8, 32, 64)}
PRECISIONS = {"cpu": ("bf16",), "cuda": ("tf32", "bf16", "fp16")}  # beside float32
TURNS = 15
LONG = 3e3  # ms; what takes longer is timed once

Step = Callable[[], object]


def transcribed(tracker: TorchTracker) -> TorchTracker:
    """The tracker, with its network as built and its template remembered as an image."""
    network = tracker.network = tracker.build().eval().requires_grad_(False).to(tracker.device)
    template, search = network.template, network.search

    def whole(images: Tensor, crops: Tensor) -> tuple[Tensor, ...]:
        if isinstance(network, SBT):  # whose search spares even the last block's half of the template
            return Response(*network.box_head(network.backbone(images, crops)[1]))
        return search(template(images), crops)

    network.template, network.search = lambda images: images, whole
    return tracker


@contextmanager
def written_out() -> Iterator[None]:
    """Attention as its formula has it, and one operator after the other."""

    def attention(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        return (query @ key.mT * query.shape[-1] ** -0.5).softmax(-1) @ value

    def activated(conv: nn.Conv2d, act: nn.Module, x: Tensor) -> Tensor:
        return act(conv(x.permute(0, 3, 1, 2))).permute(0, 2, 3, 1)

    def over_cells(layer: nn.Linear, x: Tensor) -> Tensor:
        return linear(x.mT, layer.weight, layer.bias).mT

    with (
        patch.object(eoc, "scaled_dot_product_attention", attention),
        patch.object(eoc, "convolved_and_activated", activated),
        patch.object(CellLinear, "forward", over_cells),
    ):
        yield


def steps(tracker: TorchTracker, width: int) -> tuple[Step, Step]:
    """What follows `width` targets for a frame, and the part of it that is the network."""
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (2, 480, 640, 3), np.uint8)
    first, second = Frames(range(2), images.__getitem__)
    targets = [Box(x, y, 60, 40) for x, y in rng.integers(50, 400, (width, 2)).tolist()]
    tracker.prepare(width)
    tracks = tracker.start([first] * width, targets, range(width))
    search, seen = tracker.network.search, []

    def forward(*inputs: Tensor) -> tuple[Tensor, ...]:
        seen.append(inputs)
        return search(*inputs)

    tracker.network.search = forward
    tracker.update(tracks, [second] * width)
    tracker.network.search = search
    inputs = [padded(each, width) for each in seen[0]]

    def network() -> object:
        return tracker.compute(lambda *given: tuple(part for part in search(*given) if part is not None), *inputs)

    return lambda: tracker.update(tracks, [second] * width), network


@dataclass(frozen=True)
class Case:
    """What is timed: the transcription or ours, with a worker's memory settings or as any script runs."""

    label: str
    width: int = 1
    precision: str = "float32"
    plain: bool = False
    kept: bool = True


def cases(kind: str) -> Iterator[Case]:
    """The transcription comes first."""
    yield Case("transcription", plain=True, kept=False)
    yield Case("transcription, kept memory", plain=True)
    for width in WIDTHS[kind]:
        yield Case("ours", width)
    for precision in PRECISIONS[kind]:
        for width in WIDTHS[kind] if kind == "cuda" else (1,):
            yield Case(f"ours, {precision}", width, precision)


def serve(orders: Connection, name: str, kind: str, case: Case) -> None:
    """In a process of its own: the steps of a case, timed once an order."""
    torch.set_num_threads(1)
    tracker = TRACKERS.load(name)(None, Compute(kind, case.precision, random_weights=0))
    with written_out() if case.plain else nullcontext():
        pair = steps(transcribed(tracker) if case.plain else tracker, case.width)
        orders.send("ready")
        while orders.recv():
            orders.send([1e3 * timed(step, kind) / case.width for step in pair])


def started(name: str, kind: str, case: Case) -> Connection:
    """Where orders for a case are taken."""
    ours, theirs = Pipe()
    with patch.dict(os.environ, MEMORY_KEPT if case.kept else {}):  # glibc reads them when a process starts
        get_context("spawn").Process(target=serve, args=(theirs, name, kind, case), daemon=True).start()
    ours.recv()
    return ours


def timed(step: Step, kind: str) -> float:
    clock = time.process_time if kind == "cpu" else time.perf_counter
    began = clock()
    step()
    return clock() - began


def measure(name: str, kind: str) -> None:
    every = list(cases(kind))
    processes = [started(name, kind, case) for case in every]
    spent: list[list[list[float]]] = [[] for _ in every]  # ms a frame of the whole and the network, each turn
    for _ in range(TURNS):
        for times, case, process in zip(spent, every, processes, strict=True):
            if not times or times[0][0] * case.width < LONG:
                process.send(True)
                times.append(process.recv())
    for process in processes:
        process.send(False)
    print(f"\n{f'{name} on {kind}':30} width  ms a frame  ratio  network  ratio  frames/s")
    for case, times in zip(every, map(np.array, spent), strict=True):
        whole, network = np.median(times, 0)
        ratios = np.median(times / spent[0][: len(times)], 0)  # turn by turn
        line = f"{whole:11.2f} {ratios[0]:6.2f} {network:8.2f} {ratios[1]:6.2f} {1e3 / whole:9.1f}"
        print(f"{case.label:30} {case.width:5} {line}")


def main() -> None:
    print(f"torch {torch.__version__}; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    for kind in ("cpu", "cuda") if torch.cuda.is_available() else ("cpu",):
        for name in sys.argv[1:] or ("sbt_light", "sbt_small", "siamx"):
            measure(name, kind)


if __name__ == "__main__":
    main()
