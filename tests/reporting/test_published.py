from harness.catalog import DATASETS
from harness.reporting.published import figures, properties

ELSEWHERE = {"vot2019", "vot2020", "davis17", "got10k", "lasot", "trackingnet"}  # their loaders come later


def test_figures_are_fractions_of_known_benchmarks():
    found = figures()
    assert len(found) > 200
    assert {one.dataset for one in found} <= {*DATASETS, *ELSEWHERE}
    assert all(0 < one.value < 1 for one in found)


def test_a_figure_as_printed():
    (one,) = [f for f in figures() if (f.name, f.dataset, f.metric) == ("siamx", "vot2019", "eao")]
    assert (one.value, one.label) == (0.364, "SiamX (published, ICRA 2022)")


def test_trackingnets_p_and_np_are_areas():
    metrics = {one.metric for one in figures() if one.dataset == "trackingnet"}
    assert metrics == {"auc", "precision_auc", "normalized_precision_auc"}


def test_what_papers_print_of_trackers_is_found_by_both_names():
    assert properties("gflops")["SBT-light"] == properties("gflops")["sbt_light"] == 3.81
    assert properties("fps")["siamx"] == 50
