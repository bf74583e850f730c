"""What is stored, as a server is to get it, with a real store."""

from dataclasses import replace

import numpy as np
import pytest

from harness.core.latency import Conditions, Latency
from harness.core.record import Fingerprints, RunKey, RunRecord, Seconds, TrialKey
from harness.core.regions import Regions, Special
from harness.core.trajectory import Trajectory
from harness.interop.submissions.draft import draft_one_pass, draft_trials
from harness.store.latency import save_latency
from harness.store.results import ResultStore

RUN = RunKey("got10k", "one_pass", "mine")
BOXES = np.array([[10.0, 20, 5, 4], [11, 20, 5, 4], [12, 20, 5, 4]])
SECONDS = np.array([0.5, 0.01, 0.02])
CONDITIONS = Conditions("tracker", {}, "cpu", "a cpu", "float32", 0, (), {})


@pytest.fixture
def store(tmp_path):
    return ResultStore(tmp_path)


@pytest.fixture
def stored(store):
    """Saves a trial and says where."""

    def save(name="A_1", boxes=BOXES, *, shared=False, run=RUN, confidences=np.nan):
        key = TrialKey(run, name)
        record = RunRecord(
            "A_1", "done", Fingerprints("tracker", "s", "p"), 0, "here", "cpu", "now",
            seconds=Seconds(0.5, 0.03, 2, shared),
        )  # fmt: skip
        regions = boxes if isinstance(boxes, Regions) else Regions(boxes)
        store.save(key, record, Trajectory(regions, np.full(len(regions), confidences), SECONDS, shared))
        return {"A_1": [(key, store.record(key))]}

    return save


def one_pass(store, trials, **options):
    return draft_one_pass(store, RUN, trials, **{"timed": True, "shared_times": False, "nan_as_miss": False, **options})


def test_a_solo_run_brings_its_own_times(store, stored):
    draft = one_pass(store, stored())
    assert (draft.faults, draft.notes) == ((), ())
    (entry,) = draft.entries
    assert (entry.sequence, entry.suffix, entry.protocol) == ("A_1", "", "one_pass")
    assert np.array_equal(entry.regions.boxes, BOXES)
    assert np.array_equal(entry.seconds, SECONDS)


def test_shared_times_are_refused_unless_asked_for(store, stored):
    trials = stored(shared=True)
    (fault,) = one_pass(store, trials).faults
    assert fault.startswith("no times of 1 sequences, the first A_1")
    assert "--shared-times" in fault
    assert "harness speed" in fault
    draft = one_pass(store, trials, shared_times=True)
    assert draft.faults == ()
    assert "the speed that comes out is none" in draft.notes[0]
    assert np.array_equal(draft.entries[0].seconds, SECONDS)
    assert one_pass(store, trials, timed=False).faults == ()


def test_measured_times_stand_in_for_shared_ones(store, stored):
    trials, measured = stored(shared=True), np.array([0.4, 0.03, 0.03])
    save_latency(store, RUN, Latency(CONDITIONS, {"A_1": measured}))
    draft = one_pass(store, trials)
    assert draft.faults == ()
    assert np.array_equal(draft.entries[0].seconds, measured)


@pytest.mark.parametrize(
    "latency",
    [
        Latency(CONDITIONS, {"A_1": np.array([0.4, 0.03])}),
        Latency(CONDITIONS, {"A_2": np.array([0.4, 0.03, 0.03])}),
        Latency(replace(CONDITIONS, tracker="another"), {"A_1": np.array([0.4, 0.03, 0.03])}),
    ],
    ids=["part", "other sequence", "other version"],
)
def test_times_measured_of_something_else_do_not(store, stored, latency):
    trials = stored(shared=True)
    save_latency(store, RUN, latency)
    assert len(one_pass(store, trials).faults) == 1


def test_answers_without_a_box_are_refused_or_empty_boxes(store, stored):
    boxes = BOXES.copy()
    boxes[1] = np.nan
    trials = stored(boxes=boxes)
    (fault,) = one_pass(store, trials).faults
    assert fault == "1 answers without a box in 1 sequences, the first A_1; --nan-as-miss writes empty boxes"
    draft = one_pass(store, trials, nan_as_miss=True)
    assert draft.notes == ("1 answers without a box in 1 sequences, the first A_1: written as empty boxes",)
    assert draft.entries[0].regions.boxes.tolist() == [*BOXES[:1].tolist(), [0, 0, 0, 0], *BOXES[2:].tolist()]


def test_other_repetitions_are_left_out_aloud(store, stored):
    draft = one_pass(store, {"A_1": stored()["A_1"] + stored(name="A_1_002")["A_1"]})
    assert len(draft.entries) == 1
    assert draft.notes == ("of repetitions, only the first is in it",)


def test_other_protocols_bring_every_trial_as_it_is(store, stored):
    run = RunKey("vot2019", "supervised", "mine")
    regions = Regions.collect([Special.INITIALISED, None, Special.FAILED])
    trials = {"A_1": [stored(f"A_1_{n:03d}", regions, run=run, confidences=0.5)["A_1"][0] for n in (1, 2)]}
    draft = draft_trials(store, trials)
    assert [entry.suffix for entry in draft.entries] == ["_001", "_002"]
    assert all(entry.regions == regions and entry.protocol == "supervised" for entry in draft.entries)
    assert draft.entries[0].confidences.tolist() == [0.5] * 3
