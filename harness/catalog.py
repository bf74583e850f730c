"""Names and what they stand for: datasets, protocols, rules and trackers, imported on first use.

A catalog maps a name to ``"package.module:object"``. Listing one imports nothing; a wrong name is answered
with the nearest ones. Trackers are found by entry point (group ``harness.trackers``), ours included.
"""

from __future__ import annotations

import importlib.util
import sys
import zlib
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.core.errors import MissingData, UnknownName, UsageError

if TYPE_CHECKING:
    from harness.core.sequence import Dataset

__all__ = [
    "DATASETS",
    "PROTOCOLS",
    "RULES",
    "TRACKERS",
    "Catalog",
    "TrackerCatalog",
    "official_rule",
    "open_dataset",
    "scored_as",
    "usual_protocol",
]


class Catalog:
    """An import-free table of names; `kind` is the singular shown in messages."""

    def __init__(self, kind: str, entries: Callable[[], Mapping[str, str]]) -> None:
        self.kind, self._entries = kind, entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries())

    def load(self, name: str) -> Any:
        """The object behind a name. Raises UnknownName."""
        entries = self._entries()
        if name not in entries:
            raise UnknownName(self.kind, name, entries)
        return _load(entries[name])


class TrackerCatalog(Catalog):
    """Trackers by name, or by where a stranger's class is."""

    def resolve(self, text: str) -> Any:
        """What a tracker's name, ``package.module:Class``, ``./file.py:Class`` or ``trax:COMMAND`` stands for.

        Raises UsageError (UnknownName for a plain name) when there is none, or it cannot be imported.
        """
        if text.startswith("trax:"):
            return _load("harness.interop.trax.tracker:external_tracker")(text.removeprefix("trax:"))
        if text.endswith(".py"):
            raise UsageError(f"tracker {text!r}: expected its class too, as {text}:Class")
        path = text if ":" in text else self._entries().get(text)
        if path is None:
            raise UnknownName(self.kind, text, self)
        where, _, name = path.rpartition(":")
        module = _load_file(Path(where)) if where.endswith(".py") else _import(where, text)
        try:
            return getattr(module, name)
        except AttributeError:
            own = [key for key, value in vars(module).items() if getattr(value, "__module__", "") == module.__name__]
            raise UsageError(f"tracker {text!r}: {where} has no {name!r}, only {', '.join(own) or 'imports'}") from None


def _load(path: str) -> Any:
    module, _, name = path.partition(":")
    return getattr(import_module(module), name)


def _import(module: str, text: str) -> Any:
    if not all(part.isidentifier() for part in module.split(".")):
        raise UsageError(f"tracker {text!r}: expected package.module:Class or ./file.py:Class")
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        raise UsageError(f"tracker {text!r}: cannot import {error.name!r}: install it, or set PYTHONPATH") from None
    except Exception as error:
        raise UsageError(f"tracker {text!r}: importing {module}: {type(error).__name__}: {error}") from error


def _load_file(path: Path) -> Any:
    """A stranger's file as a module; what lies beside it can be imported by it."""
    if not path.is_file():
        raise UsageError(f"no tracker file {str(path)!r} here ({Path.cwd()})")
    folder = str(path.resolve().parent)
    if folder not in sys.path:
        sys.path.insert(0, folder)
    # A name of its own: ./random.py must not become everybody's `random`, nor a/mine.py stand for b/mine.py.
    name = f"tracker_file_{zlib.crc32(str(path.resolve()).encode()):08x}"
    spec = importlib.util.spec_from_file_location(name, path.resolve())
    assert spec is not None and spec.loader is not None
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        del sys.modules[name]
        raise UsageError(f"tracker file {path}: {type(error).__name__}: {error}") from error
    return module


DATASETS = Catalog(
    "dataset",
    lambda: {
        "davis16": "harness.datasets.davis:davis16",
        "davis17": "harness.datasets.davis:davis17",
        "got10k": "harness.datasets.got10k:got10k",
        "lasot": "harness.datasets.lasot:lasot",
        "lasot_ext": "harness.datasets.lasot:lasot_ext",
        "otb100": "harness.datasets.otb:otb100",
        "otb2013": "harness.datasets.otb:otb2013",
        "otb50": "harness.datasets.otb:otb50",
        "synthetic": "harness.datasets.synthetic.benchmark:synthetic",
        "trackingnet": "harness.datasets.trackingnet:trackingnet",
        "uav123": "harness.datasets.uav123:uav123",
        "vot2016": "harness.datasets.vot:vot2016",
        "vot2018": "harness.datasets.vot:vot2018",
        "vot2019": "harness.datasets.vot:vot2019",
        "vot2020": "harness.datasets.vot:vot2020",
        "vot2021": "harness.datasets.vot:vot2021",
        "vot2022": "harness.datasets.vot:vot2022",
    },
)

PROTOCOLS = Catalog(
    "protocol",
    lambda: {
        "multi_start": "harness.protocols.multi_start:MultiStart",
        "one_pass": "harness.protocols.one_pass:OnePass",
        "perturbed": "harness.protocols.perturbed:Perturbed",
        "realtime": "harness.protocols.realtime:Realtime",
        "sre": "harness.protocols.spatial:SpatialRobustness",
        "supervised": "harness.protocols.supervised:Supervised",
        "tre": "harness.protocols.temporal:TemporalRobustness",
        "unsupervised": "harness.protocols.unsupervised:Unsupervised",
        "video_segmentation": "harness.protocols.video_segmentation:VideoSegmentation",
    },
)

