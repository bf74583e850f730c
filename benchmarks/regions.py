"""Overlaps of regions in pixels: ours beside vot-toolkit's own ``calculate_overlaps``, pair by pair.

    python benchmarks/regions.py [PAIRS]

Boxes and masks against rotated truths of 20 to 300 pixels in images of 1280 x 720. Both count the same
pixels (that is checked). They take turns, so that a machine that slows down slows both; what counts is the
ratio on one thread, with our regions packed beforehand (aim: at least 3). Beside it, ours with the answers
packed each time, and with all cores at work.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
from vot.region import calculate_overlaps
from vot.region import shapes as theirs

from harness.core.raster.overlaps import raster_overlaps
from harness.core.raster.packing import PackedRegions
from harness.core.regions import Box, Mask, Polygon, Regions

SIZE = 1280, 720
TURNS, BATCHES = 7, 8


def scene(pairs: int) -> dict[str, list[Box | Polygon | Mask]]:
    """Truths, and answers near them as boxes, polygons and masks."""
    rng = np.random.default_rng(0)
    centre, sides = rng.uniform((100, 100), (1180, 620), (pairs, 2)), rng.uniform(20, 300, (pairs, 2))
    angle = rng.uniform(0, np.pi, pairs)
    turn = np.stack([np.cos(angle), -np.sin(angle), np.sin(angle), np.cos(angle)], -1).reshape(-1, 2, 2)
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) / 2
    quads = np.einsum("nij,ncj->nci", turn, corners * sides[:, None]) + centre[:, None]
    moved = quads + rng.normal(0, 0.1, (pairs, 1, 2)) * sides[:, None]
    truths, polygons = ([Polygon(tuple(map(tuple, quad))) for quad in found.tolist()] for found in (quads, moved))
    boxes = [Box(*b) for b in Regions.collect(polygons).boxes.tolist()]
    rows, columns = np.mgrid[: SIZE[1], : SIZE[0]]
    masks = [
        Mask.encode(((columns - x) / w) ** 2 + ((rows - y) / h) ** 2 < 0.25)
        for (x, y), (w, h) in zip(moved.mean(1), sides, strict=True)
    ]
    return {"truth": truths, "box": boxes, "polygon": polygons, "mask": masks}


def as_theirs(region: Box | Polygon | Mask) -> theirs.Shape:
    match region:
        case Box():
            return theirs.Rectangle(*region.xywh)
        case Polygon(points):
            return theirs.Polygon(points)
    pixels = region.decode(*SIZE)[region.y : region.y + region.h, region.x : region.x + region.w]
    return theirs.Mask(pixels, (region.x, region.y))


def together(pool: ThreadPoolExecutor, jobs: list[Callable[[], object]]) -> None:
    for future in [pool.submit(job) for job in jobs]:
        future.result()


def main() -> None:
    pairs = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    regions = {kind: Regions.collect(found) for kind, found in scene(pairs).items()}
    packed = {kind: PackedRegions.pack(found) for kind, found in regions.items()}
    official = {kind: [as_theirs(region) for region in found] for kind, found in regions.items()}
    threads = os.cpu_count() or 1
    print(f"{'microseconds a pair':20} vot-toolkit   ours  ratio  with packing  {threads} threads")
    with ThreadPoolExecutor(threads) as pool:
        for kind in ("box", "polygon", "mask"):
            work = {
                "theirs": partial(calculate_overlaps, official[kind], official["truth"], SIZE),
                "ours": partial(raster_overlaps, packed[kind], packed["truth"], "vot-toolkit", SIZE),
                "packing": partial(raster_overlaps, regions[kind], packed["truth"], "vot-toolkit", SIZE),
            }
            many = [work["ours"]] * BATCHES * threads
            work["threads"] = partial(together, pool, many)
            assert np.array_equal(work["ours"](), work["theirs"]())
            spent: dict[str, list[float]] = {name: [] for name in work}
            for _ in range(TURNS):
                for name, job in work.items():
                    began = time.perf_counter()
                    job()
                    spent[name].append(1e6 * (time.perf_counter() - began) / pairs)
            theirs_, ours, packing, all_cores = (statistics.median(values) for values in spent.values())
            shared = all_cores / len(many)
            print(f"{kind:20} {theirs_:11.1f} {ours:6.1f} {theirs_ / ours:6.1f} {packing:13.1f} {shared:10.1f}")


if __name__ == "__main__":
    main()
