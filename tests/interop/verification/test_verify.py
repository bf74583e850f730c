"""The official packages themselves, on made-up trackers; and what is said where they and we differ."""

from dataclasses import replace
from importlib.util import find_spec

import numpy as np
import pytest

from harness.core.errors import EvaluationError, UsageError
from harness.core.masks import Mask
from harness.core.regions import Polygon, Regions, Special
from harness.core.sequence import GroundTruth, Sequence
from harness.interop.verification.verify import oracle, verify
from harness.metrics.one_pass.official import OTB

SIZE = (120, 90)
needs_got10k = pytest.mark.skipif(find_spec("got10k") is None, reason="got10k is not installed")
needs_vot = pytest.mark.skipif(find_spec("vot") is None, reason="vot-toolkit is not installed")


def walk(rng, frames):
    """A target that wanders over the image and its edges ``(frames, 4)``."""
    boxes = np.array([50, 40, 20, 16]) + np.cumsum(rng.normal(0, 2, (frames, 4)) * [1, 1, 0.2, 0.2], 0)
    boxes[:, 2:] = boxes[:, 2:].clip(3, 40)
    return boxes


def drift(rng, boxes):
    """A tracker that loses it slowly; its first row is the truth."""
    answers = boxes + np.cumsum(rng.normal(0, 0.7, boxes.shape), 0) * [4, 4, 0.3, 0.3]
    answers[:, 2:] = answers[:, 2:].clip(2, 60)
    answers[0] = boxes[0]
    return answers


@pytest.fixture
def truths():
    rng = np.random.default_rng(5)
    found = {}
    for number, frames in enumerate((60, 41, 35)):
        cover = rng.integers(0, 3, frames).astype(float)
        truth = GroundTruth(Regions(walk(rng, frames)), cover == 0, {"cover": cover})
        found[f"s{number}"] = Sequence(f"s{number}", truth, size=SIZE)
    return found


@pytest.fixture
def answers(truths):
    rng = np.random.default_rng(6)
    return {name: drift(rng, one.truth.regions.boxes) for name, one in truths.items()}


def check(results, truths, official, dataset="some", protocol="one_pass"):
    return verify("mine", results, truths, official, dataset=dataset, protocol=protocol, expected=3)


def values(done):
    return {row.metric: row.ours for row in done.compared}


@needs_got10k
@pytest.mark.parametrize(("benchmark", "metrics"), [("otb", {"auc", "op50", "precision"}), ("got10k", {"ao", "sr50"})])
def test_got10k_says_the_same(truths, answers, benchmark, metrics):
    done = check(answers, truths, oracle(benchmark, "one_pass"))
    assert (done.failure, done.sequences, done.left_out) == (None, 3, {})
    assert done.agrees
    assert done.package.startswith("got10k ")
    assert set(values(done)) == metrics
    assert all(0.1 < value < 0.98 for value in values(done).values())


@needs_got10k
@pytest.mark.parametrize("benchmark", ["otb", "got10k"])
def test_answers_without_a_box_are_to_got10k_what_they_are_here(truths, answers, benchmark):
    answers["s1"][7:9] = np.nan
    done = check(answers, truths, oracle(benchmark, "one_pass"))
    assert done.agrees
    assert np.isnan(values(done).get("ao", np.nan))


@needs_got10k
def test_another_rule_differs_and_is_said_to(truths, answers):
    boxes = truths["s0"].truth.regions.boxes.copy()
    boxes[5:30] += [50, 50, 0, -90]  # invalid: to otb.official a hit in precision, to got10k far away
    truth = GroundTruth.visible(Regions(boxes))
    done = check(
        answers, truths | {"s0": replace(truths["s0"], truth=truth)}, replace(oracle("otb", "one_pass"), rule=OTB)
    )
    assert not done.agrees
    differs = {row.metric: row.difference for row in done.compared if not row.same}
    assert differs["precision"] > 0.01


@needs_got10k
def test_what_cannot_be_compared_is_left_out_of_both_with_its_reason(truths, answers):
    results = {"s0": answers["s0"], "s1": answers["s1"][:-2], "s2": "failed: out of memory", "s9": answers["s0"]}
    done = check(results, truths, oracle("otb", "one_pass"))
    assert done.agrees
    assert done.sequences == 1
    assert done.left_out == {
        "s1": "39 rows of result for 41 frames: got10k refuses it",
        "s2": "failed: out of memory",
        "s9": "no truth at hand",
    }
    with pytest.raises(EvaluationError, match="mine on some, one_pass: no sequence can be compared, as s2: failed"):
        check({"s2": "failed"}, truths, oracle("otb", "one_pass"))


@needs_got10k
def test_a_package_that_dies_is_no_agreement(truths, answers):
    def dies(*_):
        raise AttributeError("np.NaN")

    done = check(answers, truths, replace(oracle("otb", "one_pass"), theirs=dies))
    assert (done.failure, done.compared, done.agrees) == ("AttributeError: np.NaN", (), False)


def test_a_package_that_is_missing_is_named_with_its_extra(truths, answers):
    absent = replace(oracle("otb", "one_pass"), package="no-such-package", extra="some")
    with pytest.raises(UsageError, match=r"no-such-package is not installed: pip install 'harness\[some\]'"):
        check(answers, truths, absent)


def test_what_no_package_scores():
    for benchmark, protocol in (("lasot", "one_pass"), ("davis17", "video_segmentation")):
        with pytest.raises(UsageError, match=f"no official package scores {protocol} results of {benchmark}"):
            oracle(benchmark, protocol)


# VOT


