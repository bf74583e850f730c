"""The baseline: what a tracker scored when somebody was content with it, and how today's scores compare."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Literal, TypeAlias

from pydantic import TypeAdapter, ValidationError

from harness import __version__
from harness.core.errors import DamagedResult, IncompleteResults, NotWritable, UsageError
from harness.core.record import RunKey
from harness.metrics.scores import ScoreTable
from harness.reporting.cells import EMPTY
from harness.store.results import ResultStore

__all__ = [
    "Baseline",
    "Measured",
    "Move",
    "Outcome",
    "Verdict",
    "move",
    "read_baseline",
    "render_verdict",
    "stored",
    "verdict",
    "write_baseline",
]

_SEQUENCES = 5  # one sequence's mean overlap may move that many times as far as a score
_CLOCK = {"fps", "latency_p50", "latency_p95"}  # the machine's numbers as much as the tracker's
_ROUNDING = 1e-12  # so that a tolerance is inclusive in floating point too
_NAMES = 5

Outcome: TypeAlias = Literal["worse", "same", "better"]


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured; only numbers of equal ones are compared.

    `driven` is what the store says of it: the protocol's version and options, initial box and seed among them.
    """

    tracker: str
    dataset: str
    protocol: str
    rule: str
    driven: str
    sequences: tuple[str, ...]

    def differences(self, before: Measured) -> list[str]:
        """What is not as it was, a sentence each.

        >>> one = Measured("kcf", "otb100", "one_pass", "otb.official@1", "seed=0", ("Bolt", "Box"))
        >>> two = Measured("kcf", "otb100", "one_pass", "otb.official@1", "seed=1", ("Box", "Boy"))
        >>> two.differences(one)
        ['driven: seed=0, now seed=1', 'sequences: now without Bolt', 'sequences: now with Boy']
        """
        names = [field.name for field in fields(self) if field.name != "sequences"]
        pairs = [(name, getattr(before, name), getattr(self, name)) for name in names]
        lost, added = set(before.sequences) - set(self.sequences), set(self.sequences) - set(before.sequences)
        return [
            *(f"{name}: {old}, now {new}" for name, old, new in pairs if old != new),
            *(f"sequences: now {word} {_some(found)}" for word, found in (("without", lost), ("with", added)) if found),
        ]


@dataclass(frozen=True, slots=True)
class Baseline:
    """Scores and each sequence's mean overlap (`ao`), as fractions; None where the rule gives no number."""

    measured: Measured
    scores: Mapping[str, float | None]
    ao: Mapping[str, float | None]
    harness: str = __version__
    version: Literal[1] = 1

    @classmethod
    def of(cls, table: ScoreTable, measured: Measured) -> Baseline:
        """Today's numbers. Raises IncompleteResults where a sequence that was measured has none."""
        overlaps, gone = _overlaps(table, measured.tracker), _gone(table, measured.tracker, measured.sequences)
        if gone:
            reasons = "; ".join(f"{name}: {reason}" for name, reason in gone.items())
            raise IncompleteResults(f"a baseline stands on all its sequences; no score for {reasons}")
        return cls(measured, _scores(table, measured.tracker), {name: overlaps[name] for name in measured.sequences})


@dataclass(frozen=True, slots=True)
class Move:
    """A number then and now; the difference is None where either is."""

    name: str
    old: float | None
    new: float | None
    difference: float | None
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Verdict:
    """All that was compared.

    `gone` holds the baseline's sequences without a score now, with the reason, and `new` those it does not
    have. Where there are any, means stand on different sequences, and `scores` is empty.
    """

    scores: tuple[Move, ...]
    sequences: tuple[Move, ...]
    gone: Mapping[str, str]
    new: tuple[str, ...]

    @property
    def outcome(self) -> Outcome:
        """Worse where anything is, or is gone; else better where anything is."""
        outcomes = {one.outcome for one in (*self.scores, *self.sequences)}
        if self.gone or "worse" in outcomes:
            return "worse"
        return "better" if "better" in outcomes else "same"


def verdict(table: ScoreTable, baseline: Baseline, tolerance: float) -> Verdict:
    """The table's one tracker against the baseline.

    A score within `tolerance` of it is the same, a sequence's mean overlap within five times that. A metric
    that the baseline does not have is not compared, nor is speed.
    """
    (tracker,) = table.scores.index
    now, overlaps, before = _scores(table, tracker), _overlaps(table, tracker), baseline.ao
    gone = _gone(table, tracker, before)
    new = tuple(name for name in overlaps if name not in before)
    falling = {metric.name for metric in table.metrics if not metric.higher_is_better}
    scores = [move(name, old, now.get(name), tolerance, name not in falling) for name, old in baseline.scores.items()]
    kept = [name for name in before if name not in gone]
    sequences = (move(name, before[name], overlaps[name], _SEQUENCES * tolerance) for name in kept)
    return Verdict(() if gone or new else tuple(scores), tuple(sequences), gone, new)


