"""Who is making which trial: locks that the kernel gives back when their process dies.

One file a run, ``.claims``, and in it one byte a trial, locked as POSIX locks byte ranges: on one machine, and over
NFS between several. So two workers, or two runs started at once, never make the same trial at the same time, and no
death leaves a lock behind.
"""

from __future__ import annotations

import errno
import fcntl
import os
import zlib
from contextlib import suppress
from pathlib import Path

from harness.store.whole import not_writable

__all__ = ["Claims"]

_NO_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP)


class Claims:
    """This process's claims on trials of the run in `folder`.

    At most one a folder and process: such locks are a process's, and closing the file gives back all of them.
    Raises NotWritable.
    """

    def __init__(self, folder: Path) -> None:
        path = folder / ".claims"
        try:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        except OSError as error:
            raise not_writable(path, error) from None

    def take(self, trial: str) -> bool:
        """Whether the trial is ours to make now; on a file system that knows no locks it always is."""
        try:
            fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, _byte(trial))
        except OSError as error:
            return error.errno in _NO_LOCKS
        return True

    def release(self, trial: str) -> None:
        with suppress(OSError):
            fcntl.lockf(self._file, fcntl.LOCK_UN, 1, _byte(trial))

    def close(self) -> None:
        os.close(self._file)


def _byte(trial: str) -> int:
    """A trial's byte; where two share one, the second waits for the first."""
    return zlib.crc32(trial.encode())
