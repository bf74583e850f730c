"""What is refused before it is read: names that lead elsewhere, too large sizes and counts. All raise BadResults."""

from __future__ import annotations

import os
import re
import stat
import zipfile
from pathlib import Path

from harness.core.errors import BadResults

__all__ = ["check_count", "check_link", "check_member", "check_name", "check_size", "check_total", "noise"]

MOST_FILES = 300_000
LARGEST_FILE = 2**28  # bytes: a zip of one tracker's masks may lie in another zip
LARGEST_TOTAL = 2**32  # bytes a zip unpacks to
LARGEST_RATIO = 100  # unpacked to packed, of a file beyond the next size; the same box over and over passes
RATIO_COUNTS_FROM = 2**24  # bytes

_DRIVE = re.compile(r"[A-Za-z]:")
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # the others' readers may unpack far more than was asked for


def check_member(one: zipfile.ZipInfo, source: Path) -> None:
    """What a zip says of a file, before anything of it is unpacked."""
    check_name(one.orig_filename, source)
    where, kind = f"{source}/{one.filename}", stat.S_IFMT(one.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        raise BadResults(f"{where}: expected a file, found a link or the like; make the zip again without")
    if one.flag_bits & 1:
        raise BadResults(f"{where}: encrypted; make the zip again without a password")
    if one.compress_type not in _PACKED:
        raise BadResults(f"{where}: packed in a way that is not read here; make the zip again with deflate")
    check_size(one.file_size, where)
    if one.file_size > RATIO_COUNTS_FROM and one.file_size > LARGEST_RATIO * one.compress_size:
        raise BadResults(f"{where}: unpacks to more than {LARGEST_RATIO} times its size; no results do")


def noise(*parts: str) -> bool:
    """Whether a path is what file managers leave behind."""
    return any(part == "__MACOSX" or (part.startswith(".") and part not in (".", "..")) for part in parts)


def check_name(name: str, where: Path) -> None:
    parts = name.split("/")
    if "\\" in name or _DRIVE.match(name) or not name.isprintable() or not {"", ".", ".."}.isdisjoint(parts):
        raise BadResults(
            f"{where}: holds {name!a:.80}; expected relative paths, with / between printable names and no '..'; rename "
            "it, or make the zip again"
        )


def check_link(path: Path, home: str) -> None:
    target = Path(os.path.realpath(path))
    if not target.is_relative_to(home) or not target.is_file():
        raise BadResults(f"{path}: a link to a folder, to nothing or to elsewhere; put what it stands for in its place")


def check_count(count: int, where: Path) -> None:
    if count > MOST_FILES:
        raise BadResults(f"{where}: more than {MOST_FILES} files; name the folder of the results alone")


def check_size(size: int, where: object) -> None:
    if size > LARGEST_FILE:
        raise BadResults(f"{where}: more than the {LARGEST_FILE} bytes that are read of a file")


def check_total(size: int, where: Path) -> None:
    if size > LARGEST_TOTAL:
        raise BadResults(f"{where}: declares {size} bytes, more than the {LARGEST_TOTAL} that are unpacked")
