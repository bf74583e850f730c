"""What holds for every registered benchmark, on a synthetic copy in its own layout, unpacked and zipped."""

from functools import cache

import numpy as np
import pytest

from harness import open_dataset
from harness.catalog import DATASETS, RULES, official_rule, scored_as
from harness.core.errors import MissingData
from harness.core.record import sequence_fingerprint
from harness.datasets.check import check
from harness.datasets.synthetic.compose import Recipe
from harness.datasets.synthetic.layouts.write import make
from harness.execution.choice import TrackerChoice
from harness.execution.request import RunRequest
from harness.execution.run import run
from harness.metrics.evaluate import evaluate
from harness.store.results import ResultStore

LAYOUTS = {
    "davis17": ("davis", "val", 2),
    "davis17:train": ("davis", "train", 2),
    "got10k": ("got10k", "test", 2),
    "got10k:train": ("got10k", "train", 2),
    "got10k:val": ("got10k", "val", 2),
    "lasot": ("lasot", "test", 4),  # a zip holds a class, of which four are in test and sixteen in train
    "lasot:train": ("lasot", "train", 16),
    "otb100": ("otb", None, 2),
    "trackingnet": ("trackingnet", "test", 2),
    "trackingnet:train": ("trackingnet", "train", 2),
    "uav123": ("uav123", None, 2),
    "vot2019": ("vot2019", None, 2),
    "vot2020": ("vot2020", None, 2),
}
ELSEWHERE = {  # read as another is
    "davis16": "davis17",
    "lasot_ext": "lasot",
    "otb2013": "otb100",
    "otb50": "otb100",
    "synthetic": None,
    "vot2016": "vot2019",
    "vot2018": "vot2019",
    "vot2021": "vot2020",
    "vot2022": "vot2020",
}
ONE_PASS = [name for name in LAYOUTS if not name.startswith(("davis", "vot"))]
SERVER_ONLY = {"got10k", "trackingnet"}  # truth of the first frame alone


class Silent:
    def job_started(self, job): ...
    def frames_answered(self, count): ...
    def trial_ended(self, name, frames, error): ...
    def job_ended(self, summary): ...


@pytest.fixture(scope="session")
def copies(tmp_path_factory):
    """A copy of a dataset, made when first asked for."""

    @cache
    def copy(name, zipped):
        layout, split, number = LAYOUTS[name]
        folder = tmp_path_factory.mktemp("copies") / layout
        recipe = Recipe(length=10, size=(64, 48), seed=1)
        make(layout, folder, number, recipe, split=split, zipped=zipped)
        return folder

    return copy


def test_every_registered_dataset_is_here():
    assert {name.partition(":")[0] for name in LAYOUTS} | ELSEWHERE.keys() == set(DATASETS)


@pytest.mark.parametrize("zipped", [False, True], ids=["unpacked", "zipped"])
@pytest.mark.parametrize("name", LAYOUTS)
def test_a_copy_is_read_whole(copies, name, zipped):
    dataset = open_dataset(name, copies(name, zipped))
    assert len(dataset) == LAYOUTS[name][2]
    assert dataset.extra == ()
    findings = [finding for finding in check(dataset) if finding.wrong]
    assert [finding.text for finding in findings if "sequences missing" not in finding.text] == []
    for sequence in dataset:
        assert len(sequence.frames) == len(sequence) >= 10
        assert sequence.frames[-1].pixels.shape == (48, 64, 3)
        assert np.isfinite(sequence.truth.regions.boxes[0]).all()


@pytest.mark.parametrize("name", LAYOUTS)
def test_zipped_or_not_it_is_the_same_sequence(copies, name):
    unpacked, zipped = (open_dataset(name, copies(name, way)) for way in (False, True))
    assert unpacked.available == zipped.available
    for one, two in zip(unpacked, zipped, strict=True):
        assert sequence_fingerprint(one) == sequence_fingerprint(two)
        assert one.attributes == two.attributes
        np.testing.assert_array_equal(one.frames[0].pixels, two.frames[0].pixels)


@pytest.mark.parametrize("name", ONE_PASS)
def test_a_tracker_runs_on_it_and_is_scored(copies, name, tmp_path):
    root, store = copies(name, True), ResultStore(tmp_path / "results")
    request = RunRequest((TrackerChoice("static"),), (name,), root=root, allow_partial=True)
    (summary,) = run(request, store, Silent())
    assert (summary.made, summary.failed) == (LAYOUTS[name][2], ())
    dataset = open_dataset(name, root)
    results = {key.trial: store.regions(key, store.record(key)).boxes for key in store.trials(summary.run)}
    table = evaluate(
        {"static": results},
        {sequence.name: sequence for sequence in dataset},
        RULES.load(official_rule(name)).on(scored_as(name)),
        dataset=dataset.name,
        protocol="one_pass",
        expected=len(dataset.expected),
    )
    if name in SERVER_ONLY:
        assert table.sequences["static"] == 0
        assert {gap.sequence for gap in table.gaps} == set(dataset.available)
    else:
        assert table.gaps == ()
        assert 0 < table.scores.iloc[0, 0] < 1


@pytest.mark.parametrize("name", LAYOUTS)
def test_another_benchmarks_copy_is_one_clear_line(copies, name):
    own = name.partition(":")[0]
    for other in LAYOUTS:
        if other.partition(":")[0] != own:
            with pytest.raises(MissingData) as error:
                open_dataset(name, copies(other, False))
            assert str(copies(other, False)) in str(error.value)
            assert "\n" not in str(error.value)
