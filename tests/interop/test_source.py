"""The trust boundary: what is read is what lies in the source; what leaves it, or swells, is refused in one line."""

import io
import os
import pickle
import stat
import zipfile

import pytest

from harness.core.errors import BadResults
from harness.interop import limits
from harness.interop.source import Source

FILES = {"a/one.txt": b"1", "a/two.txt": b"22", "b.txt": b"333"}


def archive(path, files, **words):
    with zipfile.ZipFile(path, "w", **words) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return path


@pytest.fixture(params=["folder", "zip"])
def source(request, tmp_path, folder):
    if request.param == "folder":
        return Source(folder({**FILES, ".DS_Store": b"x", "__MACOSX/a": b"x"}))
    return Source(
        archive(tmp_path / "SiamX.zip", {**FILES, ".DS_Store": b"x", "__MACOSX/._b.txt": b"x", "empty/": b""})
    )


def test_a_folder_and_a_zip_read_alike(source):
    assert source.name == "SiamX"
    assert source.files == tuple(FILES)
    assert {file: source.read(file) for file in source.files} == FILES
    assert "b.txt" in source
    assert "c.txt" not in source
    assert source.hidden in ((), (".DS_Store", "__MACOSX/._b.txt"))


def test_a_folder_of_it_is_a_source_too(source):
    part = source.within("a")
    assert part.name == "a"
    assert part.files == ("one.txt", "two.txt")
    assert part.read("two.txt") == b"22"
    assert part.unread == ("one.txt",)
    assert source.unread == tuple(FILES)


def test_the_digest_is_of_what_was_read(source):
    empty = source.digest
    source.read("b.txt")
    one = source.digest
    source.read("a/one.txt")
    both = source.digest
    assert len({empty, one, both}) == 3
    again = source.within("")
    again.read("a/one.txt")
    again.read("b.txt")
    assert again.digest == both


def test_it_travels_to_another_process(source):
    assert pickle.loads(pickle.dumps(source)).read("a/two.txt") == b"22"


def test_one_file_alone(tmp_path):
    (tmp_path / "one.txt").write_bytes(b"1")
    source = Source(tmp_path / "one.txt")
    assert source.name == tmp_path.name
    assert source.files == ("one.txt",)
    assert source.read("one.txt") == b"1"


def test_zips_in_zips(tmp_path):
    content = b"x"
    for depth in range(4):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as made:
            made.writestr("x.zip" if depth else "x.txt", content)
        content = buffer.getvalue()
    (tmp_path / "x.zip").write_bytes(content)
    third = Source(tmp_path / "x.zip").inside("x.zip").inside("x.zip")
    with pytest.raises(BadResults, match="3 deep"):
        third.inside("x.zip")


@pytest.mark.parametrize(
    "name",
    ["../x.txt", "a/../../x.txt", "/etc/x.txt", "C:/x.txt", "C:x.txt", "a\\x.txt", "./x", "a//x", "a\nb", "\x1b[2J"],
)
def test_paths_that_leave_a_zip(tmp_path, name):
    archive(tmp_path / "x.zip", {name: b"x"})
    with pytest.raises(BadResults, match=r"x\.zip: holds .* expected relative paths") as caught:
        Source(tmp_path / "x.zip")
    assert str(caught.value).isprintable()


def test_a_name_cut_short_by_a_nul(tmp_path):
    data = archive(tmp_path / "x.zip", {"good.txt_evil": b"x"}).read_bytes()
    (tmp_path / "x.zip").write_bytes(data.replace(b"good.txt_evil", b"good.txt\0evil"))
    with pytest.raises(BadResults):
        Source(tmp_path / "x.zip")


def test_links_and_devices_in_a_zip(tmp_path):
    for kind in (stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR):
        info = zipfile.ZipInfo("link")
        info.external_attr = (kind | 0o777) << 16
        with zipfile.ZipFile(tmp_path / "x.zip", "w") as made:
            made.writestr(info, "/etc/passwd")
        with pytest.raises(BadResults, match="link: expected a file"):
            Source(tmp_path / "x.zip")


