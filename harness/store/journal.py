"""What workers say while they work, for the run's own bar and for whoever asks from another terminal.

::

    results/<dataset>/<protocol>/<label>/.progress/<session>/
        plan.json         what the run set out to do (Plan); locked, as long as its process lives
        <worker>.jsonl    a worker's notes, a line each, only ever added to
        <worker>.trace    where it was when it was ended from below
        stop              workers finish what they hold, and begin nothing

A session is one start of the program. Its folder goes when it ends; when it is killed, with the next one's start.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import platform
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from secrets import token_hex
from typing import Any, Literal

from harness.store.whole import not_writable

__all__ = ["Journal", "Launches", "Note", "Plan", "Reader", "Session"]

_FOLDER = ".progress"
_ABANDONED = 3600.0  # seconds that a session may take to write its plan


@dataclass(frozen=True, slots=True)
class Plan:
    """What a session set out to do in one run: `trials` to make of `frames` in all, `found` done before."""

    host: str
    pid: int
    started: str
    trials: int
    frames: int
    found: int
    width: int | str


@dataclass(frozen=True, slots=True)
class Note:
    """One line of a journal.

    ``begin``: a worker took up its work, as `worker` on `device`; ``launch``: `trial` is in flight from here;
    ``frames``: that many answers since the last such note; ``end``: `trial` was committed (`reason`: as failed), of
    `frames` frames, `misses` of them without an answer; ``found``: somebody else had made it, another worker of the
    session or another run; ``lost``: the head's note of what was in flight when the worker died; ``width``: `frames`
    trials in flight from here, since memory ended; ``waiting``, which no journal has: another run holds all that is
    left, `frames` trials.
    """

    kind: Literal["begin", "launch", "frames", "end", "found", "lost", "width", "waiting"]
    trial: str = ""
    frames: int = 0
    misses: int = 0
    reason: str | None = None
    worker: str = ""
    device: str = ""


class Journal:
    """A worker's notes. Raises NotWritable: whoever is not heard would be taken for dead, or waited for."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o666)
        except OSError as error:
            raise not_writable(path, error) from None

    def add(self, note: Note) -> None:
        told = {field: value for field in Note.__slots__ if (value := getattr(note, field))}
        line = f"{json.dumps(told)}\n".encode()
        try:
            if os.write(self._file, line) < len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError as error:
            raise not_writable(self._path, error) from None

    def close(self) -> None:
        with suppress(OSError):
            os.close(self._file)


class Reader:
    """What is new in a journal since it was last looked at; a line that is not whole yet waits."""

    def __init__(self, path: Path) -> None:
        self.path, self._offset = path, 0

    def notes(self) -> Iterator[Note]:
        try:
            with self.path.open("rb") as file:
                file.seek(self._offset)
                new = file.read()
        except OSError:
            return
        whole = new[: new.rfind(b"\n") + 1]
        self._offset += len(whole)
        for line in whole.splitlines():
            with suppress(ValueError, TypeError):
                yield Note(**json.loads(line))


@dataclass(frozen=True, slots=True)
class Session:
    """The folder of one session in a run's folder."""

    path: Path

    @classmethod
    @contextmanager
    def open(cls, run: Path, plan: Plan) -> Iterator[Session]:
        """A new one while it is wanted; those that were killed on this machine go. Raises NotWritable."""
        for other in map(cls, (run / _FOLDER).glob("*/")):
            if other.alive is False or other._abandoned:
                other._remove()
        session = cls(run / _FOLDER / f"{plan.host}-{plan.pid}-{token_hex(2)}")
        coming = session.path / ".plan"
        with ExitStack() as stack:
            stack.callback(session._remove)
            try:
                session.path.mkdir(parents=True)
                file = stack.enter_context(coming.open("w", encoding="utf-8"))
                with suppress(OSError):  # a file system without locks
                    fcntl.flock(file, fcntl.LOCK_EX)
                file.write(json.dumps(asdict(plan)))
                file.flush()
                coming.rename(session._plan)
            except OSError as error:
                raise not_writable(session.path, error) from None
            yield session

    @classmethod
    def all(cls, run: Path) -> list[Session]:
        """Those that are going on in a run's folder, and those that were killed."""
        return [cls(path) for path in sorted((run / _FOLDER).glob("*/")) if (path / "plan.json").is_file()]

    @property
    def plan(self) -> Plan | None:
        """None where it cannot be read, such as in the moment it ends."""
        try:
            document: dict[str, Any] = json.loads(self._plan.read_bytes())
            return Plan(**document)
        except (OSError, ValueError, TypeError):
            return None

    @property
    def alive(self) -> bool | None:
        """Whether its process is; None where that is another machine's, or its file system knows no locks."""
        if self.plan is None or self.plan.host != platform.node():
            return None
        try:
            with self._plan.open() as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:
            return None
        return False

    @property
    def _abandoned(self) -> bool:
        """Whether it was killed before it had a plan."""
        with suppress(OSError):
            return not self._plan.exists() and time.time() - self.path.stat().st_mtime > _ABANDONED
        return False

    @property
    def _plan(self) -> Path:
        return self.path / "plan.json"

    def journal(self, worker: str) -> Path:
        return self.path / f"{worker}.jsonl"

    def trace(self, worker: str) -> Path:
        return self.path / f"{worker}.trace"

    def journals(self) -> list[Path]:
        try:
            return sorted(path for path in self.path.iterdir() if path.suffix == ".jsonl")
        except OSError:
            return []

    def stop(self) -> None:
        """Ask all its workers to finish what they hold and to begin nothing."""
        with suppress(OSError):
            (self.path / "stop").touch()

    @property
    def stopping(self) -> bool:
        return (self.path / "stop").exists() or self.gone

    @property
    def gone(self) -> bool:
        """Whether somebody has deleted it."""
        return not self.path.exists()

    def _remove(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)
        with suppress(OSError):
            self.path.parent.rmdir()


class Launches:
    """The trials that workers of a session have begun so far, whatever became of them.

    Those in `own`, the journal of whoever asks, count if they stood there before: a process wrote them that has died.
    `alone`, no others do.
    """

    def __init__(self, session: Session, own: str, alone: bool) -> None:
        self._session, self._alone = session, alone
        self._readers: dict[Path, Reader] = {}
        self._trials: set[str] = set()
        self._own = session.journal(own)
        self._read(self._own)

    def __contains__(self, trial: object) -> bool:
        for path in [] if self._alone else self._session.journals():
            if path != self._own:
                self._read(path)
        return trial in self._trials

    def _read(self, journal: Path) -> None:
        reader = self._readers.setdefault(journal, Reader(journal))
        self._trials.update(note.trial for note in reader.notes() if note.kind == "launch")
