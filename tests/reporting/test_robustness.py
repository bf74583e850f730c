"""Stored shifts and segments: all of a sequence's frames in one score, or the reason why there is none."""

from dataclasses import replace

import numpy as np
import pytest

from harness.core.record import Fingerprints, RunKey, RunRecord, Seconds, TrialKey, sequence_fingerprint
from harness.core.regions import Regions
from harness.core.robustness import SHIFTS, segment_starts
from harness.core.sequence import Dataset, GroundTruth, Sequence
from harness.core.trajectory import Trajectory
from harness.metrics.one_pass.compat import PYSOT
from harness.metrics.one_pass.official import GOT10K, OTB
from harness.reporting.scoring import score
from harness.reporting.stored import Copy
from harness.store.results import ResultStore

NAMES, FRAMES = ("Bolt", "Boy"), 60
BOX = np.array([20.0, 20, 10, 10])


def opened(name):
    flags = {"cover": np.full(FRAMES, 8.0)}
    truth = GroundTruth(Regions(np.tile(BOX, (FRAMES, 1))), np.zeros(FRAMES, bool), flags)
    return Sequence(name, truth, size=(60, 50), attributes=frozenset({"FM"} if name == "Boy" else ()))


COPY = Copy.of(Dataset("otb100", NAMES, NAMES, opened))
STARTS = segment_starts(opened("Bolt").truth)


class Results:
    """A run's folder; each trial is right in all frames, or in the first alone."""

    def __init__(self, root, protocol):
        self.store, self.run = ResultStore(root), RunKey("otb100", protocol, "kcf")
        self.store.open_run(self.run, {"tracker": "kcf", "settings": {}}, {"started": "2026", "root": None})
        self.lengths = [FRAMES] * len(SHIFTS) if protocol == "sre" else [FRAMES - start for start in STARTS]

    def save(self, name, lost=(), absent=(), rows=0):
        for number, length in enumerate(self.lengths, 1):
            if number not in absent:
                boxes = np.tile(BOX, (length + rows, 1))
                if number in lost:
                    boxes[1:, 0] += 30
                self.trial(f"{name}_{number:02d}", name, boxes)
        return self

    def trial(self, trial, name, boxes):
        prints = Fingerprints("t", sequence_fingerprint(opened(name)), "p")
        timed = Seconds(0.5, 0.5 * (len(boxes) - 1), len(boxes) - 1, shared=False)
        record = RunRecord(name, "done", prints, seed=0, worker="", device="cpu", finished="", seconds=timed)
        nan, seconds = np.full(len(boxes), np.nan), np.full(len(boxes), 0.5)
        self.store.save(TrialKey(self.run, trial), record, Trajectory(Regions(boxes), nan, seconds))

    def table(self, rule=OTB):
        return score(self.store, [self.run], COPY, rule, cached=False)


def auc(hits, frames):
    """20 of 21 thresholds are passed by a hit."""
    return hits / frames * 20 / 21


def test_shifts_count_alike_and_a_first_frame_is_always_right(tmp_path):
    table = Results(tmp_path, "sre").save("Bolt").save("Boy", lost=[3, 12]).table()
    assert table.gaps == ()
    assert table.sequences["kcf"] == 2
    expected = {"Bolt": auc(1, 1), "Boy": auc(10 * FRAMES + 2, 12 * FRAMES)}
    assert table.per_sequence.loc["kcf"]["auc"].to_dict() == pytest.approx(expected)
    assert table.scores.at["kcf", "auc"] == pytest.approx(np.mean(list(expected.values())))
    assert table.attributes.at[("kcf", "FM"), "auc"] == pytest.approx(expected["Boy"])
    assert table.scores.at["kcf", "fps"] == 2


def test_a_long_segment_weighs_more_than_a_short_one(tmp_path):
    table = Results(tmp_path, "tre").save("Bolt", lost=[1]).save("Boy", lost=[20]).table()
    frames = sum(FRAMES - start for start in STARTS)
    expected = {"Bolt": auc(frames - 59, frames), "Boy": auc(frames - 19, frames)}
    assert table.per_sequence.loc["kcf"]["auc"].to_dict() == pytest.approx(expected)


def test_other_toolkits_rules_pool_too(tmp_path):
    table = Results(tmp_path, "tre").save("Bolt").save("Boy").table(PYSOT.on("otb"))
    assert table.scores.at["kcf", "auc"] == pytest.approx(20 / 21)


@pytest.mark.parametrize(
    ("saved", "reason"),
    [
        ({"absent": [7, 20]}, "2 of 20 trials missing, the first _07; run it again"),
        ({"rows": 1}, "61 rows of result for 60 frames of truth; run the sequence again"),
    ],
)
def test_a_sequence_without_all_its_trials_is_a_gap(tmp_path, saved, reason):
    table = Results(tmp_path, "tre").save("Bolt").save("Boy", **saved).table()
    assert [(gap.sequence, gap.reason) for gap in table.gaps] == [("Boy", reason)]
    assert table.sequences["kcf"] == 1


def test_a_failed_trial_and_a_damaged_one_are_gaps(tmp_path):
    results = Results(tmp_path, "sre").save("Bolt").save("Boy")
    key = TrialKey(results.run, "Boy_05")
    results.store.fail(key, replace(results.store.record(key), status="failed", reason="it raised"))
    (tmp_path / "otb100/sre/kcf/Bolt_02.txt").write_text("1,1,1,1\n")
    reasons = {gap.sequence: gap.reason for gap in results.table().gaps}
    assert reasons["Boy"] == "Boy_05 failed: it raised"
    assert "checksum" in reasons["Bolt"]


def test_an_answer_without_a_box_leaves_ao_undefined(tmp_path):
    results = Results(tmp_path, "sre").save("Bolt").save("Boy")
    results.trial("Boy_01", "Boy", np.where(np.arange(FRAMES)[:, None] == 9, np.nan, BOX))
    (gap,) = results.table(GOT10K).gaps
    assert (gap.sequence, "no AO under got10k.official@1" in gap.reason) == ("Boy", True)
    assert results.table(replace(GOT10K, nan_as_miss=True)).gaps == ()
