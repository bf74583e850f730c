"""The report as a page of Markdown, beside its plots."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from harness import __version__
from harness.metrics.scores import ScoreTable
from harness.reporting.compare import against_best, comparison_grid
from harness.reporting.tables import Grid, grid, headings, notes, statement

__all__ = ["escape", "markdown_page"]

_WRAPPED = {"": "{}", "best": "**{}**", "second": "<u>{}</u>"}


def escape(text: str) -> str:
    r"""The text as Markdown prints it, on one line.

    >>> print(escape("a_b|c"))
    a\_b\|c
    """
    return re.sub(r"([\\`*_{}\[\]<>#|$~&])", r"\\\1", " ".join(text.split()))


def markdown_page(
    tables: Sequence[ScoreTable],
    title: str,
    plots: Sequence[Sequence[PurePosixPath]],
    compare: bool,
    recorded: Mapping[str, Any] | None = None,
) -> str:
    """Title, table, one section a table with its plots and duels, gaps, and how the numbers were made.

    `plots` are each table's image files, relative to the page.
    """
    contents = grid(tables)
    parts = [f"# {escape(title)}", _table(contents, several=len(tables) > 1)]
    parts += contents.legend("Best in bold, second underlined")
    for heading, table, images in zip(headings(tables), tables, plots, strict=True):
        section = [f"![{escape(f'{heading}, {image.stem}')}]({quote(str(image))})" for image in images]
        comparison = against_best(table) if compare else None
        if comparison is not None:
            section.append(f"### Against the best, {escape(comparison.best)}")
            section.append(_table(comparison_grid(comparison)))
        parts += [f"## {escape(heading)}", escape(statement(table)), *section]
    missing = notes(tables)
    parts += ["## What is missing", _items(map(escape, missing))] if missing else []
    made = [f"harness {__version__}", *map(statement, tables)]
    made += [f"{key}: {_spelled(value)}" for key, value in (recorded or {}).items()]
    parts += ["## How these numbers were made", _items(map(escape, made))]
    return "\n\n".join(parts) + "\n"


def _table(contents: Grid, several: bool = False) -> str:
    """`several` puts the heading of its group into each column's title: Markdown has no grouped columns."""
    titles = [
        escape(f"{group.heading} {column}" if several else column)
        for group in contents.groups
        for column in group.columns
    ]
    rows = [["Tracker", *titles], ["---"] + ["---:"] * len(titles)]
    rows += [
        [escape(name), *(_WRAPPED[cell.mark].format(cell.text) for cell in cells)] for name, cells in contents.rows
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _items(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _spelled(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
