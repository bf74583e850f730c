"""A stranger's folder, zip or file, read with suspicion: the trust boundary of everything imported.

Nothing is unpacked to disk and nothing executed. A path that leaves the source (``..``, absolute, a drive letter, a
link to elsewhere), or sizes and counts beyond the limits (as declared and as met while reading) are refused.
"""

from __future__ import annotations

import hashlib
import io
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from collections.abc import Sequence as Row
from pathlib import Path
from typing import Protocol

from harness.core.errors import BadResults
from harness.interop import limits
from harness.interop.limits import check_count, check_link, check_member, check_name, check_size, check_total, noise

__all__ = ["Source"]

DEEPEST = 3  # zips in zips

_DAMAGED = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, RuntimeError)


class Source:
    """The files of a folder, of a zip, or one file alone, by relative posix path.

    Hidden files and ``__MACOSX`` are left out. `str` of a source is what a message should say.
    """

    def __init__(self, path: Path) -> None:
        """Raises BadResults for what is none of these, or not to be trusted."""
        self._hold(path, _holder(path))

    def _hold(self, path: Path, holder: _Holder, folder: str = "", depth: int = 1) -> None:
        self.path, self._holder, self._folder, self._depth = path, holder, folder, depth
        self._files = tuple(file.removeprefix(folder) for file in holder.files if file.startswith(folder))
        self._known = frozenset(self._files)
        self._sums: dict[str, bytes] = {}

    def __str__(self) -> str:
        return str(self.path)

    @property
    def name(self) -> str:
        """Its folder's name, or its zip's without ``.zip``: often the tracker's."""
        if isinstance(self._holder, _Single):
            return self.path.resolve().parent.name
        name = self.path.name or self.path.resolve().name
        return name[:-4] if name.lower().endswith(".zip") else name

    @property
    def files(self) -> Row[str]:
        """Relative posix paths, sorted."""
        return self._files

    @property
    def size(self) -> int:
        """Bytes in all its files, unpacked."""
        return sum(self._holder.size(self._folder + file) for file in self._files)

    @property
    def hidden(self) -> Row[str]:
        """What else a zip holds: what file managers put there."""
        return self._holder.hidden

    @property
    def digest(self) -> str:
        """sha256 of all that was read so far: paths and contents, whatever the order of reading."""
        whole = hashlib.sha256()
        for file, content in sorted(self._sums.items()):
            whole.update(file.encode() + b"\0" + content)
        return whole.hexdigest()

    def __contains__(self, file: str) -> bool:
        return file in self._known

    @property
    def unread(self) -> Row[str]:
        """The files that nobody read, sorted."""
        return tuple(file for file in self._files if file not in self._sums)

    def read(self, file: str) -> bytes:
        """A file's content; by many threads at once, if they like. Raises BadResults."""
        content = self._holder.read(self._folder + file)
        self._sums[file] = hashlib.sha256(content).digest()
        return content

    def inside(self, file: str) -> Source:
        """A zip that lies in the source, as a source of its own. Raises BadResults."""
        if self._depth == DEEPEST:
            raise BadResults(f"{self.path / file}: zips in zips, {DEEPEST} deep; unpack the outermost")
        holder = _Zip(self.path / file, io.BytesIO(self.read(file)))
        return self._derived(self.path / file, holder, "", self._depth + 1)

    def within(self, folder: str) -> Source:
        """The files below one of its folders, by their paths from there; ``""`` is all of it, with nothing read yet."""
        prefix = f"{folder}/" if folder else ""
        return self._derived(self.path / folder, self._holder, self._folder + prefix, self._depth)

    def only(self, files: Iterable[str]) -> Source:
        """Some of its files, with nothing read yet."""
        source = self.within("")
        source._files = tuple(sorted(files))
        source._known = frozenset(source._files)
        return source

    @staticmethod
    def _derived(path: Path, holder: _Holder, folder: str, depth: int) -> Source:
        source = Source.__new__(Source)
        source._hold(path, holder, folder, depth)
        return source


class _Holder(Protocol):
    """What files lie in: their paths, sorted, and their contents."""

    @property
    def files(self) -> Row[str]: ...
    @property
    def hidden(self) -> Row[str]: ...
    def size(self, file: str) -> int: ...
    def read(self, file: str) -> bytes: ...


