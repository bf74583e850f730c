"""harness data make: sequences with exact truth, written as a benchmark's own."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from harness.cli.names import add_names, joined
from harness.core.errors import UsageError

if TYPE_CHECKING:
    from harness.datasets.synthetic.scenes import Scene

_LAYOUTS = ("davis", "got10k", "lasot", "otb", "trackingnet", "uav123", "vot2019", "vot2020")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--layout", choices=_LAYOUTS, required=True, help="the benchmark whose files are made")
    parser.add_argument("--out", metavar="DIR", required=True, help="a new folder")
    parser.add_argument("--split", default=None, metavar="NAME", help="test, val or train, where the benchmark has it")
    parser.add_argument("--zip", action="store_true", default=False, help="as downloaded, not unpacked")

    what = parser.add_argument_group("the sequences")
    what.add_argument("--number", type=int, default=5, metavar="N", help="default: %(default)s")
    what.add_argument(
        "--length", type=int, default=None, metavar="L", help="default: 60; otb and uav123 have their own"
    )
    what.add_argument("--size", type=_size, default=(320, 240), metavar="WxH", help="default: 320x240")
    what.add_argument("--seed", type=int, default=0, metavar="S", help="default: %(default)s")
    what.add_argument("--targets", type=int, choices=(1, 2), default=1, help="in a video (default: %(default)s)")
    what.add_argument("--grey", action="store_true", default=False, help="without colour")
    add_names(what, "--attributes", metavar="A,B", help="challenges they take in turn, as SV or FOC (default: all)")


def execute(options: argparse.Namespace) -> int:
    from harness.datasets.synthetic.compose import CHALLENGES, Recipe
    from harness.datasets.synthetic.layouts.write import LAYOUTS, make

    if LAYOUTS[options.layout].own_lengths and options.length is not None:
        raise UsageError(f"the sequences of {options.layout} have their own lengths; leave --length out")
    recipe = Recipe(
        length=60 if options.length is None else options.length,
        size=options.size,
        seed=options.seed,
        targets=options.targets,
        grey=options.grey,
        attributes=joined(options.attributes) or CHALLENGES,
    )

    def told(scene: Scene) -> None:
        if not options.quiet:
            print(f"  {scene.name}: {scene.length} frames, {' '.join(sorted(scene.attributes))}", file=sys.stderr)

    out = Path(options.out)
    made = make(options.layout, out, options.number, recipe, split=options.split, zipped=options.zip, told=told)
    if options.json:
        found = [{"name": s.name, "frames": s.length, "attributes": sorted(s.attributes)} for s in made]
        print(json.dumps({"layout": options.layout, "out": options.out, "sequences": found}, indent=1))
    elif not options.quiet:
        print(f"{len(made)} sequences, {sum(scene.length for scene in made)} frames in {options.out}")
    return 0


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.partition("x")
    if not (width.isdecimal() and height.isdecimal()):
        raise argparse.ArgumentTypeError(f"expected WIDTHxHEIGHT, found {text!r}")
    return int(width), int(height)
