"""What holds for every registered dataset."""

from importlib import resources

import pytest

from harness import open_dataset
from harness.catalog import DATASETS
from harness.core.errors import MissingData
from harness.core.sequence import canonical_name

MADE_HERE = {"synthetic"}  # renders itself: no list and no copy needed
COPIED = [name for name in DATASETS if name not in MADE_HERE]
UNLISTED = {"vot2021"}  # a copy's own list counts


@pytest.mark.parametrize("name", [name for name in COPIED if name not in UNLISTED])
def test_an_official_list_is_complete_in_itself(name):
    lists = [file for file in resources.files("harness.datasets.lists").iterdir() if file.name.startswith(name)]
    assert lists
    for file in lists:
        lines = [line for line in file.read_text("utf-8").splitlines() if not line.startswith("#")]
        names = [line.split("\t")[0] for line in lines]
        assert all(names)
        assert len(set(map(canonical_name, names))) == len(names) > 0


@pytest.mark.parametrize("name", COPIED)
@pytest.mark.parametrize("place", ["empty", "nowhere", "a file"])
def test_without_a_copy_it_says_where_it_looked_and_what_to_do(name, place, tmp_path):
    root = tmp_path / place
    if place == "empty":
        root.mkdir()
    elif place == "a file":
        root.write_text("")
    with pytest.raises(MissingData) as error:
        open_dataset(name, root)
    message = str(error.value)
    assert str(root) in message
    assert f"write '{name} = DIR'" in message
    assert "\n" not in message


@pytest.mark.parametrize("name", sorted(MADE_HERE))
def test_what_is_made_here_needs_nothing(name, tmp_path):
    dataset = open_dataset(name, tmp_path / "nowhere")
    assert dataset.expected == dataset.available
    assert dataset.missing == ()
    assert len(set(map(canonical_name, dataset.expected))) == len(dataset) > 0
    for one in dataset:
        assert len(one) == len(one.frames) > 0
    assert not (tmp_path / "nowhere").exists()  # annotations cost no rendering
