import pytest

from harness.catalog import DATASETS
from harness.core.errors import UsageError
from harness.datasets import official


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("otb100", 100),
        ("otb50", 50),
        ("otb2013", 51),
        ("uav123", 123),
        ("lasot-test", 280),
        ("lasot-train", 1120),
        ("lasot_ext", 150),
        ("got10k-test", 180),
        ("got10k-val", 180),
        ("got10k-train", 9335),
        ("trackingnet-test", 511),
        ("davis16-val", 20),
        ("davis16-train", 30),
        ("davis17-val", 30),
        ("davis17-train", 60),
        ("vot2016", 60),
        ("vot2018", 60),
        ("vot2019", 60),
        ("vot2020", 60),
        ("vot2022", 62),
    ],
)
def test_a_list_is_complete(name, count):
    names = official.names(name)
    assert len(set(names)) == len(names) == count


def test_the_sequences_that_lists_lose():
    assert "volleyball-19" in official.names("lasot-test")
    assert {"-Dz7OIf54b0_0", "-FCJqWfi9Wo_0"} < set(official.names("trackingnet-test"))
    assert not set(official.names("lasot-test")) & set(official.names("lasot-train"))
    assert set(official.names("davis16-val")) < set(official.names("davis17-val"))
    assert set(official.names("davis16-train")) < set(official.names("davis17-train"))
    assert set(official.names("vot2020")) - set(official.names("vot2019")) == {"hand02"}
    assert sum(int(last) - int(first) + 1 for _, _, first, last in official.rows("uav123")) == 112_578


def test_every_erratum_is_of_a_benchmark_and_a_sequence_it_has():
    lists = {
        "lasot": ("lasot-test", "lasot-train"),
        "got10k": ("got10k-test", "got10k-val", "got10k-train"),
    }
    for benchmark, sequence, what in official.rows("errata"):
        names = {name for file in lists.get(benchmark, (benchmark,)) for name in official.names(file)}
        assert sequence in names
        assert what
        assert official.errata(benchmark)[sequence]


@pytest.mark.parametrize("name", [name for name in DATASETS if name != "synthetic"])
def test_every_benchmark_says_where_it_can_be_had(name):
    assert official.homepage(name).startswith("http")


def test_splits():
    assert official.chosen_split("got10k", "val", ("test", "val")) == "val"
    assert official.chosen_split("uav123", None) == ""
    with pytest.raises(UsageError, match="got10k has test, val, found 'got10k:dev'"):
        official.chosen_split("got10k", "dev", ("test", "val"))
    with pytest.raises(UsageError, match="uav123 has no splits, found 'uav123:test'"):
        official.chosen_split("uav123", "test")
