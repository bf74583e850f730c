"""Files are there, all of them and whole, or none is."""

import errno
import os
import shutil
from pathlib import Path

import pytest

from harness.core.errors import NotWritable
from harness.store.whole import not_writable, write_whole


def test_files_are_written_with_their_folders_and_replaced(tmp_path):
    files = {tmp_path / f"a/b/{number}.txt": bytes([number]) * 3000 for number in range(20)}
    write_whole((tmp_path / "a/b/3.txt", b"old"))
    write_whole(*files.items())
    assert {path: path.read_bytes() for path in (tmp_path / "a/b").iterdir()} == files


def test_files_are_as_open_to_others_as_any(tmp_path):
    (tmp_path / "any").touch()
    write_whole((tmp_path / "ours", b""))
    assert (tmp_path / "ours").stat().st_mode == (tmp_path / "any").stat().st_mode


def test_where_one_cannot_be_written_none_is(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(NotWritable, match=r"file/2\.txt: cannot be written"):
        write_whole((tmp_path / "1.txt", b"1"), (tmp_path / "file/2.txt", b"2"), (tmp_path / "3.txt", b"3"))
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_where_one_cannot_be_put_in_its_place_the_last_does_not_appear(tmp_path):
    (tmp_path / "2.txt").mkdir()
    with pytest.raises(NotWritable, match=r"2\.txt: cannot be written"):
        write_whole((tmp_path / "1.txt", b"1"), (tmp_path / "2.txt", b"2"), (tmp_path / "3.txt", b"3"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1.txt", "2.txt"]


def test_a_folder_that_is_deleted_meanwhile_is_one_line(tmp_path, monkeypatch):
    def replace(part, path):
        shutil.rmtree(path.parent)
        raise FileNotFoundError(errno.ENOENT, "gone")

    monkeypatch.setattr(Path, "replace", replace)
    with pytest.raises(NotWritable, match=r"1\.txt: cannot be written \(gone\)"):
        write_whole((tmp_path / "in/1.txt", b"1"), (tmp_path / "in/2.txt", b"2"))


@pytest.mark.parametrize(("number", "cure"), [(errno.ENOSPC, "free some space"), (errno.EROFS, "make it writable")])
def test_the_message_says_what_helps(number, cure):
    assert f"; {cure} or choose another --results" in str(not_writable(Path("x"), OSError(number, os.strerror(number))))
