"""From stored trials to the rule of their protocol: several trials a sequence, and what is not all there."""

from dataclasses import replace

import numpy as np
import pytest

from harness.core.record import Fingerprints, RunKey, RunRecord, TrialKey, sequence_fingerprint
from harness.core.regions import Box, Regions, Special
from harness.core.sequence import Dataset, GroundTruth, Sequence
from harness.core.trajectory import Trajectory
from harness.reporting.collect import Question, collect
from harness.store.results import ResultStore

NAMES = ("ants", "bag")
FRAMES = 60


def truth(name):
    regions = Regions.collect([Box(20, 20, 10, 10)] * FRAMES)
    return Sequence(name, GroundTruth.visible(regions), size=(60, 50))


COPY = Dataset("vot2019", NAMES, NAMES, {name: truth(name) for name in NAMES}.__getitem__)


class Results:
    """A run's folder, filled trial by trial."""

    def __init__(self, root, protocol, repetitions=1):
        self.store, self.run = ResultStore(root), RunKey("vot2019", protocol, "kcf")
        self.asked(repetitions)

    def asked(self, repetitions):
        call = {"started": "2026", "root": None, "left_out": [], "repetitions": repetitions}
        self.store.open_run(self.run, {"tracker": "kcf", "settings": {}}, call)

    def record(self, sequence, **how):
        prints = Fingerprints("t", sequence_fingerprint(COPY[sequence]), "p")
        return RunRecord(sequence, "done", prints, seed=0, worker="", device="cpu", finished="", **how)

    def save(self, trial, sequence, shift=0.0, failures=(), frames=FRAMES):
        answers = [Special.INITIALISED, *[Box(20 + shift, 20, 10, 10)] * (frames - 1)]
        for frame in failures:
            answers[frame : frame + 6] = [Special.FAILED, *[Special.SKIPPED] * 4, Special.INITIALISED]
        nan, seconds = np.full(frames, np.nan), np.full(frames, 0.1)
        trajectory = Trajectory(Regions.collect(answers[:frames]), nan, seconds)
        self.store.save(TrialKey(self.run, trial), self.record(sequence), trajectory)

    def fail(self, trial, sequence):
        record = replace(self.record(sequence), status="failed", reason="it raised")
        self.store.fail(TrialKey(self.run, trial), record)

    def collect(self, **asked):
        return collect(self.store, Question(**asked), lambda *_: COPY)

    def table(self, **asked):
        (table,) = self.collect(**asked).tables
        return table

    def refusal(self):
        (error,) = self.collect().refused
        return str(error)


@pytest.fixture
def supervised(tmp_path):
    results = Results(tmp_path, "supervised", repetitions=5)
    for number in (1, 2, 3):
        results.save(f"ants_00{number}", "ants", failures=[30])
    for number in (1, 2, 3, 4, 5):
        results.save(f"bag_00{number}", "bag", shift=number, failures=[20, 40][: number % 3])
    return results


def test_all_repetitions_of_a_sequence_are_scored_together(supervised):
    table = supervised.table()
    assert (table.protocol, table.rule) == ("supervised", "vot2019.official@1")
    assert table.per_sequence.loc["kcf"]["failures"].to_dict() == {"ants": 1, "bag": (1 + 2 + 0 + 1 + 2) / 5}
    assert table.gaps == ()


def test_what_is_left_of_older_repetitions_counts_no_more_where_three_are_alike(supervised):
    supervised.save("ants_004", "ants", failures=[20, 40])
    assert supervised.table().per_sequence.loc["kcf", "ants"]["failures"] == 1


def test_repetitions_that_differ_must_all_be_there(supervised):
    supervised.asked(15)
    assert "vot2019: 1 of 2 sequences missing: bag (5 of 15 repetitions; run it again" in supervised.refusal()
    assert supervised.table(allow_partial=True).sequences["kcf"] == 1


def test_one_failed_trial_is_the_sequences(supervised, tmp_path):
    supervised.fail("ants_002", "ants")
    assert "missing: ants (ants_002 failed: it raised)" in supervised.refusal()
    supervised.save("ants_002", "ants", failures=[30])
    (tmp_path / "vot2019/supervised/kcf/bag_004.json").write_text("{}")
    assert "missing: bag (" in supervised.refusal()


def test_a_sequence_that_could_not_be_opened_is_forgotten_when_it_was_run(supervised):
    supervised.fail("ants", "ants")
    assert supervised.table().sequences["kcf"] == 2


def test_a_damaged_trajectory_is_a_gap(supervised, tmp_path):
    (tmp_path / "vot2019/supervised/kcf/ants_003.txt").write_text("1\n")
    assert "missing: ants (" in supervised.refusal()
    assert "checksum" in supervised.refusal()


def test_realtime_is_scored_as_supervised(tmp_path):
    results = Results(tmp_path, "realtime")
    for name in NAMES:
        results.save(f"{name}_001", name, failures=[10])
    table = results.table()
    assert (table.rule, table.scores.at["kcf", "failures"]) == ("vot2019.official@1", 2)


def test_unsupervised_is_average_overlap(tmp_path):
    results = Results(tmp_path, "unsupervised")
    results.save("ants_001", "ants")
    results.save("bag_001", "bag", shift=5)
    table = results.table()
    assert table.rule == "vot.unsupervised@1"
    assert table.scores.at["kcf", "ao"] == pytest.approx((1 + 1 / 3) / 2)


def test_runs_from_anchors_stand_beside_those_that_were_made(tmp_path):
    results = Results(tmp_path, "multi_start")
    for name in NAMES:
        results.save(f"{name}_00000000", name)
        results.save(f"{name}_00000050", name, shift=30, frames=51)
    table = results.table()
    assert table.rule == "vot2020.official@1"
    assert table.scores.at["kcf", "robustness"] == pytest.approx(60 / 111)  # of those that fail no frame is kept
    results.store.fail(TrialKey(results.run, "bag_00000050"), replace(results.record("bag"), status="failed"))
    assert "missing: bag (bag_00000050 failed" in results.refusal()


def test_an_anchor_without_a_run_is_a_gap(tmp_path):
    results = Results(tmp_path, "multi_start")
    results.save("ants_00000000", "ants")
    assert "missing: ants (expected a run from each of the anchors [0, 50], found [0]), bag" in results.refusal()


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (
            {"rules": ("otb.official",)},
            "otb.official@1 does not score results of protocol supervised, as vot2019 was run",
        ),
        ({"rules": ("vot2020.official",)}, "vot2020.official@1 does not score results of protocol supervised"),
        ({"nan_as_miss": True}, "--nan-as-miss is for results of one_pass, not of supervised"),
    ],
)
def test_a_rule_of_another_kind_is_one_line(supervised, asked, message):
    collected = supervised.collect(**asked)
    assert collected.tables == ()
    (error,) = collected.refused
    assert message in str(error)


def test_all_rules_are_those_that_fit(supervised):
    tables = supervised.collect(rules=("all",)).tables
    assert [table.rule.removesuffix("@1") for table in tables] == [
        "vot2019.official",
        "vot2019.pysot",
        "vot2019.toolkit-legacy",
        "vot2019.toolkit-legacy-raster",
        "vot2019.vot-toolkit",
    ]


def test_a_protocol_that_no_rule_scores_is_one_line(tmp_path):
    results = Results(tmp_path, "freestyle")
    results.save("ants", "ants")
    assert results.refusal() == "vot2019: no rule scores results of protocol 'freestyle'"
