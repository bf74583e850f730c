"""Files that appear whole or not at all."""

from __future__ import annotations

import errno
import os
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from functools import cache
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO

from harness.core.errors import NotWritable

__all__ = ["not_writable", "write_whole"]

_TOGETHER = 8  # files that are flushed at the same time, which a disk does about as fast as one


def write_whole(*files: tuple[Path, bytes]) -> None:
    """Write files beside their places, flush them to the disk, and when all are there move them in, in this order.

    Raises NotWritable; then the last is not in its place.
    """
    written: list[Future[Path]] = [_writers().submit(_beside, path, content) for path, content in files]
    wait(written)
    left = {future.result() for future in written if future.exception() is None}
    try:
        for (path, _), one in zip(files, [future.result() for future in written], strict=True):
            try:
                one.replace(path)
            except OSError as error:
                raise not_writable(path, error) from None
            left.remove(one)
    finally:
        for one in left:
            with suppress(OSError):  # there is an error to report already, and a hidden file does no harm
                one.unlink()


def not_writable(path: Path, error: OSError) -> NotWritable:
    """The error for a file in the results folder that the system refused."""
    cure = "free some space" if error.errno == errno.ENOSPC else "make it writable"
    return NotWritable(f"{path}: cannot be written ({error.strerror}); {cure} or choose another --results")


def _beside(path: Path, content: bytes) -> Path:
    """Where the content lies, all of it, on the disk."""
    temporary = path.with_name(f".{token_hex(8)}.part")
    try:
        with _made(temporary) as file:
            file.write(content)
            file.flush()
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


@cache
def _writers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_TOGETHER, "write")
