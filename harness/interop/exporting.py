"""From our store to a toolkit's files: a folder or a zip, there whole or not at all."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from harness.core.errors import IncompleteResults, NotWritable, UsageError
from harness.core.record import RunKey
from harness.interop.formats.format import Coordinates, Entry, Format
from harness.store.results import ResultStore

__all__ = ["export_results", "write_files"]

_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the time of every file in a zip, so that equal results make equal zips


def export_results(
    store: ResultStore, runs: Iterable[RunKey], format_: Format, out: Path, allow_partial: bool = False
) -> int:
    """Write the trials of `runs` to `out`, a new folder or, by its name, a zip; the number of files.

    Raises IncompleteResults for failed trials, unless `allow_partial`; DamagedResult; UsageError where the format
    cannot hold them, or `out` is there already; NotWritable. Then nothing was written.
    """
    by_label: dict[tuple[str, str], list[Entry]] = {}
    for run in runs:
        by_label.setdefault((run.label, run.dataset), []).extend(_entries(store, run, allow_partial))
    files: dict[str, bytes] = {}
    for (label, dataset), entries in by_label.items():
        for path, content in format_.files(label, dataset, entries):
            if path in files:
                raise UsageError(f"{format_.name} has one {path!r} for all trackers: export them one by one")
            files[path] = content
    write_files(files, out)
    return len(files)


def _entries(store: ResultStore, run: RunKey, allow_partial: bool) -> Iterator[Entry]:
    for key in store.trials(run):
        record = store.record(key)
        assert record is not None  # its sidecar was just listed
        if not record.done:
            if allow_partial:
                continue
            raise IncompleteResults(
                f"{run.label} on {run.dataset}: {key.trial} failed ({record.reason}); run it again, or leave failed "
                "trials out with --allow-partial"
            )
        found = store.trajectory(key, record)
        yield Entry(
            record.sequence,
            key.trial.removeprefix(record.sequence),
            run.protocol,
            found.regions,
            str(store.folder(run) / f"{key.trial}.txt"),
            Coordinates(),
            _if_any(found.confidences),
            _if_any(found.seconds),
            size=found.size,
        )


def _if_any(values: NDArray[np.float64]) -> NDArray[np.float64] | None:
    return None if np.isnan(values).all() else values


def write_files(files: dict[str, bytes], out: Path) -> None:
    """Files by posix path, as a new folder `out` or, where it ends in ``.zip``, a zip whose bytes depend on them alone.

    Raises UsageError where `out` is there already, NotWritable; then nothing was written.
    """
    if out.exists() and not (out.is_dir() and out.suffix != ".zip" and not any(out.iterdir())):
        raise UsageError(f"{out}: is there already; remove it or choose another --out")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=".", suffix=".part") as folder:
            made = Path(folder) / out.name
            if out.suffix == ".zip":
                _write_zip(files, made)
            else:
                for path, content in files.items():
                    (made / path).parent.mkdir(parents=True, exist_ok=True)
                    (made / path).write_bytes(content)
            made.replace(out)
    except OSError as error:
        raise NotWritable(f"{out}: cannot be written ({error.strerror}); choose another --out") from None


def _write_zip(files: dict[str, bytes], out: Path) -> None:
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(files):
            archive.writestr(zipfile.ZipInfo(path, _LONG_AGO), files[path], zipfile.ZIP_DEFLATED)