def reset(rng, sequence):
    """A supervised run that fails now and then, of polygons or boxes as the truth is."""
    frames, regions, start = len(sequence), list(sequence.truth.regions), 0
    run = [Special.SKIPPED] * frames
    while start < frames:
        fails = min(start + int(rng.integers(12, 40)), frames)
        run[start:fails] = [moved(region, rng) for region in regions[start:fails]]
        run[start] = Special.INITIALISED
        if fails < frames:
            run[fails] = Special.FAILED
        start = fails + 5
    return Regions.collect(run)


def moved(region, rng):
    shift = rng.normal(0, 2, 2)
    if isinstance(region, Polygon):
        return Polygon(tuple((x + shift[0], y + shift[1]) for x, y in region.points))
    return replace(region, x=region.x + shift[0], y=region.y + shift[1])


def rotated(boxes):
    """Polygons around boxes."""
    x, y, w, h = boxes.T
    corners = np.stack([x + w / 3, y, x + w, y + h / 4, x + w / 2, y + h, x, y + h / 2], 1)
    return Regions.collect(Polygon(tuple(map(tuple, row))) for row in corners.reshape(-1, 4, 2).tolist())


@pytest.fixture
def polygons(truths):
    one = truths["s0"]
    return truths | {"s0": replace(one, truth=GroundTruth.visible(rotated(one.truth.regions.boxes)))}


@needs_vot
@pytest.mark.parametrize("protocol", ["supervised", "realtime"])
def test_vot_toolkit_says_the_same_of_runs_with_resets(polygons, protocol):
    rng = np.random.default_rng(7)
    results = {name: [reset(rng, one) for _ in range(2)] for name, one in polygons.items()}
    done = check(results, polygons, oracle("vot2019", protocol), "vot2019", protocol)
    assert (done.failure, done.sequences) == (None, 3)
    assert done.agrees
    assert {row.metric: row.tolerance for row in done.compared} == {"accuracy": 1e-9, "robustness": 1e-9, "eao": 1e-6}
    assert values(done)["robustness"] > 0.5


@needs_vot
def test_a_run_that_never_outlives_the_burn_in_is_left_out(polygons):
    rng = np.random.default_rng(8)
    results = {name: [reset(rng, one)] for name, one in polygons.items()}
    burnt = [Special.INITIALISED, Special.FAILED, *[Special.SKIPPED] * 4, Special.INITIALISED]
    results["s2"] = [Regions.collect([*burnt, Special.FAILED, *[Special.SKIPPED] * 27])]
    results["s1"] = [results["s1"][0][1:]]
    done = check(results, polygons, oracle("vot2019", "supervised"), "vot2019", "supervised")
    assert done.agrees
    assert done.left_out["s2"].startswith("a run has no frame after the burn-in")
    assert done.left_out["s1"].startswith("frame 0: expected a start")


@needs_vot
def test_vot_toolkit_says_the_same_of_runs_without_resets(polygons):
    rng = np.random.default_rng(9)
    results = {}
    for name, one in polygons.items():
        run = [moved(region, rng) for region in one.truth.regions]
        results[name] = [Regions.collect([Special.INITIALISED, *run[1:20], None, *run[21:]])]
    done = check(results, polygons, oracle("vot2020", "unsupervised"), "vot2020", "unsupervised")
    assert done.agrees
    assert 0.3 < values(done)["ao"] < 0.95


@pytest.fixture
def masks(truths):
    """Truth as masks, empty in some frames, with an anchor at each end."""
    found = {}
    for name, one in truths.items():
        regions = list(map(ellipse, one.truth.regions.boxes))
        regions[11:14] = [Mask(0, 0, 0, 0, ())] * 3
        anchors = np.zeros(len(one))
        anchors[[0, 20]] = 1, -1
        found[name] = replace(
            one, truth=replace(GroundTruth.visible(Regions.collect(regions)), flags={"anchor": anchors})
        )
    return found


def ellipse(box):
    x, y, w, h = box
    rows, columns = np.mgrid[: SIZE[1], : SIZE[0]]
    return Mask.encode(((columns - x) / w * 2) ** 2 + ((rows - y) / h * 2) ** 2 <= 1)


@needs_vot
def test_vot_toolkit_says_the_same_of_runs_from_anchors(masks, answers):
    results = {}
    for name, one in masks.items():
        run = [*map(ellipse, answers[name][:-20]), *[None] * 10, *[Mask(0, 0, 0, 0, ())] * 10]
        runs = {0: run, 20: run[20::-1]}
        results[name] = {anchor: Regions.collect([Special.INITIALISED, *each[1:]]) for anchor, each in runs.items()}
        assert len(results[name][0]) == len(one)
    done = check(results, masks, oracle("vot2020", "multi_start"), "vot2020", "multi_start")
    assert (done.failure, done.sequences) == (None, 3)
    assert done.agrees
    assert 0 < values(done)["robustness"] < 1


@needs_vot
def test_where_nothing_is_tracked_the_toolkit_divides_by_zero(masks, truths):
    seen = {
        name: replace(one, truth=replace(one.truth, regions=truths[name].truth.regions)) for name, one in masks.items()
    }
    results = {
        name: {
            anchor: Regions.collect([Special.INITIALISED, *[None] * rest])
            for anchor, rest in ((0, len(one) - 1), (20, 20))
        }
        for name, one in seen.items()
    }
    done = check(results, seen, oracle("vot2020", "multi_start"), "vot2020", "multi_start")
    assert {row.metric: row.same for row in done.compared} == {"eao": True}
    assert {note.rpartition(" for ")[2] for note in done.notes if "divides by zero" in note} == {
        "accuracy",
        "robustness",
    }