def move(name: str, old: float | None, new: float | None, tolerance: float, higher_is_better: bool = True) -> Move:
    """One number then and now; a number that is no more is worse, one that was not there before better.

    >>> move("auc", 0.625, 0.5, tolerance=0.125).outcome, move("failures", 3, 4, 0.5, higher_is_better=False).outcome
    ('same', 'worse')
    """
    if old is None or new is None:
        return Move(name, old, new, None, "same" if old is new else "worse" if new is None else "better")
    gain = new - old if higher_is_better else old - new
    outcome: Outcome = "same" if abs(gain) <= tolerance + _ROUNDING else "better" if gain > 0 else "worse"
    return Move(name, old, new, new - old, outcome)


def render_verdict(result: Verdict, tolerance: float) -> str:
    """The numbers that a person wants to see: all scores, the sequences that moved, those that are gone."""
    moved = [one for one in result.sequences if one.outcome != "same"]
    rows = [_row(one.name, one) for one in result.scores] + [_row(f"ao {one.name}", one) for one in moved]
    lines = _aligned([("", "baseline", "now", "difference", ""), *rows]) if rows else []
    if result.gone or result.new:
        lines.append("scores are not compared: they would stand on other sequences")
    steady = len(result.sequences) - len(moved)
    if steady:
        lines.append(f"ao of {steady} sequence{'s' * (steady != 1)} within {_SEQUENCES * tolerance:g}")
    lines += [f"no score: {name} ({reason})" for name, reason in result.gone.items()]
    return "\n".join(lines)


def _row(name: str, one: Move) -> tuple[str, ...]:
    old, new = (EMPTY if value is None else f"{value:.4f}" for value in (one.old, one.new))
    difference = EMPTY if one.difference is None else f"{one.difference:+.4f}"
    return name, old, new, difference, one.outcome if one.outcome != "same" else ""


def _aligned(rows: list[tuple[str, ...]]) -> list[str]:
    first, *numbers, _ = (max(map(len, column)) for column in zip(*rows, strict=True))
    return ["  ".join([row[0].ljust(first), *map(str.rjust, row[1:4], numbers), row[4]]).rstrip() for row in rows]


def stored(store: ResultStore, measured: Measured, rule: str) -> Measured:
    """What the results kept under a baseline's label are of, scored by today's `rule`."""
    run = RunKey(measured.dataset, measured.protocol, measured.tracker)
    driven = set()
    for key in store.trials(run):
        with suppress(DamagedResult):  # evaluation will say so
            record = store.record(key)
            if record is not None and record.sequence in measured.sequences:
                driven.add(record.fingerprints.protocol)
    together = " and ".join(sorted(driven)) or measured.driven
    return Measured(run.label, run.dataset, run.protocol, rule, together, measured.sequences)


def read_baseline(path: Path) -> Baseline | None:
    """The baseline in a file, None where there is no such file. Raises UsageError for anything else."""
    try:
        return _baselines().validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = "".join(f"{part}: " for part in first["loc"])
        raise UsageError(f"{path}: not a baseline ({where}{first['msg']}); delete it to make one") from None


def write_baseline(path: Path, baseline: Baseline) -> None:
    """Put the file in place whole. Raises NotWritable."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(_baselines().dump_json(baseline, indent=1) + b"\n")
        part.replace(path)
    except OSError as error:
        raise NotWritable(f"{path}: cannot be written ({error.strerror})") from None
    finally:
        with suppress(OSError):
            part.unlink()


def _scores(table: ScoreTable, tracker: str) -> dict[str, float | None]:
    names = [metric.name for metric in table.metrics if metric.name not in _CLOCK]
    return {name: _number(table.scores.at[tracker, name]) for name in names}


def _overlaps(table: ScoreTable, tracker: str) -> dict[str, float | None]:
    overlap = "ao" if "ao" in table.per_sequence else "accuracy"  # VOT's rules
    return {name: _number(value) for (label, name), value in table.per_sequence[overlap].items() if label == tracker}


def _gone(table: ScoreTable, tracker: str, sequences: Iterable[str]) -> dict[str, str]:
    """Those without a score, and why."""
    overlaps = _overlaps(table, tracker)
    reasons = {gap.sequence: gap.reason for gap in table.gaps if gap.tracker == tracker}
    return {name: reasons.get(name, "not measured") for name in sequences if name not in overlaps}


def _number(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def _some(names: Iterable[str]) -> str:
    first, more = sorted(names)[:_NAMES], len(set(names)) - _NAMES
    return ", ".join(first) + (f" and {more} more" if more > 0 else "")


@cache
def _baselines() -> TypeAdapter[Baseline]:
    return TypeAdapter(Baseline)
