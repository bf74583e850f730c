"""A stranger's folder, zip or file, read with suspicion: the trust boundary of everything imported.

Nothing is unpacked to disk and nothing executed. A path that leaves the source (``..``, absolute, a drive letter, a
link to elsewhere), or sizes and counts beyond the limits (as declared and as met while reading) are refused.
"""

from __future__ import annotations

from collections.abc import Sequence as Row
from pathlib import Path

__all__ = ["Source"]


class Source:
    """The files of a folder, of a zip, or one file alone, by relative posix path."""

    def __init__(self, path: Path) -> None:
        """Raises BadResults for what is none of these, or not to be trusted."""
        self.path = path

    @property
    def name(self) -> str:
        """The last part of its path without ``.zip``: often the tracker's name."""
        raise NotImplementedError

    @property
    def files(self) -> Row[str]:
        """Relative posix paths, sorted."""
        raise NotImplementedError

    def read(self, file: str) -> bytes:
        """A file's content. Raises BadResults."""
        raise NotImplementedError

    def inside(self, file: str) -> Source:
        """A zip that lies in the source, as a source of its own. Raises BadResults."""
        raise NotImplementedError
