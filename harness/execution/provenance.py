"""Where a result comes from: what the tracker is made of, and the machine it ran on."""

from __future__ import annotations

import ast
import hashlib
import json
import os
import platform
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from pydantic_core import to_jsonable_python

import harness
from harness.core.tracker import Tracker

__all__ = [
    "computation_of",
    "environment",
    "invocation",
    "now",
    "settings_of",
    "source_hash",
    "tracker_fingerprint",
    "trial_seed",
    "worker_name",
]

_INSTALLED = ("site-packages", "dist-packages")  # folders that hold everybody's
_PACKAGES = ("numpy", "scipy", "opencv-python", "torch")


def tracker_fingerprint(name: str, tracker: Tracker[Any]) -> str:
    """A tracker's identity: its name, settings, weights, precision and source, in one hash."""
    identity = {
        "tracker": name,
        "settings": settings_of(tracker),
        "weights": None,
        **computation_of(tracker),
        "source": source_hash(type(tracker)),
    }
    return hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()[:16]


def settings_of(tracker: Tracker[Any]) -> dict[str, Any]:
    """A tracker's settings as JSON holds them."""
    settings: dict[str, Any] = to_jsonable_python(tracker.settings)
    return settings


def computation_of(tracker: Tracker[Any]) -> dict[str, str]:
    """The weights, and the precision if not float32: what an answer depends on beside settings and source."""
    weights = {} if tracker.weights is None else {"weights": tracker.weights}
    return weights if tracker.precision == "float32" else weights | {"precision": tracker.precision}


def source_hash(tracker: type) -> str:
    """A hash of the file that defines a tracker and of all it imports from its own package or folder.

    What it imports from elsewhere (numpy, torch, the harness) is named by version in run.json instead; of an
    installed package, that is all that is not in it.
    """
    module = sys.modules[tracker.__module__]
    digest = hashlib.sha256()
    file = Path(module.__file__ or "").resolve()
    package, *inside = tracker.__module__.split(".")
    home = file.parents[len(inside) + (file.name == "__init__.py")]
    for path in sorted(_closure(file, home, package if home.name in _INSTALLED else None)):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _closure(file: Path, home: Path, package: str | None) -> set[Path]:
    """The files below `home`, or of one package there, reached by imports; the harness is not part of a tracker."""
    seen: set[Path] = set()
    pending = [file]
    while pending:
        file = pending.pop()
        if file in seen:
            continue
        seen.add(file)
        if file.suffix != ".py":  # compiled
            continue
        for name in _imports(file, file.parent.relative_to(home).parts):
            place = home.joinpath(*name)
            if name and name[0] != "harness" and package in (None, name[0]):
                pending += [path for path in (place.with_suffix(".py"), place / "__init__.py") if path.is_file()]
    return seen


def _imports(file: Path, package: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The dotted names a file imports; of ``from a import b``, both ``a`` and ``a.b``."""
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (tuple(alias.name.split(".")) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parent = package[: len(package) - node.level + 1] if node.level else ()
            base = (*parent, *(node.module.split(".") if node.module else ()))
            yield base
            yield from ((*base, alias.name) for alias in node.names)


def trial_seed(seed: int, sequence: str, repetition: int) -> int:
    """A trial's own seed: of the run's seed, the sequence and the repetition, and of nothing else."""
    digest = hashlib.sha256(f"{seed}/{sequence}/{repetition}".encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1


def now() -> str:
    """The time, for the record: ISO 8601, UTC, whole seconds."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def worker_name() -> str:
    """This process, for the record."""
    return f"{platform.node()}:{os.getpid()}"


def environment() -> dict[str, Any]:
    """The machine and the versions a number may depend on."""
    return {
        "harness": harness.__version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "machine": platform.node(),
        "cpus": os.cpu_count(),
        "packages": {name: found for name in _PACKAGES if (found := _version(name))},
    }


def invocation() -> dict[str, Any]:
    """This start of the program: its command line, when, and where."""
    return {"command": sys.argv, "started": now(), "environment": environment()}


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
