"""A tracker's files, understood: whose sequences they are, how boxes are written, and what is odd about them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from harness.core.errors import BadResults, DataError, UsageError
from harness.core.read_once import ReadOnce
from harness.core.regions import Regions
from harness.core.robustness import segment_starts
from harness.core.sequence import Dataset, Sequence
from harness.core.trajectory import Trajectory
from harness.interop.coordinates import READINGS, decide, in_pixels, shifted
from harness.interop.finding import Found
from harness.interop.formats.format import Coordinates, Entry
from harness.interop.names import Names
from harness.interop.remarks import first_row, remarks, whole

__all__ = ["Arrival", "Benchmark", "Reading", "Understood", "understand"]

Float = NDArray[np.float64]
Tell: TypeAlias = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Reading:
    """What the user says of the files: how boxes are written (None: find out), and that other names do not matter."""

    order: str | None = None
    first: int | None = None
    allow_extra: bool = False


class Benchmark(ReadOnce):
    """A dataset, and what others call its sequences."""

    def __init__(self, dataset: Dataset) -> None:
        super().__init__(dataset)
        self.names = Names(dataset.name, dataset.expected)


@dataclass(frozen=True, slots=True, eq=False)
class Arrival:
    """A trial to be stored: a trajectory, or the `fault` that there is none."""

    sequence: str
    trial: str
    protocol: str
    fingerprint: str
    trajectory: Trajectory | None
    fault: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Understood:
    """All of one tracker: its trials, how its boxes were written, and what to tell the user."""

    arrivals: tuple[Arrival, ...]
    coordinates: Coordinates
    decisions: tuple[str, ...]
    remarks: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class _Named:
    """An entry with the sequence that it is of."""

    entry: Entry
    sequence: Sequence
    fingerprint: str


def understand(found: Found, benchmark: Benchmark, reading: Reading) -> Understood:
    """One tracker's entries, against the truth of a benchmark. Raises BadResults where that is not clear."""
    entries = list(found.format.entries(found.source))
    faults = [entry.fault for entry in entries if entry.fault]
    if len(faults) == len(entries):
        raise BadResults(faults[0] if faults else f"{found.source}: no results in the layout of {found.format.name}")
    said: list[str] = []
    named = list(_named(entries, found, benchmark, reading, said.append))
    coordinates = _coordinates(named, found, reading, said.append)
    arrivals = tuple(_arrival(one, coordinates) for one in named)
    _truncated(named, said.append)
    _missing(named, benchmark.dataset, said.append)
    if ignored := (*found.ignored, *found.source.unread):
        said.append(f"ignored, no results: {_listed(ignored)}")
    odd: dict[str, tuple[str, ...]] = {}
    for one, arrival in zip(named, arrivals, strict=True):
        if notes := tuple(_remarks(one, arrival)):
            odd[arrival.trial] = notes
    return Understood(arrivals, coordinates, tuple(said), odd)


def _named(
    entries: Iterable[Entry], found: Found, benchmark: Benchmark, reading: Reading, tell: Tell
) -> Iterator[_Named]:
    """The entries that are of the benchmark's sequences, at hand in this copy."""
    unknown, lacking, further, files = [], [], [], dict[tuple[str, str, str], str]()
    for entry in entries:
        name = benchmark.names.find(entry.sequence)
        if name is None:
            unknown.append(entry.sequence)
        elif name not in benchmark.dataset.available:
            lacking.append(name)
        elif entry.protocol == "one_pass" and entry.suffix:
            further.append(name)
        else:
            trial = entry.protocol, name, entry.suffix
            twin = files.setdefault(trial, entry.file)
            if twin != entry.file:
                raise BadResults(f"{twin} and {entry.file} are both of {name}; remove one")
            try:
                yield _Named(entry, *benchmark.sequence(name))
            except DataError as error:
                lacking.append(f"{name} ({error})")
                del files[trial]
    if unknown and not (reading.allow_extra and files):
        near = ", ".join(benchmark.names.nearest(unknown[0]))
        raise BadResults(
            f"{found.source}: {len(unknown)} names are no sequences of {benchmark.dataset.name}: {_listed(unknown)}"
            f"{f' (nearest to the first: {near})' if near else ''}; choose another --dataset, or leave them out with "
            "--allow-extra"
        )
    if not files:
        raise BadResults(f"{found.source}: of {_listed(lacking)} there is no truth in {benchmark.dataset.root}")
    for names, what in ((unknown, "no sequences of the benchmark"), (lacking, "not in this copy of the benchmark")):
        if names:
            tell(f"left out, {what}: {_listed(names)}")
    if further:
        tell(f"one pass is one run: {len(further)} further repetitions left out")


