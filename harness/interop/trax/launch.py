"""How an external tracker is started: a command line, or a section of the VOT toolkit's ``trackers.ini``."""

from __future__ import annotations

import hashlib
import os
import re
import shlex
import sys
import warnings
from collections.abc import Mapping
from configparser import ConfigParser
from configparser import Error as ConfigError
from dataclasses import dataclass
from pathlib import Path

from harness.core.errors import UsageError

__all__ = ["Launch", "read_launch"]

_READ = {"protocol", "command", "paths", "python", "linkpaths", "restart", "timeout"}
_OF_NO_EFFECT = {"label", "version", "tags", "storage"}  # they describe a tracker to the toolkit
_YES = ("true", "1", "t", "y", "yes")  # as the toolkit reads it


@dataclass(frozen=True, slots=True)
class Launch:
    """The words of a command and what goes with them; for an external tracker these are its settings.

    `arguments` are told to the tracker with each first frame. `restart` asks for a new process for each track;
    `timeout` is the seconds an answer may take where the run sets no limit; `apart` is in an empty folder of its own.
    """

    command: tuple[str, ...]
    environment: tuple[tuple[str, str], ...] = ()
    arguments: tuple[tuple[str, str], ...] = ()
    restart: bool = False
    timeout: float | None = None
    apart: bool = False


def read_launch(text: str) -> tuple[str, Launch]:
    """A label and a launch for ``COMMAND ARGS`` or ``path/trackers.ini#NAME``.

    A registry is read as vot-toolkit 0.9 reads it: protocols trax and traxpython, its paths relative to it.
    Raises UsageError for a line or a section that cannot be one.

    >>> label, launch = read_launch("python my_tracker.py --fast")
    >>> label, launch.command
    ('python@c4a9fdb8', ('python', 'my_tracker.py', '--fast'))
    """
    if found := re.fullmatch(r"(.+\.ini)(?:#(.*))?", text):
        return found[2], _from_registry(Path(found[1]), found[2])
    command = _words(text, f"tracker 'trax:{text}'")
    return f"{Path(command[0]).name}@{hashlib.sha256(text.encode()).hexdigest()[:8]}", Launch(command)


def _from_registry(file: Path, name: str | None) -> Launch:
    registry = ConfigParser()
    try:
        with file.open(encoding="utf-8") as stream:
            registry.read_file(stream)
        sections = {section: dict(registry[section]) for section in registry.sections()}
    except OSError as error:
        raise UsageError(f"trackers of {file}: {error.strerror}") from None
    except (ConfigError, UnicodeDecodeError) as error:
        raise UsageError(f"trackers of {file}: {' '.join(str(error).split())}") from None
    if name not in sections:
        known = ", ".join(sections) or "none"
        raise UsageError(
            f"trackers of {file}: expected trax:{file}#NAME with a name of {known}; found {name or 'none'}"
        )
    return _of_section(sections[name], f"tracker {name!r} of {file}", file.parent)


def _of_section(section: Mapping[str, str], where: str, home: Path) -> Launch:
    protocol, command = section.get("protocol"), section.get("command")
    if protocol not in ("trax", "traxpython") or not command:
        raise UsageError(f"{where}: expected protocol trax or traxpython and a command, found {protocol} and {command}")
    environment = {key[4:].upper(): os.path.expandvars(value) for key, value in section.items() if key[:4] == "env_"}
    if protocol == "traxpython":
        words = (*_words(section.get("python", sys.executable), where), *_python(command))
        environment |= {"PYTHONPATH": _paths(section.get("paths", ""), home), "PYTHONUNBUFFERED": "1"}
    else:
        words = _words(command, where)
    if "linkpaths" in section:
        links = _paths(section["linkpaths"], home)
        environment["LD_LIBRARY_PATH"] = os.pathsep.join(filter(None, (environment.get("LD_LIBRARY_PATH"), links)))
    try:
        timeout = float(section["timeout"]) if "timeout" in section else None
    except ValueError:
        raise UsageError(f"{where}: timeout is a number of seconds, found {section['timeout']!r}") from None
    used = _READ if protocol == "traxpython" else _READ - {"paths", "python"}
    ignored = [key for key in section if key not in used | _OF_NO_EFFECT and key[:4] not in ("env_", "arg_")]
    if ignored := [key for key in ignored if not key.startswith("meta_")]:
        warnings.warn(f"{where}: ignored: {', '.join(ignored)}", stacklevel=2)
    return Launch(
        words,
        tuple(sorted(environment.items())),
        tuple((key[4:], value) for key, value in section.items() if key[:4] == "arg_"),
        section.get("restart", "").lower() in _YES,
        timeout,
        apart=True,
    )


def _words(command: str, where: str) -> tuple[str, ...]:
    try:
        words = tuple(shlex.split(command))
    except ValueError as error:
        raise UsageError(f"{where}: {error}") from None
    if not words:
        raise UsageError(f"{where}: expected a command")
    return words


def _python(command: str) -> tuple[str, str]:
    """The interpreter's words for a module's name, or for a statement."""
    return ("-m" if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.]*", command) else "-c", command)


def _paths(text: str, home: Path) -> str:
    """Folders of a registry; without any, its own."""
    return os.pathsep.join(str((home / path).absolute()) for path in text.split(os.pathsep))
