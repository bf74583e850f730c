"""An external tracker's process: started, spoken to, and never left behind."""

from __future__ import annotations

import math
import os
import select
import shutil
import signal
import subprocess
import tempfile
import time
import weakref
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from harness.core.errors import BadAnswer, TrackerError
from harness.interop.trax.greeting import Greeting
from harness.interop.trax.launch import Launch
from harness.interop.trax.messages import Message

__all__ = ["ExternalProcess"]

_LINE = 2**26  # bytes; a longer line is no message
_CHUNK = 2**16
_PATIENCE = 1.0  # seconds to leave after "quit"
_TAIL, _SHOWN = 3, 400  # lines and characters of its last words in a message


class ExternalProcess:
    """A program that speaks TraX on its standard streams; it is asked, and heard.

    It lives in a process group with a keeper, a shell that waits for the end of a pipe from us. However this process
    ends, SIGKILL and `os._exit` included, the system closes the pipe and the keeper kills the group.
    What the program prints beside messages goes into a file, which is kept if it fails.
    """

    def __init__(self, launch: Launch, name: str) -> None:
        """Raises TrackerError for a program that cannot be started."""
        self._name = name
        self.folder = Path(tempfile.mkdtemp(prefix="harness-trax-"))
        self._log = self.folder / "output.txt"
        keep = ["/bin/sh", "-c", "read _; kill -KILL 0"]
        nothing = subprocess.DEVNULL
        keeper = subprocess.Popen(keep, stdin=subprocess.PIPE, stdout=nothing, stderr=nothing, process_group=0)
        try:
            with self._log.open("ab") as log:
                self._program = subprocess.Popen(
                    launch.command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    bufsize=0,
                    cwd=self.folder if launch.apart else None,
                    env={**os.environ, **dict(launch.environment), "TRAX": "1"},
                    process_group=keeper.pid,
                )
        except OSError as error:
            _kill(keeper)
            shutil.rmtree(self.folder)
            raise TrackerError(f"{name}: cannot start {launch.command[0]!r}: {error.strerror}") from None
        assert self._program.stdin is not None and self._program.stdout is not None
        self._inward, self._outward = self._program.stdout.fileno(), self._program.stdin.fileno()
        os.set_blocking(self._outward, False)
        self._unread, self._unsent = bytearray(), bytearray()
        self._heard: deque[Message] = deque()
        self._greeting: Greeting | None = None
        self._owes = True  # an answer; the first is its hello
        self._group = keeper.pid
        self._finish = weakref.finalize(self, _finish, self._program, keeper, self.folder)

    @property
    def ready(self) -> bool:
        """Whether it can be asked something: it is alive, owes no answer and said nothing unasked."""
        return self._finish.alive and self._program.poll() is None and not self._owes and not self._heard

    def greet(self, deadline: float | None) -> Greeting:
        """What it said of itself at first. Raises TrackerError."""
        if self._greeting is None:
            hello = self.hear("hello", deadline)
            try:
                self._greeting = Greeting.read(hello)
            except ValueError as error:
                raise self.failed(f"cannot be driven: {error}") from None
        return self._greeting

    def ask(self, messages: Iterable[Message], deadline: float | None) -> None:
        """Hand it messages that it will answer with one, by `deadline` (of time.monotonic). Raises TrackerError."""
        if self._events(0):
            self._read()
        if self._heard:
            raise self.failed(f"said {self._heard[0].name!r} unasked", BadAnswer)
        self._owes = True
        self._unsent += b"".join(message.encode() for message in messages)
        while self._unsent:
            self._turn(deadline)

    def hear(self, name: str, deadline: float | None) -> Message:
        """Its answer, which is to be a message of that name, by `deadline`. Raises TrackerError."""
        while not self._heard:
            self._turn(deadline)
        message, self._owes = self._heard.popleft(), False
        if message.name == "quit":
            raise self.failed(f"quit: {message.properties.get('trax.reason', 'without a reason')}")
        if message.name != name:
            raise self.failed(f"said {message.name!r} where {name!r} is due", BadAnswer)
        return message

    def end(self) -> None:
        """Say goodbye, wait a moment unless it is busy, and kill its group."""
        if self._owes and self._finish.alive:
            os.killpg(self._group, signal.SIGKILL)
        self._finish()

    def failed(self, what: str, kind: type[TrackerError] = TrackerError) -> TrackerError:
        """Kill it; the error to raise, with its last words. All of them are kept in a file."""
        os.killpg(self._group, signal.SIGKILL)
        with self._log.open("rb") as log:
            log.seek(max(self._log.stat().st_size - _CHUNK, 0))
            words = log.read().decode("utf-8", "replace").split("\n")
        tail = " | ".join([line.strip() for line in words if line.strip()][-_TAIL:])
        if tail:
            kept = shutil.move(self._log, self.folder.with_suffix(".txt"))
            what += f"; it said: {tail[-_SHOWN:]} (all of it: {kept})"
        self._finish()
        return kind(f"{self._name} {what}")

    def _turn(self, deadline: float | None) -> None:
        """Wait until there is something to read or room to write, and do it."""
        left = None if deadline is None else max(deadline - time.monotonic(), 0)
        events = self._events(left)
        if self._inward in events:
            self._read()
        elif self._outward in events:
            try:
                del self._unsent[: os.write(self._outward, self._unsent)]
            except BrokenPipeError:
                self._unsent.clear()  # it listens no more; its last words come first
        if left == 0 and not self._heard:
            raise self.failed("took too long to answer and was killed")

    def _events(self, seconds: float | None) -> dict[int, int]:
        poll = select.poll()
        poll.register(self._inward, select.POLLIN)
        if self._unsent:
            poll.register(self._outward, select.POLLOUT)
        return dict(poll.poll(None if seconds is None else math.ceil(seconds * 1000)))

    def _read(self) -> None:
        chunk = os.read(self._inward, _CHUNK)
        if not chunk and not self._unread:
            raise self._died()
        chunk = chunk or b"\n"  # which a last line may lack
        self._unread += chunk
        if b"\n" not in chunk:
            if len(self._unread) > _LINE:
                raise self.failed(f"wrote a line of more than {_LINE} bytes", BadAnswer)
            return
        *lines, self._unread = self._unread.split(b"\n")
        noise = [line for line in lines if not self._is_message(line)]
        if noise:
            with self._log.open("ab") as log:
                log.writelines(line + b"\n" for line in noise)

    def _is_message(self, line: bytearray) -> bool:
        try:
            message = Message.decode(bytes(line))
        except ValueError as error:
            raise self.failed(f"broke the protocol: {error}", BadAnswer) from None
        if message is not None:
            self._heard.append(message)
        return message is not None

    def _died(self) -> TrackerError:
        """What its silence means."""
        with suppress(subprocess.TimeoutExpired):
            self._program.wait(_PATIENCE)
        code = self._program.returncode
        if code is None:
            return self.failed("closed its output")
        return self.failed(f"was killed by {signal.Signals(-code).name}" if code < 0 else f"exited with code {code}")


def _finish(program: subprocess.Popen[bytes], keeper: subprocess.Popen[bytes], folder: Path) -> None:
    assert program.stdin is not None and program.stdout is not None
    with suppress(OSError):
        program.stdin.write(Message("quit").encode())
    program.stdin.close()
    with suppress(subprocess.TimeoutExpired):
        program.wait(_PATIENCE)
    _kill(keeper)
    program.wait()
    program.stdout.close()
    shutil.rmtree(folder, ignore_errors=True)


def _kill(keeper: subprocess.Popen[bytes]) -> None:
    """End a keeper's group; until it is waited for, nobody else can have its number."""
    assert keeper.stdin is not None
    with suppress(ProcessLookupError):
        os.killpg(keeper.pid, signal.SIGKILL)
    keeper.stdin.close()
    keeper.wait()
