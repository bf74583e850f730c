"""A run's latency, kept beside its trajectories.

::

    results/<dataset>/<protocol>/<label>/latency.npz

holds the names of the sequences, their lengths, the seconds of all their frames one behind the other, and the
conditions as JSON. A label has one: a new measurement takes the place of the one before.
"""

from __future__ import annotations

import io
import zipfile
from functools import cache
from pathlib import Path

import numpy as np
from pydantic import TypeAdapter

from harness.core.errors import DamagedResult
from harness.core.latency import Conditions, Latency
from harness.core.record import RunKey
from harness.store.results import ResultStore
from harness.store.whole import write_whole

__all__ = ["latency_path", "load_latency", "save_latency"]


def latency_path(store: ResultStore, run: RunKey) -> Path:
    return store.folder(run) / "latency.npz"


def save_latency(store: ResultStore, run: RunKey, latency: Latency) -> None:
    """Keep it beside the run. Raises NotWritable."""
    rows = list(latency.seconds.values())
    file = io.BytesIO()
    np.savez(
        file,
        sequences=np.array(list(latency.seconds), str),
        lengths=np.array([len(row) for row in rows], np.int64),
        seconds=np.concatenate([*rows, np.empty(0)]),
        conditions=np.frombuffer(_conditions().dump_json(latency.conditions), np.uint8),
    )
    write_whole((latency_path(store, run), file.getvalue()))


def load_latency(store: ResultStore, run: RunKey) -> Latency | None:
    """What `save_latency` kept, None where nothing is. Raises DamagedResult."""
    path = latency_path(store, run)
    try:
        with path.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
            names, lengths, seconds = file["sequences"].tolist(), file["lengths"], file["seconds"]
            conditions = _conditions().validate_json(file["conditions"].tobytes())
        if lengths.sum() != len(seconds) or lengths.min(initial=1) < 1 or not np.isfinite(seconds).all():
            raise ValueError("the seconds are not one a frame")
        rows = np.split(seconds, np.cumsum(lengths)[:-1])
        return Latency(conditions, dict(zip(names, rows, strict=True)))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        reason = " ".join(str(error).split())
        raise DamagedResult(f"{path}: no latency can be read from it ({reason:.80}); measure it again") from None


@cache
def _conditions() -> TypeAdapter[Conditions]:
    return TypeAdapter(Conditions)
