"""Speed: frames per second as each community counts them, latencies, and their columns in a score table."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Sequence as Row
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from harness.core.record import Seconds
from harness.metrics.scores import Gap, Metric, ScoreTable

__all__ = ["Clocked", "Speed", "frames_per_second", "speed", "timing", "with_speed"]

Float = NDArray[np.float64]

METRICS = (
    Metric("fps", "FPS", percent=False),
    Metric("latency_p50", "p50 (ms)", higher_is_better=False, percent=False),
    Metric("latency_p95", "p95 (ms)", higher_is_better=False, percent=False),
)
_NOT_ALIKE = "speed: not all here were timed alike and on one device, so do not compare"


@dataclass(frozen=True, slots=True)
class Speed:
    """What a tracker's seconds come to; NaN where nothing was timed.

    `latency_p50`, `latency_p95` (of updates) and `start_p50` are milliseconds. `fps` is updates over seconds of
    updating, the reports' number. The others count the first frame, as their code does: `fps_got10k` is the mean of
    the frames' rates (got10k-toolkit's report), `fps_pytracking` frames over seconds (what its runs print),
    `fps_vot` the mean over sequences of frames over seconds (VOT's MATLAB toolkit, before it normalises by machine).
    """

    sequences: int
    frames: int
    latency_p50: float
    latency_p95: float
    start_p50: float
    fps: float
    fps_got10k: float
    fps_pytracking: float
    fps_vot: float


@dataclass(frozen=True, slots=True, eq=False)
class Clocked:
    """One tracker's seconds in a table, by sequence: of its runs, or of a latency measured apart.

    `device` says on what and how they were measured: those of one tracker compare with another's of the same. `note`
    says so in full. `latency` has the seconds of each frame, as in `core.latency.Latency`, where it was measured
    apart. `caveats` are what else the reader must know.
    """

    device: str
    note: str
    timings: Mapping[str, Row[Seconds]]
    latency: Mapping[str, Float] = field(default_factory=dict)
    caveats: tuple[str, ...] = ()


def frames_per_second(timings: Iterable[Seconds]) -> float:
    """Updates per second of updating, over all sequences together; NaN where none was timed alone.

    Starts (building templates, fitting a model to the first frame) and decoding are left out, and so are
    *shared* seconds: with others in flight they measure the machine, not the tracker.

    >>> frames_per_second([Seconds(1.0, 2.0, 60, shared=False), Seconds(0.0, 1.0, 90, shared=True)])
    30.0
    """
    alone = [timing for timing in timings if not timing.shared]
    return _ratio(sum(timing.updates for timing in alone), sum(timing.update for timing in alone))


def timing(seconds: Float) -> Seconds:
    """The sums of one sequence's seconds ``(N,)``, measured alone.

    >>> timing(np.array([1.0, 0.25, 0.25]))
    Seconds(start=1.0, update=0.5, updates=2, shared=False)
    """
    return Seconds(float(seconds[0]), float(seconds[1:].sum()), len(seconds) - 1, shared=False)


def speed(seconds: Mapping[str, Float]) -> Speed:
    """All of it, of the seconds ``(N,)`` of each sequence: of its start, then of each update.

    >>> found = speed({"a": np.array([1.0, 0.25, 0.25]), "b": np.array([0.5, 0.125])})
    >>> found.fps, found.fps_got10k, found.fps_pytracking, found.latency_p50
    (4.8, 3.8, 2.3529411764705883, 250.0)
    """
    rows = list(seconds.values())
    every = np.concatenate([*rows, np.empty(0)])
    timed = every[every > 0]  # as the toolkit does: a rate needs a time
    return Speed(
        sequences=len(rows),
        frames=len(every),
        latency_p50=_percentile([row[1:] for row in rows], 50),
        latency_p95=_percentile([row[1:] for row in rows], 95),
        start_p50=_percentile([row[:1] for row in rows], 50),
        fps=frames_per_second(map(timing, rows)),
        fps_got10k=float((1 / timed).mean()) if len(timed) else math.nan,
        fps_pytracking=_ratio(len(every), float(every.sum())),
        fps_vot=float(np.mean([_ratio(len(row), float(row.sum())) for row in rows])) if rows else math.nan,
    )


def with_speed(table: ScoreTable, clocked: Mapping[str, Clocked]) -> ScoreTable:
    """The table with frames per second, where any of its trackers was timed alone, and latencies, where measured.

    Of a run's own seconds those of scored sequences count. What was not timed on one device is said in the gaps.
    """
    rows = table.per_sequence.index
    scored = {t: [name for tracker, name in rows if tracker == t] for t in table.scores.index}
    trackers = [_columns(clocked[t], clocked[t].latency or names) for t, names in scored.items()]
    sequences = [_columns(clocked[t], [name]) for t, name in rows]
    timed = {t: clocked[t] for t, row in zip(scored, trackers, strict=True) if not math.isnan(row["fps"])}
    count = 0 if not timed else 3 if any(one.latency for one in timed.values()) else 1
    metrics = [replace(metric, comparable=_alike(timed)) for metric in METRICS[:count]]
    names = [metric.name for metric in metrics]
    return replace(
        table,
        metrics=(*table.metrics, *metrics),
        scores=table.scores.join(pd.DataFrame(trackers, table.scores.index)[names]),
        per_sequence=table.per_sequence.join(pd.DataFrame(sequences, rows, [m.name for m in METRICS], float)[names]),
        gaps=(*table.gaps, *_remarks(clocked, timed, list(scored))),
    )


def _columns(clocked: Clocked, sequences: Iterable[str]) -> dict[str, float]:
    """The columns of one tracker over some sequences."""
    chosen = list(sequences)
    latency = [clocked.latency[name][1:] for name in chosen if name in clocked.latency]
    return {
        "fps": frames_per_second(one for name in chosen for one in clocked.timings.get(name, ())),
        "latency_p50": _percentile(latency, 50),
        "latency_p95": _percentile(latency, 95),
    }


def _remarks(clocked: Mapping[str, Clocked], timed: Mapping[str, Clocked], trackers: Row[str]) -> Iterator[Gap]:
    """What numbers are not there, what they were measured on, and whether they compare."""
    measured, alike = any(one.latency for one in timed.values()), _alike(timed)
    for tracker in trackers:
        yield from (Gap(tracker, "", caveat) for caveat in clocked[tracker].caveats)
        if timed and tracker not in timed:
            yield Gap(tracker, "", "fps: never run alone on its machine")
        elif timed and (measured or not alike):
            yield Gap(tracker, "", f"speed: {clocked[tracker].note}")
            if not alike:
                yield Gap(tracker, "", _NOT_ALIKE)


def _alike(timed: Mapping[str, Clocked]) -> bool:
    return len({one.device for one in timed.values()}) < 2


def _percentile(rows: Row[Float], percent: int) -> float:
    """Of all rows together, in milliseconds."""
    every = np.concatenate([*rows, np.empty(0)])
    return 1000 * float(np.percentile(every, percent)) if len(every) else math.nan


def _ratio(count: int, seconds: float) -> float:
    return count / seconds if seconds > 0 else math.nan
