"""Files that appear whole or not at all."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO

from harness.core.errors import NotWritable

__all__ = ["not_writable", "write_whole"]


def write_whole(*files: tuple[Path, bytes], flush: bool = True) -> None:
    """Write files beside their places, flush them to the disk, and when all are there move them in, in this order.

    Raises NotWritable; then the last is not in its place. Without `flush` a machine that dies may leave them empty.
    """
    left: list[Path] = []
    try:
        for path, content in files:
            left.append(_beside(path, content, flush))
        for path, _ in files:
            try:
                left[0].replace(path)
            except OSError as error:
                raise not_writable(path, error) from None
            del left[0]
    finally:
        for one in left:
            with suppress(OSError):  # there is an error to report already, and a hidden file does no harm
                one.unlink()


def not_writable(path: Path, error: OSError) -> NotWritable:
    """The error for a file in the results folder that the system refused."""
    cure = "free some space" if error.errno == errno.ENOSPC else "make it writable"
    return NotWritable(f"{path}: cannot be written ({error.strerror}); {cure} or choose another --results")


def _beside(path: Path, content: bytes, flush: bool) -> Path:
    """Where the content lies, all of it."""
    temporary = path.with_name(f".{token_hex(8)}.part")
    try:
        with _made(temporary) as file:
            file.write(content)
            file.flush()
            if flush:
                os.fsync(file.fileno())
    except OSError as error:
        with suppress(OSError):
            temporary.unlink()
        raise not_writable(path, error) from None
    return temporary


def _made(path: Path) -> BinaryIO:
    """A new file, and its folder where there is none."""
    try:
        return path.open("xb")
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("xb")
