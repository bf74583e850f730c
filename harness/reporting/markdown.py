"""The report as a page of Markdown, beside its plots."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from harness import __version__
from harness.core.printable import one_line
from harness.reporting.cells import Cell, Grid
from harness.reporting.compare import ALIKE, comparison_grid
from harness.reporting.content import Content
from harness.reporting.tables import attribute_grid, grid, headings, legend, notes, statement

__all__ = ["escape", "markdown_page"]

_WRAPPED = {"": "{}", "best": "**{}**", "second": "<u>{}</u>"}


def escape(text: str) -> str:
    r"""The text as Markdown prints it, on one line; an address makes no link.

    >>> print(escape("a_b|c"))
    a\_b\|c
    """
    return re.sub(r"([\\`*_{}\[\]<>#|$~&]|:(?=//)|(?<=www)\.)", r"\\\1", one_line(text))


def markdown_page(content: Content, images: Sequence[Sequence[PurePosixPath]]) -> str:
    """Title, table, one section a table with its figures, duels and attributes, gaps, and how it was made.

    `images` are each table's figures, relative to the page.
    """
    contents = grid(content)
    parts = [f"# {escape(content.title)}", _table(contents, several=len(content.tables) > 1)]
    parts += map(escape, legend(content, contents, "Best in bold, second underlined"))
    for heading, part, files in zip(headings(content.tables), content.each(), images, strict=True):
        parts += [f"## {escape(heading)}", escape(statement(part.tables[0])), *_section(heading, part, files)]
    missing = notes(content.tables)
    parts += ["## What is missing", _items(map(escape, missing))] if missing else []
    made = [f"harness {__version__}", *map(statement, content.tables)]
    made += list(dict.fromkeys(f"{one.label}: {one.paper}, {one.table}" for one in content.published))
    made += [f"{key}: {_spelled(value)}" for key, value in content.recorded.items()]
    parts += ["## How these numbers were made", _items(map(escape, made))]
    return "\n\n".join(parts) + "\n"


def _section(heading: str, part: Content, files: Sequence[PurePosixPath]) -> list[str]:
    """One table's figures, and what was asked for beside its scores."""
    (table,), (comparison,) = part.tables, part.duels
    links = [quote(str(file), errors="surrogateescape") for file in files]
    lines = [f"![{escape(f'{heading}, {file.stem}')}]({link})" for file, link in zip(files, links, strict=True)]
    if comparison is not None:
        lines += [f"### Against the best, {escape(comparison.best)}", _table(comparison_grid(comparison))]
    by_attribute = attribute_grid(table) if part.attributes else None
    if by_attribute is not None:
        lines += [f"### {escape(by_attribute.groups[0].heading)} by attribute (sequences)", _table(by_attribute)]
    return lines


def _table(contents: Grid, several: bool = False) -> str:
    """`several` puts the heading of its group into each column's title: Markdown has no grouped columns."""
    titles = [
        escape(f"{group.heading} {column}" if several else column)
        for group in contents.groups
        for column in group.columns
    ]
    rows = [["Tracker", *titles], ["---"] + ["---:"] * len(titles)]
    rows += [[escape(name), *map(_cell, cells)] for name, cells in contents.rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _cell(cell: Cell) -> str:
    return _WRAPPED[cell.mark].format(cell.text) + f" {ALIKE}" * cell.alike


def _items(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _spelled(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
