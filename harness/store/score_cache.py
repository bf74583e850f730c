"""Scores of single trials, kept beside the results they were computed from, so that a second report is quick.

::

    results/<dataset>/<protocol>/<label>/.scores/<rule>.npz

holds arrays with a row a trial, and of each row the key it was computed under. Whoever asks compares keys: a
row made of another trajectory or another truth is not found, so nothing here can be stale.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from harness import __version__
from harness.core.errors import NotWritable
from harness.store.whole import write_whole

__all__ = ["Arrays", "ScoreCache"]

Arrays: TypeAlias = Mapping[str, NDArray[Any]]

_KEYS, _VERSION = "keys", "version"


class ScoreCache:
    """The cache of one run under one rule; a folder that cannot be written is no error, only no cache."""

    def __init__(self, folder: Path, rule: str) -> None:
        self._path = folder / ".scores" / f"{rule}.npz"

    def load(self) -> tuple[list[str], Arrays]:
        """The key of each row, and the rows; nothing where there is none, or another version made it."""
        try:
            with self._path.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
                arrays = dict(file)
            if str(arrays.pop(_VERSION)) != __version__:
                return [], {}
            keys: list[str] = arrays.pop(_KEYS).tolist()
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return [], {}
        return (keys, arrays) if all(len(rows) == len(keys) for rows in arrays.values()) else ([], {})

    def save(self, keys: list[str], arrays: Arrays) -> None:
        """Replace what is kept; the file appears whole or not at all."""
        contents: dict[str, Any] = {_KEYS: np.array(keys, str), _VERSION: np.array(__version__), **arrays}
        buffer = BytesIO()
        np.savez(buffer, **contents)
        with suppress(NotWritable):
            write_whole((self._path, buffer.getvalue()))