RULES = Catalog(
    "rule",
    lambda: {
        "compat.got10k-toolkit": "harness.metrics.one_pass.compat:GOT10K_TOOLKIT",
        "compat.pysot": "harness.metrics.one_pass.compat:PYSOT",
        "compat.pysot-toolkit": "harness.metrics.one_pass.compat:PYSOT_TOOLKIT",
        "compat.pytracking": "harness.metrics.one_pass.compat:PYTRACKING",
        "compat.stark": "harness.metrics.one_pass.compat:STARK",
        "davis16.official": "harness.metrics.segmentation.rules:DAVIS16",
        "davis17.official": "harness.metrics.segmentation.rules:DAVIS17",
        "got10k.official": "harness.metrics.one_pass.official:GOT10K",
        "lasot.official": "harness.metrics.one_pass.official:LASOT",
        "longterm.official": "harness.metrics.longterm:LONGTERM",
        "otb.official": "harness.metrics.one_pass.official:OTB",
        "synthetic.official": "harness.metrics.one_pass.official:SYNTHETIC",
        "trackingnet.official": "harness.metrics.one_pass.official:TRACKINGNET",
        "uav123.official": "harness.metrics.one_pass.official:UAV123",
        "vot.unsupervised": "harness.metrics.vot.rules:VOT_UNSUPERVISED",
        "vot2016.official": "harness.metrics.vot.rules:VOT2016",
        "vot2018.official": "harness.metrics.vot.rules:VOT2018",
        "vot2019.official": "harness.metrics.vot.rules:VOT2019",
        "vot2019.pysot": "harness.metrics.vot.rules:VOT2019_PYSOT",
        "vot2019.toolkit-legacy": "harness.metrics.vot.rules:VOT2019_TOOLKIT_LEGACY",
        "vot2019.toolkit-legacy-raster": "harness.metrics.vot.rules:VOT2019_TOOLKIT_LEGACY_RASTER",
        "vot2019.vot-toolkit": "harness.metrics.vot.rules:VOT2019_VOT_TOOLKIT",
        "vot2020.official": "harness.metrics.vot.rules:VOT2020",
    },
)

# Benchmarks scored by the code of another one.
_SCORED_AS = {
    "lasot_ext": "lasot",
    "otb100": "otb",
    "otb2013": "otb",
    "otb50": "otb",
    "vot2021": "vot2020",
    "vot2022": "vot2020",
}

# How those of their papers are run that are not run in one pass.
_RUN_AS = {
    "davis16": "video_segmentation",
    "davis17": "video_segmentation",
    "vot2016": "supervised",
    "vot2018": "supervised",
    "vot2019": "supervised",
    "vot2020": "multi_start",
}

# Whose rule scores a protocol on a benchmark that is usually run in another way.
_SCORED_UNDER = {
    "multi_start": "vot2020.official",
    "one_pass": "otb.official",
    "perturbed": "otb.official",
    "realtime": "vot2019.official",
    "sre": "otb.official",
    "supervised": "vot2019.official",
    "tre": "otb.official",
    "unsupervised": "vot.unsupervised",
    "video_segmentation": "davis17.official",
}

# Protocols that are scored as a benchmark's usual one.
_SCORED_LIKE = {("perturbed", "one_pass"), ("realtime", "supervised")}

TRACKERS = TrackerCatalog(
    "tracker", lambda: {point.name: point.value for point in sorted(entry_points(group="harness.trackers"))}
)


def scored_as(dataset: str) -> str:
    """The benchmark whose code scores a dataset; `dataset` may be a stored name.

    >>> scored_as("otb2013"), scored_as("got10k-val")
    ('otb', 'got10k')
    """
    name = dataset.replace("-", ":").partition(":")[0]
    return _SCORED_AS.get(name, name)


def usual_protocol(dataset: str) -> str:
    """How a dataset is run for its papers' main table; `dataset` may be a stored name.

    >>> usual_protocol("vot2019"), usual_protocol("lasot-test")
    ('supervised', 'one_pass')
    """
    return _RUN_AS.get(scored_as(dataset), "one_pass")


def official_rule(dataset: str, protocol: str | None = None) -> str:
    """The rule a dataset's papers follow; `dataset` may be a stored name.

    Run under another `protocol` than its usual one, it is scored by the rule of a benchmark whose protocol that is;
    options behind a protocol's name change nothing.
    Raises UsageError for a protocol that no rule scores.

    >>> official_rule("otb2013"), official_rule("otb2013", "supervised"), official_rule("vot2018", "realtime")
    ('otb.official', 'vot2019.official', 'vot2018.official')
    """
    usual, protocol = usual_protocol(dataset), protocol and protocol.partition("@")[0]
    if protocol in (None, usual) or (protocol, usual) in _SCORED_LIKE:
        return f"{scored_as(dataset)}.official"
    if protocol not in _SCORED_UNDER:
        raise UsageError(f"{dataset}: no rule scores results of protocol {protocol!r}")
    return _SCORED_UNDER[protocol]


def open_dataset(text: str, root: str | Path | None = None, recorded: str | None = None) -> Dataset:
    """A dataset by ``name``, ``name:split`` or the stored name ``name-split``.

    It is read from `root`, or from where settings say it is; `recorded` is the root that stored results
    were made from, asked before the default. Raises UnknownName, UsageError for a split it
    does not have, MissingData where nothing was found.
    """
    from harness import settings  # noqa: PLC0415  (a dataset given by root needs no settings)

    name, _, split = text.replace("-", ":").partition(":")
    loader = DATASETS.load(name)
    folder = settings.data_root(name, root, recorded)
    try:
        dataset: Dataset = loader(folder, split or None)
    except MissingData as error:
        raise MissingData(f"{error}. {settings.how_to_set_root(name)}") from None
    return dataset
