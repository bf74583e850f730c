"""The tables as plain text: aligned, and readable without colour, in a pipe or in a log."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from harness.metrics.scores import ScoreTable
from harness.reporting.compare import against_best, comparison_grid
from harness.reporting.tables import Grid, grid, notes, statement

__all__ = ["render_terminal"]

_STARS = {"": " ", "best": "*", "second": " "}


def render_terminal(tables: Sequence[ScoreTable], compare: bool = False) -> str:
    """One table a dataset and rule below the other, ``*`` behind the best; with `compare` the duels too."""
    return "\n\n".join(section for table in tables for section in _sections(table, compare))


def _sections(table: ScoreTable, compare: bool) -> list[str]:
    contents = grid([table])
    sections = [_block(statement(table), contents, contents.legend("* best") + notes([table]))]
    comparison = against_best(table) if compare else None
    if comparison is not None:
        sections.append(_block(f"Against the best, {comparison.best}", comparison_grid(comparison), []))
    return sections


def _block(title: str, contents: Grid, below: list[str]) -> str:
    rows = [("Tracker", *(f"{column} " for column in contents.columns))]
    rows += [(name, *(cell.text + _STARS[cell.mark] for cell in cells)) for name, cells in contents.rows]
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    head, *body = ("  ".join(_aligned(row, widths)).rstrip() for row in rows)
    rule = "─" * (sum(widths) + 2 * len(widths) - 2)
    return "\n".join([title, rule, head, rule, *body, rule, *below])


def _aligned(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    """The name to the left, numbers to the right; wide letters count two."""
    spaces = [" " * (width - cell_len(text)) for text, width in zip(row, widths, strict=True)]
    return [row[0] + spaces[0], *(space + text for text, space in zip(row[1:], spaces[1:], strict=True))]
