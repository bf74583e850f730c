"""From a request to jobs: which trials of which tracker on which dataset are still to be made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from harness.catalog import PROTOCOLS, open_dataset, usual_protocol
from harness.core.errors import DamagedResult, DataError, MissingData, UsageError
from harness.core.record import Fingerprints, RunKey, TrialKey, sequence_fingerprint
from harness.core.regions import InitBox
from harness.core.sequence import Dataset
from harness.core.trial import Trial
from harness.execution.batching import Assignment
from harness.execution.choice import Chosen, TrackerChoice
from harness.execution.provenance import tracker_fingerprint, trial_seed
from harness.protocols.base import EvaluationProtocol, Repeated
from harness.store.results import ResultStore, State

__all__ = ["Job", "RunRequest", "plan"]


@dataclass(frozen=True, slots=True)
class RunRequest:
    """What `harness run` was asked: trackers and datasets, how to drive them, and which of them to do.

    `protocol` None is the usual one of each dataset, `repetitions` None the protocol's own number.
    """

    trackers: tuple[TrackerChoice, ...]
    datasets: tuple[str, ...]
    root: Path | None = None
    protocol: str | None = None
    repetitions: int | None = None
    sequences: tuple[str, ...] = ()
    subset: int | None = None
    allow_partial: bool = False
    width: int = 1
    seed: int = 0
    init_box: InitBox = "minmax"
    fresh: bool = False
    reuse_stale: bool = False

    def __post_init__(self) -> None:
        if self.width < 1:
            raise UsageError(f"--width is the number of trials in flight, at least 1; found {self.width}")
        if self.root is not None and len(self.datasets) > 1:
            raise UsageError("--root is the folder of one dataset; for several use HARNESS_DATA or harness.ini")


@dataclass(frozen=True, slots=True)
class Job:
    """One tracker on one dataset: the trials to make, and what is known of the others.

    `states` counts the store's answers, one a trial; `broken` holds the sequences that could not be
    opened, with the reason; `further` the trials that may turn out superfluous when these are made.
    """

    run: RunKey
    chosen: Chosen
    protocol: EvaluationProtocol
    dataset: Dataset
    assignments: tuple[Assignment, ...]
    fingerprints: Mapping[str, Fingerprints]
    states: Counter[State] = field(default_factory=Counter)
    broken: tuple[tuple[str, DataError], ...] = ()
    further: tuple[Assignment, ...] = ()

    @property
    def frames(self) -> int:
        """Frames still to be answered."""
        return sum(len(assignment.trial.order) for assignment in self.assignments)


def plan(request: RunRequest, store: ResultStore) -> Iterator[Job]:
    """The jobs of a request, each planned when its turn comes: one a dataset and tracker.

    Where that one has left trials to be decided, a second follows with those that are needed. Raises at once, before
    any job, for a name, setting or dataset there is not, and for a label that is taken.
    """
    chosen = [choice.build() for choice in request.trackers]
    _distinct(chosen)
    datasets = [_chosen_part(open_dataset(name, request.root), request) for name in request.datasets]
    triples = [(one, _protocol(request, dataset.name), dataset) for dataset in datasets for one in chosen]
    for one, protocol, dataset in triples:
        store.claim(RunKey(dataset.name, protocol.name, one.label), one.identity)
    return (job for triple in triples for job in _jobs(request, store, *triple))


def _distinct(chosen: list[Chosen]) -> None:
    twice = [label for label, count in Counter(one.label for one in chosen).items() if count > 1]
    if twice:
        raise UsageError(f"two trackers would write under the label {twice[0]!r}: run them one by one with --label")


def _protocol(request: RunRequest, dataset: str) -> EvaluationProtocol:
    name = request.protocol or usual_protocol(dataset)
    if request.protocol is None and name not in PROTOCOLS:
        raise UsageError(
            f"{dataset} is run under {name}, which is not there yet; --protocol one_pass follows its boxes"
        )
    kind: type[EvaluationProtocol] = PROTOCOLS.load(name)
    if request.repetitions is None:
        protocol = kind()
    elif issubclass(kind, Repeated):
        protocol = kind(request.repetitions)
    else:
        raise UsageError(f"--repetitions {request.repetitions}: {name} repeats nothing")
    if protocol.timed and request.width > 1:
        raise UsageError(f"--width {request.width}: {name} goes by a tracker's own seconds, which needs --width 1")
    return protocol


def _chosen_part(dataset: Dataset, request: RunRequest) -> Dataset:
    """The sequences to run. Raises MissingData for an incomplete copy nobody agreed to."""
    if request.sequences:
        return dataset.subset(request.sequences)
    if request.subset is not None:
        return dataset.spread(request.subset)
    missing = dataset.missing
    if missing and not request.allow_partial:
        names = ", ".join(missing[:5]) + (f" and {len(missing) - 5} more" if len(missing) > 5 else "")
        raise MissingData(
            f"{dataset.name}: {len(dataset)} of {len(dataset.expected)} sequences are in {dataset.root}; missing: "
            f"{names}. Complete the copy, or run what is there with --allow-partial"
        )
    return dataset


def _jobs(
    request: RunRequest, store: ResultStore, chosen: Chosen, protocol: EvaluationProtocol, dataset: Dataset
) -> Iterator[Job]:
    yield (job := _job(request, store, chosen, protocol, dataset))
    if needed := tuple(one for one in job.further if _unlike(store, job.run, one.trial)):
        yield replace(job, assignments=needed, further=(), states=Counter[State]({"missing": len(needed)}), broken=())


def _unlike(store: ResultStore, run: RunKey, trial: Trial) -> bool:
    """Whether the trials before this one are done, and did not all come out alike."""
    try:
        records = {name: store.record(TrialKey(run, name)) for name in trial.unless_alike}
    except DamagedResult:
        return False
    sums = {record and record.files.get(f"{name}.txt") for name, record in records.items()}
    return None not in sums and len(sums) > 1


def _job(
    request: RunRequest, store: ResultStore, chosen: Chosen, protocol: EvaluationProtocol, dataset: Dataset
) -> Job:
    run = RunKey(dataset.name, protocol.name, chosen.label)
    tracker = tracker_fingerprint(chosen.name, chosen.tracker)
    driven = f"{protocol.name}@{protocol.version} init_box={request.init_box} seed={request.seed}"
    keep = set() if request.fresh else {"done", "stale"} if request.reuse_stale else {"done"}
    assignments, further, fingerprints, states, broken = [], [], {}, Counter[State](), []
    for name in dataset.available:
        try:
            sequence = dataset.open(name)
            trials = protocol.trials(sequence, chosen.tracker.traits)
        except DataError as error:
            broken.append((name, error))
            fingerprints[name] = Fingerprints(tracker, "", driven)
            continue
        now = fingerprints[name] = Fingerprints(tracker, sequence_fingerprint(sequence), driven)
        coming: set[str] = set()
        for trial in trials:
            state = store.state(TrialKey(run, trial.name), now)
            assignment = Assignment(sequence, trial, trial_seed(request.seed, sequence.name, trial.repetition))
            if state in keep:
                states[state] += 1
            elif not coming.isdisjoint(trial.unless_alike):
                further.append(assignment)
            elif not trial.unless_alike or _unlike(store, run, trial):
                states[state] += 1
                coming.add(trial.name)
                assignments.append(assignment)
    if assignments and all(assignment.sequence.frames is None for assignment in assignments):
        raise MissingData(f"{dataset.name}: {dataset.root} holds annotations only; a tracker needs the images")
    todo, later = tuple(assignments), tuple(further)
    return Job(run, chosen, protocol, dataset, todo, fingerprints, states, tuple(broken), later)