def _coordinates(named: list[_Named], found: Found, reading: Reading, tell: Tell) -> Coordinates:
    """How boxes are written where the format leaves it open."""
    asked = (reading.order, reading.first)
    open_ = [one for one in named if one.entry.coordinates is None and not one.entry.fault and len(one.entry.regions)]
    if not open_:
        if asked != (None, None):
            raise UsageError(f"--order and --first: {found.format.name} says itself how boxes are written")
        return next((one.entry.coordinates for one in named if one.entry.coordinates), Coordinates())
    readings = [
        one
        for one in READINGS
        if asked[0] in (None, one.order)
        and asked[1] in (None, one.first)
        and (one.order == "xywh" or all(other.entry.regions.all_boxes for other in open_))
    ]
    firsts = np.array([one.entry.regions.boxes[0] for one in open_])
    truths = np.array([one.sequence.truth.regions.boxes[0] for one in open_])
    decision = decide(firsts, truths, readings, found.source)
    tell(decision.evidence)
    return decision.coordinates


def _arrival(one: _Named, decided: Coordinates) -> Arrival:
    entry, regions = one.entry, one.entry.regions
    name, trial = one.sequence.name, one.sequence.name + one.entry.suffix
    if entry.fault:
        return Arrival(name, trial, entry.protocol, one.fingerprint, None, entry.fault)
    how = entry.coordinates or decided
    regions = Regions(in_pixels(regions.boxes, how)) if regions.all_boxes else shifted(regions, -how.first)
    trajectory = Trajectory(
        regions,
        _one_a_row(entry.confidences, len(regions)),
        _one_a_row(entry.seconds, len(regions)),
        shared=True,
        size=entry.size,
    )
    return Arrival(name, trial, entry.protocol, one.fingerprint, trajectory)


def _one_a_row(values: Float | None, rows: int) -> Float:
    return values if values is not None and len(values) == rows else np.full(rows, np.nan)


def _remarks(one: _Named, arrival: Arrival) -> Iterator[str]:
    if arrival.trajectory is None:
        yield f"cannot be read: {arrival.fault}"
        return
    rows = len(arrival.trajectory)
    yield from remarks(arrival.trajectory.regions, _followed(one, rows))
    if one.entry.protocol == "one_pass" and one.entry.coordinates is None:
        yield from first_row(arrival.trajectory.regions, one.sequence.truth.regions)
    for what, values in (("times", one.entry.seconds), ("confidences", one.entry.confidences)):
        if values is not None and len(values) != rows:
            yield f"{len(values)} {what} for {rows} rows, left out"


def _followed(one: _Named, rows: int) -> Regions:
    """The truth of the frames that a trial goes over."""
    truth = one.sequence.truth.regions
    if one.entry.protocol == "tre":
        starts = segment_starts(one.sequence.truth)
        number = int(one.entry.suffix.lstrip("_"))
        return truth[starts[number - 1] :] if number <= len(starts) else truth
    if one.entry.protocol != "multi_start":
        return truth
    anchor = int(one.entry.suffix.lstrip("_"))
    back = truth[anchor::-1]
    return back if len(back) == rows else truth[anchor:]


def _truncated(named: list[_Named], tell: Tell) -> None:
    boxes = [one.entry.regions.boxes for one in named if one.entry.regions.all_boxes and len(one.entry.regions) > 1]
    cut = sum(map(whole, boxes))
    if cut:
        tell(
            f"whole numbers alone in {cut} of {len(boxes)} files: fractions were cut off or rounded, which costs "
            "some .002 to .006 of AUC"
        )


def _missing(named: list[_Named], dataset: Dataset, tell: Tell) -> None:
    there = {one.sequence.name for one in named}
    if missing := [name for name in dataset.available if name not in there]:
        tell(f"{len(missing)} of {len(dataset.expected)} sequences have no file: {_listed(missing)}")


def _listed(names: Iterable[str]) -> str:
    every = list(names)
    return ", ".join(every[:5]) + (f" and {len(every) - 5} more" if len(every) > 5 else "")
