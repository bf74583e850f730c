"""What workers say while they work, for the run's own bar and for whoever asks from another terminal.

::

    results/<dataset>/<protocol>/<label>/.progress/<session>/
        plan.json         what the run set out to do (Plan)
        <worker>.jsonl    a worker's notes, a line each, only ever added to
        <worker>.trace    where it was when it was ended from below
        stop              workers finish what they hold, and begin nothing

A session is one start of the program; its folder goes when it ends, and stays when it is killed.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from harness.store.whole import not_writable

__all__ = ["Journal", "Note", "Plan", "Reader", "Session"]

_FOLDER = ".progress"


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
    `frames` frames, `misses` of them without an answer; ``found``: somebody else had made it; ``width``: `frames`
    trials in flight from here, since memory ended.
    """

    kind: Literal["begin", "launch", "frames", "end", "found", "width"]
    trial: str = ""
    frames: int = 0
    misses: int = 0
    reason: str | None = None
    worker: str = ""
    device: str = ""


class Journal:
    """A worker's notes. A disk that takes no more of them stops no work."""

    def __init__(self, path: Path) -> None:
        self._file = -1
        with suppress(OSError):
            self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o666)

    def add(self, note: Note) -> None:
        line = {key: value for key, value in asdict(note).items() if value}
        with suppress(OSError):
            os.write(self._file, f"{json.dumps(line)}\n".encode())

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
    def open(cls, run: Path, plan: Plan) -> Session:
        """Raises NotWritable."""
        session = cls(run / _FOLDER / f"{plan.host}-{plan.pid}")
        try:
            shutil.rmtree(session.path, ignore_errors=True)  # of an earlier process of this number
            session.path.mkdir(parents=True)
            (session.path / "plan.json").write_text(json.dumps(asdict(plan)), "utf-8")
        except OSError as error:
            raise not_writable(session.path, error) from None
        return session

    @classmethod
    def all(cls, run: Path) -> list[Session]:
        """Those that are going on in a run's folder, and those that were killed."""
        return [cls(path) for path in sorted((run / _FOLDER).glob("*/")) if (path / "plan.json").is_file()]

    @property
    def plan(self) -> Plan | None:
        """None where it cannot be read, such as in the moment it ends."""
        try:
            document: dict[str, Any] = json.loads((self.path / "plan.json").read_bytes())
            return Plan(**document)
        except (OSError, ValueError, TypeError):
            return None

    def journal(self, worker: str) -> Path:
        return self.path / f"{worker}.jsonl"

    def trace(self, worker: str) -> Path:
        return self.path / f"{worker}.trace"

    def journals(self) -> list[Path]:
        return sorted(self.path.glob("*.jsonl"))

    def stop(self) -> None:
        """Ask all its workers to finish what they hold and to begin nothing."""
        with suppress(OSError):
            (self.path / "stop").touch()

    @property
    def stopping(self) -> bool:
        return (self.path / "stop").exists()

    def close(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)
        with suppress(OSError):
            self.path.parent.rmdir()
