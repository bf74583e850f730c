"""Files that appear whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from harness.core.errors import NotWritable

__all__ = ["not_writable", "write_whole"]


def write_whole(path: Path, content: bytes) -> None:
    """Write a file beside its place, flush it to the disk, and move it there. Raises NotWritable."""
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", suffix=".part", delete=False) as file:
            temporary = Path(file.name)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        raise not_writable(path, error) from None


def not_writable(path: Path, error: OSError) -> NotWritable:
    """The error for a file in the results folder that the system refused."""
    return NotWritable(f"{path}: cannot be written ({error.strerror}); make it writable or choose another --results")
