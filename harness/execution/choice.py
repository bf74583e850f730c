"""A tracker as it was asked for, and how it is built."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter, ValidationError

from harness.catalog import TRACKERS
from harness.core.errors import HarnessError, TrackerError, TrackerRaised, UsageError
from harness.core.record import checked_label
from harness.core.tracker import Compute, Tracker, Traits
from harness.execution.provenance import computation_of, settings_of, tracker_fingerprint
from harness.execution.two_verbs import tracker_class

__all__ = ["Chosen", "Described", "TrackerChoice", "built", "described"]


@dataclass(frozen=True, slots=True)
class Described:
    """What a plan needs to know of a tracker, wherever it was built.

    `identity` is what its label stands for, and must go on standing for: the tracker's name, settings and weights.
    """

    name: str
    label: str
    identity: Mapping[str, Any]
    fingerprint: str
    traits: Traits
    device: str
    weights: str | None


@dataclass(frozen=True, slots=True, eq=False)
class Chosen:
    """A tracker that was built, under the label its results will carry."""

    name: str
    label: str
    tracker: Tracker[Any]

    def described(self) -> Described:
        tracker = self.tracker
        return Described(
            name=self.name,
            label=self.label,
            identity={"tracker": self.name, "settings": settings_of(tracker), **computation_of(tracker)},
            fingerprint=tracker_fingerprint(self.name, tracker),
            traits=tracker.traits,
            device=tracker.device,
            weights=tracker.weights,
        )


@dataclass(frozen=True, slots=True)
class TrackerChoice:
    """A tracker's name (or path), the settings to override, as text, a label if one was given, and its `Compute`."""

    name: str
    overrides: Mapping[str, str] = field(default_factory=dict)
    label: str | None = None
    compute: Compute = field(default_factory=Compute)

    def build(self) -> Chosen:
        """The tracker with its settings and weights.

        Raises UsageError for a name, class or setting there is not, and for weights that it does not take;
        TrackerRaised where it cannot be built.
        """
        cls: Any = tracker_class(TRACKERS.resolve(self.name), self.name)
        settings = self._settings(cls.Settings) if self.overrides else None
        if not cls.traits.weights:
            self._no_weights()
        try:
            if cls.traits.weights:
                tracker = cls(settings, self.compute)
            else:
                tracker = cls() if settings is None else cls(settings)
        except HarnessError:
            raise
        except Exception as error:
            raise TrackerRaised(f"tracker {self.name!r} cannot be built: {type(error).__name__}: {error}") from error
        label = self._label(tracker) if self.label is None else self.label
        return Chosen(self.name, checked_label(label), tracker)

    def _no_weights(self) -> None:
        """Raises UsageError where weights, or a precision, were asked for."""
        asked = self.compute
        if (asked.weights, asked.random_weights, asked.precision) != (None, None, "float32"):
            raise UsageError(
                f"tracker {self.name!r} takes no weights: run it without --weights, --random-weights and --precision"
            )

    def _settings(self, kind: type[Any]) -> Any:
        known = [item.name for item in dataclasses.fields(kind)]
        for name in self.overrides:
            if name not in known:
                raise UsageError(f"--set {name}: tracker {self.name!r} has {', '.join(known) or 'no settings'}")
        try:
            return TypeAdapter(kind).validate_python(dict(self.overrides))
        except ValidationError as error:
            wrong = error.errors()[0]
            what = f"{wrong['loc'][0]}={wrong['input']!r}"
            raise UsageError(f"--set {what} of tracker {self.name!r}: {wrong['msg']}") from None

    def _label(self, tracker: Tracker[Any]) -> str:
        """The tracker's name; behind an @, the seed of random weights and a hash of what is not the default."""
        name = type(tracker).__name__ if ":" in self.name else self.name  # of a path or trax:, its class's
        defaults = tracker.Settings()
        different = {
            item: value
            for item, value in settings_of(tracker).items()
            if getattr(tracker.settings, item) != getattr(defaults, item)
        }
        if tracker.precision != "float32":
            different["--precision"] = tracker.precision
        kind, _, seed = (tracker.weights or "").partition(":")
        if kind == "random":
            name += f"@random{seed}"
        if different:
            name += f"@{hashlib.sha256(json.dumps(different, sort_keys=True).encode()).hexdigest()[:8]}"
        return name


_BUILT: dict[str, tuple[TrackerChoice, Chosen]] = {}  # by fingerprint, and one at most: two may not fit a device


def described(choice: TrackerChoice) -> Described:
    """What `choice` turns out to be, built here and now. Raises as TrackerChoice.build."""
    _BUILT.clear()
    chosen = choice.build()
    found = chosen.described()
    _BUILT[found.fingerprint] = choice, chosen
    return found


def built(choice: TrackerChoice, fingerprint: str) -> Chosen:
    """The tracker that was described so; the one this process built last is not built again.

    Raises as TrackerChoice.build, and TrackerError where another one comes of it here.
    """
    if _BUILT.get(fingerprint, (None,))[0] != choice and described(choice).fingerprint != fingerprint:
        raise TrackerError(f"tracker {choice.name!r} was changed, or is another one on this machine: run again")
    return _BUILT[fingerprint][1]
