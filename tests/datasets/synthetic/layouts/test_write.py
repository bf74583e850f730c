"""Made copies as a whole: zips that hold what lies unpacked, and nothing half-written."""

import zipfile
from pathlib import Path

import pytest

from harness.core.errors import UsageError
from harness.datasets.synthetic.compose import Recipe
from harness.datasets.synthetic.layouts.write import LAYOUTS, make
from harness.datasets.synthetic.scenes import Scene

TINY = Recipe(length=10, size=(64, 48), attributes=("LR",))


VOT_ZIPS = {"agility.zip", "ants1.zip", "sequences/agility-color.zip", "sequences/ants1-color.zip"}


def unpacked(archive: str, inside: str) -> str:
    """Where a file of a downloaded zip lies in an unpacked copy."""
    if archive.startswith(("TEST/zips/", "TRAIN_0/zips/")):
        return archive.replace("zips", "frames").removesuffix(".zip") + f"/{inside}"
    if archive.startswith(("agility", "ants1")):
        return archive.replace(".zip", f"/{inside}")
    if archive.startswith("sequences/"):
        return archive.removeprefix("sequences/").replace("-color.zip", f"/color/{inside}")
    return f"train/{inside}" if archive.startswith("train_data/") else inside.removeprefix("DAVIS/")


@pytest.mark.parametrize(
    ("benchmark", "split", "zips"),
    [
        ("otb", None, {"Deer.zip", "Football1.zip"}),
        ("lasot", "test", {"airplane.zip"}),
        ("lasot", "train", {"airplane.zip"}),
        ("got10k", "test", {"test_data.zip"}),
        ("got10k", "val", {"val_data.zip"}),
        ("got10k", "train", {"train_data/GOT-10k_Train_split_01.zip"}),
        ("trackingnet", "test", {"TEST/zips/-Dz7OIf54b0_0.zip", "TEST/zips/-FCJqWfi9Wo_0.zip"}),
        ("trackingnet", "train", {"TRAIN_0/zips/-made000000_0.zip", "TRAIN_0/zips/_made000001_0.zip"}),
        ("uav123", None, {"Dataset_UAV123.zip"}),
        ("vot2019", None, VOT_ZIPS),
        ("vot2020", None, VOT_ZIPS),
        ("davis", "val", {"DAVIS-2017-trainval-480p.zip"}),
        ("davis", "train", {"DAVIS-2017-trainval-480p.zip"}),
    ],
)
def test_zips_hold_what_lies_unpacked(benchmark: str, split: str | None, zips: set[str], tmp_path: Path) -> None:
    for zipped in False, True:
        make(benchmark, tmp_path / str(zipped), 2, TINY, split=split, zipped=zipped)
    plain, packed = (
        {
            str(path.relative_to(tmp_path / name)): path.read_bytes()
            for path in (tmp_path / name).rglob("*")
            if path.is_file()
        }
        for name in ("False", "True")
    )
    assert {name for name in packed if name.endswith(".zip")} == zips
    for name in zips:
        del packed[name]
        with zipfile.ZipFile(tmp_path / "True" / name) as archive:
            assert len(archive.namelist()) == len(set(archive.namelist()))
            packed |= {unpacked(name, inside): archive.read(inside) for inside in archive.namelist()}
    assert packed == plain


def test_zips_made_twice_are_the_same(tmp_path: Path) -> None:
    for name in "ab":
        make("got10k", tmp_path / name, 2, TINY, split="val", zipped=True)
    assert (tmp_path / "a" / "val_data.zip").read_bytes() == (tmp_path / "b" / "val_data.zip").read_bytes()


def test_each_sequence_is_told_when_it_is_written(tmp_path: Path) -> None:
    told: list[Scene] = []
    made = make("lasot", tmp_path / "deep" / "er", 3, TINY, told=told.append)
    assert tuple(told) == made
    assert [scene.name for scene in made] == ["airplane-1", "airplane-9", "airplane-13"]


def test_a_killed_make_leaves_nothing(tmp_path: Path) -> None:
    def killed(_: Scene) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make("lasot", tmp_path / "copy", 2, TINY, told=killed)
    assert not any(tmp_path.iterdir())


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    with pytest.raises(UsageError, match=r"full: not empty; give --out a new folder$"):
        make("lasot", tmp_path / "full", 1, TINY)
    assert [path.name for path in tmp_path.rglob("*")] == ["full", "mine.txt"]
    (tmp_path / "empty").mkdir()
    make("lasot", tmp_path / "empty", 1, TINY)
    assert (tmp_path / "empty" / "airplane").is_dir()


def test_a_place_that_cannot_be_written_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for out in tmp_path / "file", tmp_path / "file" / "below":
        with pytest.raises(UsageError, match=r"cannot be written \(Not a directory\); give another --out$"):
            make("lasot", out, 1, TINY)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize(
    ("benchmark", "number", "split", "message"),
    [
        ("nfs", 1, None, f"unknown layout 'nfs': use {', '.join(LAYOUTS)}"),
        ("lasot", 0, None, "at least 1 sequence .*found --number 0"),
        ("lasot", 281, "test", "280 official .*found --number 281"),
        ("lasot", 1, "val", "lasot has test, train, found 'lasot:val'"),
        ("trackingnet", 2512, "train", "2511 official"),
        ("otb", 1, "test", "otb has no splits"),
        ("otb", 97, None, r"otb has 96 sequences with 1 target\(s\) a video, found --number 97"),
        ("vot2019", 61, None, "60 official .*found --number 61"),
        ("davis", 31, None, "30 official .*found --number 31"),
        ("davis", 1, "test", "davis has val, train, found 'davis:test'"),
        ("uav123", 123, None, "uav123 has .* sequences without a frame in common, found --number 123"),
    ],
)
def test_what_cannot_be_made_is_one_clear_line(
    benchmark: str, number: int, split: str | None, message: str, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match=message):
        make(benchmark, tmp_path / "copy", number, TINY, split=split)
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("benchmark", "message"),
    [("otb", r"otb has 4 sequences with 2 target\(s\) a video"), ("uav123", "no two targets .*found --targets 2")],
)
def test_two_targets_are_only_where_the_benchmark_has_them(benchmark: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=message):
        make(benchmark, tmp_path / "copy", 5, Recipe(targets=2))
