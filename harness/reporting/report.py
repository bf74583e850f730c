"""From score tables to a folder of files."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from harness.core.errors import EvaluationError, NotWritable, UsageError
from harness.metrics.scores import ScoreTable
from harness.reporting.data import document, per_sequence_csv, scores_csv
from harness.reporting.latex import latex_table
from harness.reporting.markdown import markdown_page
from harness.reporting.tables import ranking
from harness.reporting.terminal import render_terminal

__all__ = ["FORMATS", "Report", "render_terminal", "write_report"]

FORMATS = ("csv", "json", "tex", "png", "pdf", "md")


@dataclass(frozen=True, slots=True)
class Report:
    """What was written, and where."""

    folder: Path
    files: tuple[Path, ...]


def write_report(
    tables: Sequence[ScoreTable],
    folder: Path,
    *,
    title: str,
    formats: Collection[str],
    compare: bool,
    recorded: Mapping[str, Any] | None = None,
) -> Report:
    """Write the tables as files of the chosen `formats`; each file appears whole or not at all.

    The plots of a dataset lie in a folder of its own where there are several. `recorded` says how the
    numbers were made (command, settings) and is repeated in report.json and report.md. The same tables
    give the same bytes. Raises UsageError for an unknown format, EvaluationError where there is no table,
    NotWritable.
    """
    unknown = [name for name in formats if name not in FORMATS]
    if unknown:
        raise UsageError(f"unknown format {', '.join(map(repr, unknown))}: known are {', '.join(FORMATS)}")
    if not tables:
        raise EvaluationError("nothing to report: no tracker has scores on any dataset")
    written = []
    for name, content in _contents(tables, title, formats, compare, recorded):
        _write(folder / name, content)
        written.append(folder / name)
    return Report(folder, tuple(written))


def _contents(
    tables: Sequence[ScoreTable],
    title: str,
    formats: Collection[str],
    compare: bool,
    recorded: Mapping[str, Any] | None,
) -> Iterator[tuple[PurePosixPath, bytes]]:
    """Each file's name, relative to the folder, and its bytes."""
    texts = {}
    if "csv" in formats:
        texts["scores.csv"] = scores_csv(tables)
        texts["per_sequence.csv"] = per_sequence_csv(tables)
    if "json" in formats:
        texts["report.json"] = document(tables, title, compare, recorded)
    if "tex" in formats:
        texts["table.tex"] = latex_table(tables, title)
    order = ranking(tables)
    plots = [dict(_plots(table, place, order, formats)) for table, place in zip(tables, _places(tables), strict=True)]
    if "md" in formats:
        images = [[name for name in drawn if name.suffix == ".png"] for drawn in plots]
        texts["report.md"] = markdown_page(tables, title, images, compare, recorded)
    yield from ((PurePosixPath(name), text.encode()) for name, text in texts.items())
    for drawn in plots:
        yield from drawn.items()


def _places(tables: Sequence[ScoreTable]) -> list[PurePosixPath]:
    """Where each table's plots lie in the report's folder."""
    if len(tables) == 1:
        return [PurePosixPath()]
    times = Counter(table.dataset for table in tables)
    parts = [[t.dataset] if times[t.dataset] == 1 else [t.dataset, f"{t.protocol}-{t.rule}"] for t in tables]
    return [PurePosixPath(*part) for part in parts]


def _plots(
    table: ScoreTable, place: PurePosixPath, order: Sequence[str], formats: Collection[str]
) -> Iterator[tuple[PurePosixPath, bytes]]:
    wanted = [name for name in ("png", "pdf") if name in formats]
    if not wanted:
        return
    from harness.reporting.plots import drawn, plot  # noqa: PLC0415  matplotlib only where there is a plot

    for curves in filter(drawn, table.curves):
        for name, content in plot(table, curves, order, wanted).items():
            yield place / f"{curves.name}.{name}", content


def _write(path: Path, content: bytes) -> None:
    """The file whole or not at all."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        reason = f"cannot be written ({error.strerror})"
        raise NotWritable(f"{path}: {reason}; make it writable or choose another folder with --out") from None
    finally:
        with suppress(OSError):
            part.unlink()
