"""Where data, weights, results and reports live: argument, else environment, else harness.ini, else default.

::

    what            environment                 harness.ini            default
    results         HARNESS_RESULTS             [paths] results        results
    reports         HARNESS_REPORTS             [paths] reports        reports
    weights         HARNESS_WEIGHTS             [paths] weights        weights
    data of NAME    HARNESS_DATA, its NAME/     [data] NAME            data/NAME

``harness.ini`` is read from the current folder.
"""

from __future__ import annotations

import configparser
import os
from pathlib import Path
from typing import Literal

from harness.core.errors import UsageError

__all__ = ["chosen_data_root", "data_root", "folder", "how_to_set_root"]

_INI = "harness.ini"


def folder(what: Literal["results", "reports", "weights"], given: str | Path | None = None) -> Path:
    """The folder of results, reports or trackers' weights."""
    return Path(given or os.environ.get(f"HARNESS_{what.upper()}") or _ini("paths", what) or what).expanduser()


def data_root(name: str, given: str | Path | None = None, recorded: str | None = None) -> Path:
    """The folder of a benchmark's copy; `recorded` is the root a stored run used, asked before the default.

    Under HARNESS_DATA only a folder that exists counts, so that one benchmark may live elsewhere.
    """
    return chosen_data_root(name, given, recorded)[0]


def chosen_data_root(
    name: str, given: str | Path | None = None, recorded: str | None = None
) -> tuple[Path, Literal["argument", "HARNESS_DATA", "harness.ini", "results", "default"]]:
    """`data_root`, and who chose it."""
    if given:
        return Path(given), "argument"
    shared = os.environ.get("HARNESS_DATA")
    if shared and (Path(shared) / name).is_dir():
        return Path(shared) / name, "HARNESS_DATA"
    if written := _ini("data", name):
        return Path(written).expanduser(), "harness.ini"
    if recorded:
        return Path(recorded).expanduser(), "results"
    return (Path(shared or "data") / name).expanduser(), "HARNESS_DATA" if shared else "default"


def how_to_set_root(name: str) -> str:
    """The sentence that ends every message about missing data."""
    environment = f"set HARNESS_DATA to the folder that holds {name}/"
    return f"Give --root DIR, {environment}, or write '{name} = DIR' under [data] in {_INI}"


def _ini(section: str, key: str) -> str | None:
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read(_INI, encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError) as error:
        raise UsageError(f"{_INI}: {' '.join(str(error).split())}") from None
    return parser.get(section, key, fallback=None)
