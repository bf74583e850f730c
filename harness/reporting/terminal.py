"""The tables as plain text: aligned, and readable without colour, in a pipe or in a log."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import cell_len

from harness.core.printable import one_line
from harness.reporting.cells import Cell, Grid
from harness.reporting.compare import ALIKE, comparison_grid
from harness.reporting.content import Content
from harness.reporting.tables import attribute_grid, grid, legend, notes, statement

__all__ = ["render_terminal"]


def render_terminal(content: Content) -> str:
    """One table a dataset and rule below the other, ``*`` behind the best, and whatever else was asked for."""
    return "\n\n".join(section for part in content.each() for section in _sections(part))


def _sections(part: Content) -> Iterator[str]:
    (table,), (comparison,) = part.tables, part.duels
    contents = grid(part)
    yield _block(statement(table), contents, legend(part, contents, "* best") + notes(part.tables))
    if comparison is not None:
        yield _block(f"Against the best, {comparison.best}", comparison_grid(comparison), [])
    by_attribute = attribute_grid(table) if part.attributes else None
    if by_attribute is not None:
        yield _block(f"{by_attribute.groups[0].heading} by attribute (sequences)", by_attribute, [])


def _block(title: str, contents: Grid, below: list[str]) -> str:
    rows = [("Tracker", *(f"{one_line(column)} " for column in contents.columns))]
    rows += [(one_line(name), *(cell.text + _behind(cell) for cell in cells)) for name, cells in contents.rows]
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    head, *body = ("  ".join(_aligned(row, widths)).rstrip() for row in rows)
    rule = "─" * (sum(widths) + 2 * len(widths) - 2)
    return "\n".join([one_line(title), rule, head, rule, *body, rule, *map(one_line, below)])


def _behind(cell: Cell) -> str:
    return "*" if cell.mark == "best" else ALIKE if cell.alike else " "


def _aligned(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    """The name to the left, numbers to the right; wide letters count two."""
    spaces = [" " * (width - cell_len(text)) for text, width in zip(row, widths, strict=True)]
    return [row[0] + spaces[0], *(space + text for text, space in zip(row[1:], spaces[1:], strict=True))]
