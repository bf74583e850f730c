"""From a request to jobs: which trials of which tracker on which dataset are still to be made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from harness.catalog import open_dataset
from harness.core.errors import DamagedResult, DataError, HarnessError, MissingData, UsageError
from harness.core.read_once import ReadOnce
from harness.core.record import Fingerprints, RunKey, TrialKey
from harness.core.sequence import Dataset
from harness.core.trial import Trial
from harness.execution.choice import Described, TrackerChoice, described
from harness.execution.forecast import differences
from harness.execution.provenance import trial_seed
from harness.execution.recorded import with_seconds
from harness.execution.request import RunRequest
from harness.protocols.base import EvaluationProtocol
from harness.store.results import ResultStore, State

__all__ = ["Item", "Job", "plan"]


@dataclass(frozen=True, slots=True)
class Item:
    """A trial to be made, what it depends on, and the stamp of its sidecar when that was decided (None: no sidecar)."""

    trial: Trial
    seed: int
    fingerprints: Fingerprints
    stamp: int | None

    @property
    def frames(self) -> int:
        return len(self.trial.order)


@dataclass(frozen=True, slots=True)
class Job:
    """One tracker on one dataset: the trials to make, longest first, and what is known of the others.

    `states` counts the store's answers, one a trial; `broken` holds the sequences that could not be
    opened, with the reason; `further` the trials that may turn out superfluous when these are made; `stale` counts
    why results do not count, or only since that was asked for.
    """

    run: RunKey
    choice: TrackerChoice
    described: Described
    protocol: EvaluationProtocol
    dataset: Dataset
    items: tuple[Item, ...]
    fingerprints: Mapping[str, Fingerprints]
    states: Counter[State] = field(default_factory=Counter)
    broken: tuple[tuple[str, DataError], ...] = ()
    further: tuple[Item, ...] = ()
    stale: Counter[str] = field(default_factory=Counter)

    @property
    def frames(self) -> int:
        """Frames still to be answered."""
        return sum(item.frames for item in self.items)


def _here(choice: TrackerChoice) -> Callable[[], Described]:
    return partial(described, choice)


def plan(
    request: RunRequest, store: ResultStore, describe: Callable[[TrackerChoice], Callable[[], Described]] = _here
) -> Iterator[Job]:
    """The jobs of a request, each planned when its turn comes: one a dataset and tracker.

    Where that one has left trials to be decided, a second follows with those that are needed. `describe` has a tracker
    built somewhere, while datasets are read here, and gives the question what it turned out to be. Raises at once,
    before any job, for a name, setting or dataset there is not, and for a label that is taken.
    """
    coming = [(choice, describe(choice)) for choice in request.trackers]
    try:
        datasets = [ReadOnce(_chosen_part(open_dataset(name, request.root), request)) for name in request.datasets]
    except HarnessError:
        _answered(coming)  # what is wrong with a tracker comes first
        raise
    for dataset in datasets:
        dataset.read()
    trackers = _answered(coming)
    plannings = []
    for dataset in datasets:
        for choice, one in trackers:
            protocol = with_seconds(request.protocol_of(dataset.dataset.name), store, dataset.dataset, one)
            plannings.append((choice, _Planning(request, store, one, protocol, dataset)))
    for _, planning in plannings:
        planning.claim()
    return (job for choice, planning in plannings for job in planning.jobs(choice))


def _answered(coming: list[tuple[TrackerChoice, Callable[[], Described]]]) -> list[tuple[TrackerChoice, Described]]:
    """The trackers, of different labels."""
    trackers = [(choice, answer()) for choice, answer in coming]
    labels = [one.label for _, one in trackers]
    twice = [label for label in labels if labels.count(label) > 1]
    if twice:
        raise UsageError(f"two trackers would write under the label {twice[0]!r}: run them one by one with --label")
    return trackers


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


def _unlike(store: ResultStore, run: RunKey, trial: Trial) -> bool:
    """Whether the trials before this one are done, and did not all come out alike."""
    try:
        records = {name: store.record(TrialKey(run, name)) for name in trial.unless_alike}
    except DamagedResult:
        return False
    sums = {record and record.files.get(f"{name}.txt") for name, record in records.items()}
    return None not in sums and len(sums) > 1


class _Planning:
    """A job in the making."""

    def __init__(
        self, request: RunRequest, store: ResultStore, one: Described, protocol: EvaluationProtocol, read: ReadOnce
    ) -> None:
        self._request, self._store, self._one, self._protocol, self._read = request, store, one, protocol, read
        self._dataset = dataset = read.dataset
        self._run = RunKey(dataset.name, protocol.name, one.label)
        self._driven = f"{protocol.identity} init_box={request.init_box} seed={request.seed}"
        self._keep = set() if request.fresh else {"done", "stale"} if request.reuse_stale else {"done"}

    def claim(self) -> None:
        """Raises LabelTaken."""
        self._store.claim(self._run, self._one.identity)

    def jobs(self, choice: TrackerChoice) -> Iterator[Job]:
        yield (job := self._job(choice))
        if needed := tuple(item for item in job.further if _unlike(self._store, job.run, item.trial)):
            yield replace(
                job,
                items=needed,
                further=(),
                states=Counter[State]({"missing": len(needed)}),
                broken=(),
                stale=Counter(),
            )

    def _job(self, choice: TrackerChoice) -> Job:
        self._items: list[Item] = []
        self._further: list[Item] = []
        self._states, self._stale = Counter[State](), Counter[str]()
        self._stamps = self._store.stamps(self._run)
        self._images = False
        fingerprints, broken = {}, []
        for name in self._dataset.available:
            try:
                sequence, print_ = self._read.sequence(name)
                trials = self._protocol.trials(sequence, self._one.traits)
            except DataError as error:
                broken.append((name, error))
                fingerprints[name] = Fingerprints(self._one.fingerprint, "", self._driven)
                continue
            fingerprints[name] = Fingerprints(self._one.fingerprint, print_, self._driven)
            self._images |= sequence.frames is not None
            self._sort(trials, fingerprints[name])
        if self._items and not self._images:
            raise MissingData(
                f"{self._dataset.name}: {self._dataset.root} holds annotations only; a tracker needs the images"
            )
        items = tuple(sorted(self._items, key=lambda item: -item.frames))
        later, lost = tuple(self._further), tuple(broken)
        run, one, protocol = self._run, self._one, self._protocol
        found = self._states, lost, later, self._stale
        return Job(run, choice, one, protocol, self._dataset, items, fingerprints, *found)

    def _sort(self, trials: list[Trial], now: Fingerprints) -> None:
        """What is done, to be made, or perhaps to be made, of a sequence's trials."""
        coming: set[str] = set()
        for trial in trials:
            key = TrialKey(self._run, trial.name)
            stamp = self._stamps.get(trial.name)
            state: State = "missing" if stamp is None else self._store.state(key, now)
            item = Item(trial, trial_seed(self._request.seed, trial.sequence, trial.repetition), now, stamp)
            if state == "stale" and (record := self._store.record(key)):
                self._stale[", ".join(differences(record.fingerprints, now))] += 1
            if state in self._keep:
                self._states[state] += 1
            elif not coming.isdisjoint(trial.unless_alike):
                self._further.append(item)
            elif not trial.unless_alike or _unlike(self._store, self._run, trial):
                self._states[state] += 1
                coming.add(trial.name)
                self._items.append(item)
