"""VOT's archives, as ``vot pack`` makes them: a folder an experiment and in it one a sequence, and a manifest.

::

    manifest.yml
    baseline/ants1/ants1_001.txt        a region or code a line; _001 to _015, or three alike, until VOT2019
             ants1/ants1_00000050.txt   the run from anchor 50, since VOT2020
    realtime/…, unsupervised/…          one repetition

Like the toolkit, only whole experiments are taken; of them, the baseline must be there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

import numpy as np

import harness
from harness.core.anchors import ANCHOR
from harness.core.errors import EvaluationError
from harness.core.raster.packing import PackedRegions
from harness.core.regions import Special
from harness.core.sequence import Sequence
from harness.interop.formats.format import Entry
from harness.interop.formats.vot import Vot
from harness.interop.source import Source
from harness.metrics.vot.supervised import codes

__all__ = ["EXPERIMENTS", "MANIFEST", "faults", "manifest"]

EXPERIMENTS = {  # by protocol
    "multi_start": "baseline",
    "supervised": "baseline",
    "realtime": "realtime",
    "unsupervised": "unsupervised",
}
MANIFEST = "manifest.yml"
_REPETITIONS, _ALIKE, _SKIP = 15, 3, 5
# What is no trial read here: the manifest, further values of a trial, and runs from anchors in real time.
_BESIDE = re.compile(rf"{re.escape(MANIFEST)}|.*\.value|realtime/[^/]+/[^/]+_\d{{8}}\.(?:txt|bin)")


def manifest(label: str, dataset: str) -> bytes:
    """Who made the archive, of which year's stack; JSON, which is YAML."""
    stack = f"{dataset}/{'rgb' if dataset == 'vot2016' else 'shortterm'}"
    facts = {"identifier": label, "configuration": {}, "toolkit": f"harness {harness.__version__}", "stack": stack}
    return (json.dumps(facts, indent=1) + "\n").encode()


def faults(source: Source, sequences: Mapping[str, Sequence | None]) -> Iterator[str]:
    """What the toolkit's server would not take; None stands for a sequence that is not at hand."""
    anchored = any(sequence is not None and ANCHOR in sequence.truth.flags for sequence in sequences.values())
    baseline = "multi_start" if anchored else "supervised"
    trials: dict[tuple[str, str], dict[str, Entry]] = {}
    entries = list(Vot().entries(source))
    places = {one.file.removeprefix(f"{source}/").partition("/")[0] for one in entries}
    for folder in sorted(places - set(EXPERIMENTS.values())):
        yield f"{folder}/: a folder around experiments; make the zip of what is in it, of one tracker"
    for one in entries:
        trials.setdefault((one.protocol, one.sequence), {})[one.suffix] = one
    for protocol in dict.fromkeys([baseline, *(protocol for protocol, _ in trials)]):
        if EXPERIMENTS[protocol] == "baseline" and protocol != baseline:
            yield f"baseline: holds runs of {protocol}, expected {baseline}"
            continue
        for name, sequence in sequences.items():
            found = trials.get((protocol, name), {})
            yield from _missing(protocol, name, found, sequence)
            for one in found.values():
                yield from [one.fault] if one.fault else (f"{one.file}: {text}" for text in _wrong(one, sequence))
    strange = sorted({name for _, name in trials} - sequences.keys())
    yield from (f"{name}: not a sequence of this benchmark" for name in strange)
    if MANIFEST not in source:
        yield f"{MANIFEST}: missing"
    yield from (f"{file}: not a file of VOT's results" for file in source.unread if not _BESIDE.fullmatch(file))


def _missing(protocol: str, name: str, found: Mapping[str, Entry], sequence: Sequence | None) -> Iterator[str]:
    """The runs that a sequence lacks, or has too many."""
    where = f"{EXPERIMENTS[protocol]}/{name}"
    if protocol == "multi_start":
        anchors = [] if sequence is None else np.flatnonzero(sequence.truth.flags[ANCHOR]).tolist()
        expected = {f"_{anchor:08d}" for anchor in anchors} or found.keys()
        yield from (f"{where}/{name}{suffix}: missing" for suffix in sorted(expected - found.keys()))
        yield from (f"{where}/{name}{suffix}: not from an anchor" for suffix in sorted(found.keys() - expected))
        yield from [] if expected else [f"{where}: expected a run from each anchor, found none"]
        return
    whole = _REPETITIONS if protocol == "supervised" else 1
    suffixes = [f"_{number:03d}" for number in range(1, len(found) + 1)]
    alike = len(found) >= _ALIKE and all(one.regions == found[min(found)].regions for one in found.values())
    if sorted(found) != suffixes or len(found) > whole or (len(found) < whole and not alike):
        asked = f"_001 to _{whole:03d}, or {_ALIKE} alike" if whole > 1 else "_001 alone"
        yield f"{where}: expected repetitions {asked}, found {', '.join(sorted(found)) or 'none'}"


def _wrong(one: Entry, sequence: Sequence | None) -> Iterator[str]:
    """What is wrong with a run that can be read."""
    if sequence is not None and len(one.regions) != (frames := _frames(one, sequence)):
        yield f"expected {frames} rows, one a frame, found {len(one.regions)}"
    if one.regions[0] is not Special.INITIALISED:
        yield "line 1 is not code 1, a start"
    elif one.protocol in ("supervised", "realtime"):
        try:
            codes(one.regions, PackedRegions.pack(one.regions), _SKIP)
        except EvaluationError as error:
            yield str(error)
    if (wrong := np.flatnonzero((one.regions.boxes[:, 2:] < 0).any(1))).size:
        yield f"line {wrong[0] + 1} has a negative width or height"


def _frames(one: Entry, sequence: Sequence) -> int:
    """How many frames a run has; of one that is not from an anchor, as many as it says."""
    if one.protocol != "multi_start":
        return len(sequence)
    directions = dict(enumerate(sequence.truth.flags[ANCHOR]))
    anchor = int(one.suffix[1:])
    if not directions.get(anchor):
        return len(one.regions)
    return len(sequence) - anchor if directions[anchor] > 0 else anchor + 1