def test_two_files_of_one_name(tmp_path):
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as made, pytest.warns(UserWarning, match="Duplicate"):
        made.writestr("a.txt", "1")
        made.writestr("a.txt", "2")
    with pytest.raises(BadResults, match=r"two files are called 'a\.txt'"):
        Source(tmp_path / "x.zip")


def test_encrypted_damaged_and_packed_otherwise(tmp_path):
    data = archive(tmp_path / "x.zip", {"a.txt": b"1" * 99}).read_bytes()
    at = data.index(b"PK\1\2")
    for change, words in (
        (data[: at + 8] + b"\1" + data[at + 9 :], "encrypted"),
        (data[: len(data) // 2], "no zip, or cut short"),
        (b"", "no zip, or cut short"),
    ):
        (tmp_path / "x.zip").write_bytes(change)
        with pytest.raises(BadResults, match=words):
            Source(tmp_path / "x.zip")
    (tmp_path / "x.zip").write_bytes(data.replace(b"1" * 99, b"1" * 98 + b"2"))
    with pytest.raises(BadResults, match=r"a\.txt: cannot be unpacked"):
        Source(tmp_path / "x.zip").read("a.txt")
    archive(tmp_path / "x.zip", {"a.txt": b"1" * 99}, compression=zipfile.ZIP_BZIP2)
    with pytest.raises(BadResults, match="packed in a way that is not read here"):
        Source(tmp_path / "x.zip")


def test_a_bomb_is_refused_by_what_it_declares(tmp_path):
    archive(tmp_path / "x.zip", {"a.txt": bytes(2**25)}, compression=zipfile.ZIP_DEFLATED)
    with pytest.raises(BadResults, match="unpacks to more than 100 times"):
        Source(tmp_path / "x.zip")


def test_a_bomb_that_declares_less_than_it_holds(tmp_path):
    """Only what was declared is unpacked, and its checksum fails."""
    path = archive(tmp_path / "x.zip", {"a.txt": bytes(2**25)}, compression=zipfile.ZIP_DEFLATED)
    path.write_bytes(path.read_bytes().replace((2**25).to_bytes(4, "little"), (2**10).to_bytes(4, "little")))
    with pytest.raises(BadResults, match="cannot be unpacked"):
        Source(path).read("a.txt")


@pytest.mark.parametrize(
    ("limit", "words"),
    [("MOST_FILES", "more than 2 files"), ("LARGEST_FILE", "more than the 2 bytes"), ("LARGEST_TOTAL", "declares 6")],
)
def test_limits(source, limit, words, monkeypatch):
    monkeypatch.setattr(limits, limit, 2)
    if limit == "LARGEST_TOTAL" and source.path.is_dir():
        assert Source(source.path).files  # a folder is there already
        return
    with pytest.raises(BadResults, match=words):
        Source(source.path).read("b.txt")


def test_links_in_a_folder(folder, tmp_path):
    home = folder(FILES)
    (tmp_path / "secret.txt").write_text("secret")
    (home / "inside.txt").symlink_to(home / "b.txt")
    assert Source(home).read("inside.txt") == b"333"
    for target in (tmp_path / "secret.txt", tmp_path, home / "a", home / "nothing", tmp_path / "SiamX2"):
        (home / "link").unlink(missing_ok=True)
        (home / "link").symlink_to(target)
        with pytest.raises(BadResults, match="link: a link to"):
            Source(home)


def test_a_pipe_is_neither_a_source_nor_in_one(folder):
    home = folder(FILES)
    os.mkfifo(home / "pipe")
    with pytest.raises(BadResults, match="pipe: expected a file"):
        Source(home)
    with pytest.raises(BadResults, match="expected a folder, a zip or a file"):
        Source(home / "pipe")


def test_a_file_that_becomes_a_pipe_is_not_waited_for(folder):
    home = folder(FILES)
    source = Source(home)
    (home / "b.txt").unlink()
    os.mkfifo(home / "b.txt")
    with pytest.raises(BadResults, match="expected a file"):
        source.read("b.txt")


def test_what_is_not_there(tmp_path):
    for path in (tmp_path / "nothing", tmp_path / "nothing.zip", tmp_path / "a\0b"):
        with pytest.raises(BadResults):
            Source(path)
