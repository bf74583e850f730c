"""Folders of a benchmark's copy, unpacked or still inside the zip that was downloaded; read only, read alike.

A loader asks `search` where its files may be and then speaks of places and names alone.
"""

from __future__ import annotations

import atexit
import itertools
import re
import shutil
import tempfile
import weakref
import zipfile
import zlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache, lru_cache
from io import FileIO
from pathlib import Path

from harness.core.errors import MissingData
from harness.core.sequence import Frames
from harness.datasets.images import decode_image

__all__ = ["Folder", "Place", "ZipFolder", "search"]


class Place(ABC):
    """A folder; `str` of it is what a message should say."""

    @property
    @abstractmethod
    def name(self) -> str: ...

    @abstractmethod
    def names(self) -> frozenset[str]:
        """What lies in it; nothing where there is no such folder. Raises MissingData where it cannot be read."""

    @abstractmethod
    def __truediv__(self, name: str) -> Place: ...

    def zips(self) -> dict[str, Place]:
        """The tops of the zips in it, by their names; those inside a zip do not count."""
        return {}

    @abstractmethod
    def read(self, name: str) -> bytes:
        """A file's content. Raises MissingData."""

    @abstractmethod
    def locate(self, name: str) -> str:
        """A path that other programs can open; of a zipped file, a copy that lives as long as this string."""

    def has(self, *names: str) -> bool:
        """Whether all of these lie in it."""
        return self.names().issuperset(names)

    def frames(self, numbers: range, file: Callable[[int], str]) -> Frames:
        """The images ``file(number)`` of a sequence, decoded when used. Raises MissingData where some are missing."""
        present = self.names()
        missing = [name for name in map(file, numbers) if name not in present]
        if missing:
            lost = f"{len(missing)} of {len(numbers)} images missing, the first {missing[0]}"
            raise MissingData(f"{self}: {lost}; copy it again")
        return Frames(
            numbers,
            lambda n: decode_image(self.read(file(n)), f"{self}/{file(n)}"),
            lambda n: self.locate(file(n)),
        )

    def numbered_frames(self, first: int) -> Frames | None:
        """Its JPEG images from number `first` to the last, however many digits they are written with.

        None where it holds no such image. Raises MissingData where one in the middle is missing.
        """
        files = {int(found[1]): name for name in self.names() if (found := _NUMBERED.fullmatch(name))}
        numbers = range(first, max(files, default=-1) + 1)
        if not numbers:
            return None
        digits = min(map(len, files.values())) - len(".jpg")
        return self.frames(numbers, lambda number: files.get(number) or f"{number:0{digits}d}.jpg")


_NUMBERED = re.compile(r"([0-9]+)\.jpg", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Folder(Place):
    """A folder on disk."""

    path: Path

    def __str__(self) -> str:
        return str(self.path)

    @property
    def name(self) -> str:
        return self.path.name

    def names(self) -> frozenset[str]:
        try:
            return frozenset(path.name for path in self.path.iterdir())
        except (FileNotFoundError, NotADirectoryError):
            return frozenset()
        except OSError as error:
            raise MissingData(f"{self.path}: cannot be read ({error.strerror})") from None

    def __truediv__(self, name: str) -> Folder:
        return Folder(self.path / name)

    def zips(self) -> dict[str, Place]:
        return {name: ZipFolder(self.path / name) for name in sorted(self.names()) if name.lower().endswith(".zip")}

    def read(self, name: str) -> bytes:
        try:
            with FileIO(f"{self.path}/{name}") as file:  # in less time than Path.open: small frames feel it
                return file.readall()
        except OSError as error:
            raise MissingData(f"{self.path / name}: {error.strerror or error}") from None

    def locate(self, name: str) -> str:
        return str(self.path / name)


@dataclass(frozen=True, slots=True)
class ZipFolder(Place):
    """A folder inside a zip; `inside` is its path there, empty for the top."""

    archive: Path
    inside: str = ""

    def __str__(self) -> str:
        return f"{self.archive}/{self.inside}" if self.inside else str(self.archive)

    @property
    def name(self) -> str:
        return self.inside.rpartition("/")[2] or self.archive.name

    def names(self) -> frozenset[str]:
        return _archive(self.archive).folders.get(self.inside, frozenset())

    def __truediv__(self, name: str) -> ZipFolder:
        return ZipFolder(self.archive, f"{self.inside}/{name}" if self.inside else name)

    def read(self, name: str) -> bytes:
        file = self / name
        try:
            return _archive(self.archive).zip.read(file.inside)
        except KeyError:
            raise MissingData(f"{file}: no such file in the zip") from None
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError) as error:
            raise MissingData(f"{file}: cannot be unpacked ({error}); download the zip again") from None

    def locate(self, name: str) -> str:
        path = _Unpacked(_unpacked_folder() / f"{next(_COUNT)}-{name}")
        Path(path).write_bytes(self.read(name))
        weakref.finalize(path, Path(path).unlink, missing_ok=True)
        return path


class _Unpacked(str):
    """The path of a temporary file, removed with the last reference to it."""


_COUNT = itertools.count(1)


@cache
def _unpacked_folder() -> Path:
    folder = tempfile.mkdtemp(prefix="harness-frames-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


class _Archive:
    """An open zip, and what lies in each of its folders."""

    def __init__(self, path: Path) -> None:
        try:
            self.zip = zipfile.ZipFile(path)
        except zipfile.BadZipFile:
            raise MissingData(f"{path}: no zip, or cut short; download it again") from None
        except OSError as error:
            raise MissingData(f"{path}: {error.strerror or error}") from None
        contents: dict[str, set[str]] = {"": set()}
        for name in self.zip.namelist():
            inside = name.rstrip("/")
            while inside:
                folder, _, child = inside.rpartition("/")
                known = folder in contents
                contents.setdefault(folder, set()).add(child)
                inside = "" if known else folder
        self.folders = {folder: frozenset(names) for folder, names in contents.items()}


@lru_cache(maxsize=8)  # a zip of 50,000 frames keeps some 30 MB of names
def _archive(path: Path) -> _Archive:
    return _Archive(path)


def search(root: Path, inside: Collection[str], depth: int = 2, zips: str = "*.zip") -> list[Place]:
    """The places where a benchmark's files may begin: `root`, and folders and zips in it.

    A folder counts if its name (lower case) is one of `inside`, the benchmark's own, and so does one in that,
    `depth` levels down; a zip whose name (lower case) matches `zips` counts wherever such a folder may hold
    one, and the folders of such names in it. `root` may be a zip itself. Raises MissingData where `root` is
    neither.
    """
    try:
        zipped, folder = root.suffix.lower() == ".zip" and root.is_file(), root.is_dir()
    except OSError as error:
        raise MissingData(f"{root}: cannot be read ({error.strerror})") from None
    if not zipped and not folder:
        raise MissingData(f"{root}: no such folder")
    return list(_descend(ZipFolder(root) if zipped else Folder(root), inside, depth, zips))


def _descend(place: Place, inside: Collection[str], depth: int, zips: str) -> Iterator[Place]:
    yield place
    names = sorted(place.names())
    if depth:
        for name in names:
            if name.lower() in inside:
                yield from _descend(place / name, inside, depth - 1, zips)
    for name, top in place.zips().items():
        if fnmatchcase(name.lower(), zips):
            yield from _descend(top, inside, depth, zips)
