import os
import shutil
import zipfile
from pathlib import Path

import cv2
import numpy as np
import pytest

from harness.core.errors import BadImage, MissingData
from harness.datasets.places import Folder, ZipFolder, search


@pytest.fixture
def copy(tmp_path):
    """A folder with a sequence, and the same zipped."""
    home = tmp_path / "whole" / "cat" / "cat-1"
    (home / "img").mkdir(parents=True)
    (home / "truth.txt").write_text("1,2,3,4\n")
    for number in (1, 2):
        cv2.imwrite(str(home / "img" / f"{number:08d}.png"), np.full((4, 6, 3), number, np.uint8))
    shutil.make_archive(str(tmp_path / "cat"), "zip", tmp_path / "whole", "cat")
    return tmp_path


def both(copy):
    return [Folder(copy / "whole"), ZipFolder(copy / "cat.zip")]


def test_a_folder_and_a_zip_are_read_alike(copy):
    for place in both(copy):
        home = place / "cat" / "cat-1"
        assert place.names() == {"cat"}
        assert (home.name, home.names()) == ("cat-1", {"truth.txt", "img"})
        assert home.has("truth.txt", "img")
        assert not home.has("truth.txt", "other")
        assert home.read("truth.txt") == b"1,2,3,4\n"
        assert (place / "dog").names() == frozenset()
        frames = (home / "img").frames(range(1, 3), lambda n: f"{n:08d}.png")
        assert [frame.pixels.item(0) for frame in frames] == [1, 2]
        assert cv2.imread(frames[1].path).item(0) == 2


def test_a_zipped_frame_has_a_file_as_long_as_it_is_held(copy):
    frames = (ZipFolder(copy / "cat.zip") / "cat" / "cat-1" / "img").frames(range(1, 3), lambda n: f"{n:08d}.png")
    frame = frames[0]
    path = frame.path
    assert frame.path is path
    del frame
    assert Path(path).is_file()
    where = os.fspath(Path(path))
    del path
    assert not Path(where).exists()


def test_what_is_not_there_is_named(copy):
    folder, zipped = (place / "cat" for place in both(copy))
    with pytest.raises(MissingData, match=rf"^{copy}/whole/cat/other: No such file"):
        folder.read("other")
    with pytest.raises(MissingData, match=rf"^{copy}/cat\.zip/cat/other: no such file in the zip$"):
        zipped.read("other")
    with pytest.raises(MissingData, match="other"):
        zipped.frames(range(1), lambda _: "other")[0].pixels  # noqa: B018
    with pytest.raises(BadImage, match=r"cat\.zip/cat/cat-1/truth\.txt: not an image"):
        (zipped / "cat-1").frames(range(1), lambda _: "truth.txt")[0].pixels  # noqa: B018


def test_a_zip_cut_short_is_one_clear_line(copy):
    whole = (copy / "cat.zip").read_bytes()
    (copy / "cut.zip").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(MissingData, match=r"cut\.zip: no zip, or cut short; download it again$"):
        search(copy / "cut.zip", ())


def test_a_damaged_member_is_one_clear_line(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("x/one.txt", "some text that is stored")
    data = (tmp_path / "a.zip").read_bytes()
    (tmp_path / "a.zip").write_bytes(data.replace(b"that is", b"that was"[:7]))
    with pytest.raises(MissingData, match=r"a\.zip/x/one\.txt: cannot be unpacked .*download the zip again"):
        (ZipFolder(tmp_path / "a.zip") / "x").read("one.txt")


def test_a_place_that_may_not_be_looked_into(tmp_path, monkeypatch):
    def refuse(_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", refuse)  # a chmod would not stop root
    with pytest.raises(MissingData, match=r": cannot be read \(Permission denied\)$"):
        Folder(tmp_path).names()


def test_places_are_the_root_the_benchmarks_own_folders_and_zips(copy):
    (copy / "Bench" / "Anno").mkdir(parents=True)
    (copy / "other" / "bench").mkdir(parents=True)
    shutil.copy(copy / "cat.zip", copy / "Bench" / "late.zip")
    found = [str(place).removeprefix(str(copy)) for place in search(copy, {"bench", "anno", "cat"})]
    assert found == ["", "/Bench", "/Bench/Anno", "/Bench/late.zip", "/Bench/late.zip/cat", "/cat.zip", "/cat.zip/cat"]
    assert [str(place) for place in search(copy / "cat.zip", ())] == [str(copy / "cat.zip")]


def test_no_root_no_places(tmp_path):
    with pytest.raises(MissingData, match="nowhere: no such folder"):
        search(tmp_path / "nowhere", ())
