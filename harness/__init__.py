"""harness: the evaluation harness for single-object visual tracking.

What a plug-in author or a script needs, by name; each is imported when it is first used, so that
``import harness`` costs nothing.
"""

from __future__ import annotations

TYPE_CHECKING = False  # type checkers take it for True; importing typing for it would double the cost
if TYPE_CHECKING:
    from typing import Any

    from harness.catalog import open_dataset as open_dataset
    from harness.core.errors import BadWeights as BadWeights
    from harness.core.errors import HarnessError as HarnessError
    from harness.core.errors import MissingWeights as MissingWeights
    from harness.core.errors import OutOfMemory as OutOfMemory
    from harness.core.masks import Labels as Labels
    from harness.core.masks import Mask as Mask
    from harness.core.regions import Box as Box
    from harness.core.regions import Polygon as Polygon
    from harness.core.regions import Region as Region
    from harness.core.sequence import Dataset as Dataset
    from harness.core.sequence import Frame as Frame
    from harness.core.sequence import Frames as Frames
    from harness.core.sequence import GroundTruth as GroundTruth
    from harness.core.sequence import Sequence as Sequence
    from harness.core.tracker import Compute as Compute
    from harness.core.tracker import NoSettings as NoSettings
    from harness.core.tracker import Prediction as Prediction
    from harness.core.tracker import SoftMask as SoftMask
    from harness.core.tracker import Track as Track
    from harness.core.tracker import Tracker as Tracker
    from harness.core.tracker import Traits as Traits
    from harness.core.trajectory import Trajectory as Trajectory
    from harness.execution.each_alone import EachAlone as EachAlone

__version__ = "0.1.0"

_HOME = {
    "BadWeights": "core.errors",
    "Box": "core.regions",
    "Compute": "core.tracker",
    "Dataset": "core.sequence",
    "EachAlone": "execution.each_alone",
    "Frame": "core.sequence",
    "Frames": "core.sequence",
    "GroundTruth": "core.sequence",
    "HarnessError": "core.errors",
    "Labels": "core.masks",
    "Mask": "core.masks",
    "MissingWeights": "core.errors",
    "NoSettings": "core.tracker",
    "OutOfMemory": "core.errors",
    "Polygon": "core.regions",
    "Prediction": "core.tracker",
    "Region": "core.regions",
    "Sequence": "core.sequence",
    "SoftMask": "core.tracker",
    "Track": "core.tracker",
    "Tracker": "core.tracker",
    "Trajectory": "core.trajectory",
    "Traits": "core.tracker",
    "open_dataset": "catalog",
}

__all__ = ["__version__", *_HOME]  # noqa: PLE0604


def __getattr__(name: str) -> Any:
    try:
        home = _HOME[name]
    except KeyError:
        raise AttributeError(f"module 'harness' has no public name {name!r}") from None
    from importlib import import_module

    found = globals()[name] = getattr(import_module(f"harness.{home}"), name)  # not looked up a second time
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
