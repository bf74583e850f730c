"""From what a report says to a folder of files."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from harness.core.errors import EvaluationError, NotWritable, UsageError
from harness.metrics.scores import ScoreTable
from harness.reporting.content import Content
from harness.reporting.data import attributes_csv, document, per_sequence_csv, scores_csv
from harness.reporting.latex import latex_table
from harness.reporting.markdown import markdown_page
from harness.reporting.ranking import ranking

__all__ = ["FORMATS", "Report", "write_report"]

FORMATS = ("csv", "json", "tex", "png", "pdf", "md")


@dataclass(frozen=True, slots=True)
class Report:
    """What was written, and where."""

    folder: Path
    files: tuple[Path, ...]


def write_report(content: Content, folder: Path, formats: Collection[str] = FORMATS) -> Report:
    """Write the content as files of the chosen `formats`; each file appears whole or not at all.

    The figures of a dataset lie in a folder of its own where there are several. The same content gives the same
    bytes. Raises UsageError for an unknown format, EvaluationError where there is no table, NotWritable.
    """
    unknown = [name for name in formats if name not in FORMATS]
    if unknown:
        raise UsageError(f"unknown format {', '.join(map(repr, unknown))}: known are {', '.join(FORMATS)}")
    if not content.tables:
        raise EvaluationError("nothing to report: no tracker has scores on any dataset")
    written = []
    for name, data in _files(content, formats):
        _write(folder / name, data)
        written.append(folder / name)
    return Report(folder, tuple(written))


def _files(content: Content, formats: Collection[str]) -> Iterator[tuple[PurePosixPath, bytes]]:
    """Each file's name, relative to the folder, and its bytes."""
    texts = {}
    if "csv" in formats:
        texts["scores.csv"] = scores_csv(content.tables)
        texts["per_sequence.csv"] = per_sequence_csv(content.tables)
        if content.attributes:
            texts["attributes.csv"] = attributes_csv(content.tables)
    if "json" in formats:
        texts["report.json"] = document(content)
    if "tex" in formats:
        texts["table.tex"] = latex_table(content)
    places, order = _places(content.tables), ranking(content.tables)
    drawn = [dict(_figures(part, place, order, formats)) for part, place in zip(content.each(), places, strict=True)]
    if "md" in formats:
        images = [[name for name in figures if name.suffix == ".png"] for figures in drawn]
        texts["report.md"] = markdown_page(content, images)
    # A name's odd bytes become escapes, which JSON reads back.
    yield from ((PurePosixPath(name), text.encode(errors="backslashreplace")) for name, text in texts.items())
    for figures in drawn:
        yield from figures.items()


def _places(tables: Sequence[ScoreTable]) -> list[PurePosixPath]:
    """Where each table's figures lie in the report's folder."""
    if len(tables) == 1:
        return [PurePosixPath()]
    times = Counter(table.dataset for table in tables)
    parts = [[t.dataset] if times[t.dataset] == 1 else [t.dataset, f"{t.protocol}-{t.rule}"] for t in tables]
    return [PurePosixPath(*part) for part in parts]


def _figures(
    part: Content, place: PurePosixPath, order: Sequence[str], formats: Collection[str]
) -> Iterator[tuple[PurePosixPath, bytes]]:
    wanted = [name for name in ("png", "pdf") if name in formats]
    if wanted:
        from harness.reporting.figures.chosen import figures  # noqa: PLC0415  matplotlib only where there is a figure

        for name, encoded in figures(part, order, wanted):
            for suffix, data in encoded.items():
                yield place / f"{name}.{suffix}", data


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