def _holder(path: Path) -> _Holder:
    try:
        mode = path.stat().st_mode  # of the source itself, which the user named, a link is followed
        if stat.S_ISDIR(mode):
            return _Folder(path)
        if not stat.S_ISREG(mode):
            raise BadResults(f"{path}: expected a folder, a zip or a file, found a device or the like")
        if path.suffix.lower() == ".zip":
            return _Zip(path)
        return _Single(path)
    except OSError as error:
        raise BadResults(f"{path}: {error.strerror or error}") from None
    except ValueError:  # a NUL in it
        raise BadResults(f"{str(path)!r}: no path of a folder, a zip or a file") from None


class _Folder:
    """A folder on disk."""

    hidden = ()

    def __init__(self, path: Path) -> None:
        self._path = path
        self.files = tuple(sorted(self._walk()))

    def _walk(self) -> Iterator[str]:
        pending, count, home = [""], 0, os.path.realpath(self._path)
        while pending:
            folder = pending.pop()
            with os.scandir(self._path / folder) as entries:
                for entry in entries:
                    name = folder + entry.name
                    if noise(entry.name):
                        continue
                    count += 1
                    check_count(count, self._path)
                    check_name(name, self._path)
                    if entry.is_symlink():
                        check_link(self._path / name, home)
                    if entry.is_dir(follow_symlinks=False):
                        pending.append(f"{name}/")
                    elif entry.is_file():
                        yield name
                    else:
                        raise BadResults(f"{self._path / name}: expected a file, found a device or the like; remove it")

    def size(self, file: str) -> int:
        return _size(self._path / file)

    def read(self, file: str) -> bytes:
        return _read_file(self._path / file)


class _Single:
    """One file."""

    hidden = ()

    def __init__(self, path: Path) -> None:
        self._path = path
        check_name(path.name, path.parent)
        self.files = (path.name,)

    def size(self, file: str) -> int:
        return _size(self._path)

    def read(self, file: str) -> bytes:
        return _read_file(self._path)


class _Zip:
    """A zip, on disk or in memory; whatever its directory declares is checked before anything is unpacked."""

    def __init__(self, where: Path, content: io.BytesIO | None = None) -> None:
        self._where, self._content = where, content
        try:
            self._zip = zipfile.ZipFile(content or where)
        except _DAMAGED as error:
            raise BadResults(f"{where}: no zip, or cut short ({error}); make or download it again") from None
        files = [one for one in self._zip.infolist() if not one.is_dir()]
        members = [one for one in files if not noise(*one.filename.split("/"))]
        check_count(len(members), where)
        check_total(sum(one.file_size for one in members), where)
        for one in members:
            check_member(one, where)
        self._members = {one.filename: one for one in members}
        if len(self._members) < len(members):
            names = [one.filename for one in members]
            twice = next(name for name in names if names.count(name) > 1)
            raise BadResults(f"{where}: two files are called {twice!r}; make the zip again")
        self.files = tuple(sorted(self._members))
        self.hidden = tuple(sorted({one.filename for one in files} - self._members.keys()))

    def __reduce__(self) -> tuple[type[_Zip], tuple[Path, io.BytesIO | None]]:
        return _Zip, (self._where, self._content)  # another process opens it anew

    def size(self, file: str) -> int:
        return self._members[file].file_size

    def read(self, file: str) -> bytes:
        where = f"{self._where}/{file}"
        try:
            with self._zip.open(self._members[file]) as member:
                content = member.read(limits.LARGEST_FILE + 1)  # never more than declared; its checksum then fails
        except KeyError:
            raise BadResults(f"{where}: no such file") from None
        except _DAMAGED as error:
            raise BadResults(f"{where}: cannot be unpacked ({error}); make or download the zip again") from None
        check_size(len(content), where)
        return content


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # whoever reads it says what is wrong
        return 0


def _read_file(path: Path) -> bytes:
    """A regular file's content: not a pipe's that took its place, nor more than the limit of one that grows."""
    try:
        with open(path, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK)) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise BadResults(f"{path}: expected a file, found a device or the like")
            content = file.read(limits.LARGEST_FILE + 1)
    except OSError as error:
        raise BadResults(f"{path}: {error.strerror or error}") from None
    check_size(len(content), path)
    return content
