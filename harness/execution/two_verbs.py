"""Strangers' trackers with the field's two verbs, recognised by their methods and wrapped.

got10k's toolkit calls ``init(image, box)`` and ``update(image)``, pytracking's ``initialize(image, info)`` and
``track(image)``. Neither toolkit is imported here.
"""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable, Mapping
from contextlib import suppress
from math import nan
from pathlib import Path
from types import UnionType
from typing import Any, ClassVar, Literal, Union, get_args, get_origin

import numpy as np
from PIL import Image

from harness.core.errors import BadAnswer, UsageError
from harness.core.sequence import Frame
from harness.core.tracker import Prediction, Tracker
from harness.execution.each_alone import EachAlone, OneTarget

__all__ = ["tracker_class"]

_SCORES = ("object_presence_score", "conf_score", "best_score")  # pytracking's, and its descendants'
_PLAIN = (bool, int, float, str, Path)  # what text can be read as


def tracker_class(found: object, name: str) -> type[Tracker[Any]]:
    """The class of Tracker for what the tracker `name` turned out to be.

    That is a subclass of Tracker itself, or a class with two verbs, or a function that builds an object with
    them. Its settings are the parameters that have a default. Raises UsageError for anything else.
    """
    if inspect.isclass(found) and issubclass(found, Tracker):
        return found
    if not (inspect.isclass(found) or inspect.isfunction(found)):
        raise UsageError(f"tracker {name!r}: expected a class or a function that builds one, found {found!r:.60}")
    if inspect.isclass(found):
        _style(found, name)  # a wrong class is said before it is built

    def build(**settings: Any) -> OneTarget:
        instance = found(**settings)
        return _style(instance, name)(instance)

    stands_for = {
        "__module__": found.__module__,  # whose source is hashed
        "__doc__": found.__doc__,
        "Settings": _settings(found, name),
        "build": staticmethod(build),
    }
    return type(found.__name__, (_TwoVerbs,), stands_for)


class _TwoVerbs(EachAlone):
    """A stranger's class as a Tracker; `tracker_class` makes a subclass for each."""

    build: ClassVar[Callable[..., OneTarget]]
    device = "unknown"

    def __init__(self, settings: Any = None) -> None:
        super().__init__(lambda: self.build(**dataclasses.asdict(self.settings)), settings)
        self._free.append(self._built())  # now: what cannot be built is said before anything runs


class _InitUpdate:
    """got10k's verbs: a PIL image in RGB, boxes as an array (4,)."""

    def __init__(self, instance: Any) -> None:
        self._instance = instance

    def initialize(self, frame: Frame, target: Any) -> None:
        self._instance.init(Image.fromarray(frame.pixels), np.array(target.xywh))

    def track(self, frame: Frame) -> Prediction:
        return Prediction(self._instance.update(Image.fromarray(frame.pixels)))


class _InitializeTrack:
    """pytracking's verbs: a copy of the RGB array (torch wants a writable one), boxes in dictionaries."""

    def __init__(self, instance: Any) -> None:
        self._instance = instance
        self._takes_info = "info" in inspect.signature(instance.track).parameters

    def initialize(self, frame: Frame, target: Any) -> None:
        self._instance.initialize(frame.pixels.copy(), {"init_bbox": list(target.xywh)})

    def track(self, frame: Frame) -> Prediction:
        answer = self._instance.track(frame.pixels.copy(), *([{}] if self._takes_info else []))
        if not isinstance(answer, Mapping):
            return Prediction(answer)
        if "target_bbox" not in answer:
            raise BadAnswer(f"track() must answer 'target_bbox' (None for a miss), found {list(answer)}")
        confidence = next((answer[key] for key in _SCORES if answer.get(key) is not None), nan)
        return Prediction(answer["target_bbox"], confidence)


_STYLES: Mapping[tuple[str, str], Callable[[Any], OneTarget]] = {
    ("init", "update"): _InitUpdate,
    ("initialize", "track"): _InitializeTrack,
}


def _style(thing: object, name: str) -> Callable[[Any], OneTarget]:
    """How to call a class, or an object, by the pair of verbs that it implements. Raises UsageError."""
    verbs = [verb for pair in _STYLES for verb in pair if _implements(thing, verb)]
    styles = [style for pair, style in _STYLES.items() if set(pair) <= set(verbs)]
    if len(styles) == 1:
        return styles[0]
    kind = thing.__name__ if inspect.isclass(thing) else type(thing).__name__
    if styles:
        raise UsageError(
            f"tracker {name!r}: {kind} has both init/update and initialize/track: keep one pair, or say which in a "
            "subclass of harness.EachAlone"
        )
    raise UsageError(
        f"tracker {name!r}: expected a subclass of harness.Tracker, or a class with init(image, box) and update(image) "
        f"or initialize(image, info) and track(image); {kind} implements {' and '.join(verbs) or 'none of them'}"
    )


def _implements(thing: object, verb: str) -> bool:
    """Whether there is such a method, and more to it than the toolkits' ``raise NotImplementedError``."""
    method = getattr(thing, verb, None)
    code = getattr(method, "__code__", None)
    return callable(method) and (code is None or code.co_names != ("NotImplementedError",))


def _settings(build: Callable[..., Any], name: str) -> type[Any]:
    """The parameters that have a default and can be read from text, as a dataclass."""
    fields: list[tuple[str, Any, Any]] = []
    needed = []
    for parameter in _parameters(build, name):
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        if parameter.default is parameter.empty:
            needed.append(parameter.name)
        elif parameter.kind != parameter.POSITIONAL_ONLY and (kind := _kind(parameter)) is not None:
            fields.append((parameter.name, kind, parameter.default))
    if needed:
        raise UsageError(
            f"tracker {name!r}: {build.__name__} needs {', '.join(needed)}: name a function instead that builds it "
            "and needs nothing, or a subclass with defaults"
        )
    return dataclasses.make_dataclass("Settings", fields, frozen=True)


def _parameters(build: Callable[..., Any], name: str) -> list[inspect.Parameter]:
    try:
        signature = inspect.signature(build)
    except ValueError:
        raise UsageError(f"tracker {name!r}: {build.__name__} hides its parameters: name a function instead") from None
    with suppress(Exception):  # annotations may be for type checkers alone
        signature = inspect.signature(build, eval_str=True)
    return list(signature.parameters.values())


def _kind(parameter: inspect.Parameter) -> Any:
    """What a setting's text is read as: its annotation where that is plain, else what its default is; or None."""
    annotation, default = parameter.annotation, parameter.default
    if annotation is parameter.empty and default is None:
        return str | None
    origin = get_origin(annotation)
    options = get_args(annotation) if origin in (Union, UnionType) else (annotation,)
    if origin is Literal or all(option in (*_PLAIN, type(None)) for option in options):
        return annotation
    return next((kind for kind in _PLAIN if isinstance(default, kind)), None)
