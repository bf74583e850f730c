r"""The table for a paper: booktabs, best in bold, second underlined.

The document needs ``\usepackage{booktabs}``. Names may hold anything: what TeX would read as a command, or as an
option of the one before, is escaped; letters beyond Latin need an engine that has them (xelatex, lualatex).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import accumulate

from harness.core.printable import one_line
from harness.reporting.cells import Cell, Grid
from harness.reporting.compare import ALIKE
from harness.reporting.content import Content
from harness.reporting.tables import grid, legend, notes, statement

__all__ = ["escape", "latex_table"]

_SPELLED = {
    **{symbol: f"\\{symbol}" for symbol in "_&%#${}"},
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "[": "{[}",
    "*": "{*}",
    "–": "--",  # noqa: RUF001
    ALIKE: r"$\approx$",
}
_WRAPPED = {"": "{}", "best": r"\textbf{{{}}}", "second": r"\underline{{{}}}"}


def escape(text: str) -> str:
    r"""The text as TeX prints it, on one line.

    >>> print(escape("a_b$%"))
    a\_b\$\%
    """
    return "".join(_SPELLED.get(symbol, symbol) for symbol in one_line(text))


def latex_table(content: Content) -> str:
    """A ``table`` with caption and label, the rules in the caption, the reasons of empty cells below."""
    contents = grid(content)
    marks = legend(content, contents, "Best in bold, second underlined")
    caption = ". ".join([content.title, "; ".join(map(statement, content.tables)), *marks]) + "."
    label = re.sub(r"[^a-z0-9]+", "-", content.title.lower()).strip("-") or "scores"
    lines = [
        r"\begin{table}",
        r"  \centering",
        rf"  \caption{{{escape(caption)}}}",
        rf"  \label{{tab:{label}}}",
        rf"  \begin{{tabular}}{{l{'r' * len(contents.columns)}}}",
        r"    \toprule",
        *(f"    {line}" for line in _head(contents)),
        r"    \midrule",
        *(f"    {_row(escape(name), map(_cell, cells))}" for name, cells in contents.rows),
        r"    \bottomrule",
        r"  \end{tabular}",
        *(rf"  \par\smallskip{{\footnotesize {escape(note)}\par}}" for note in notes(content.tables)),
        r"\end{table}",
    ]
    return "\n".join(lines) + "\n"


def _head(contents: Grid) -> list[str]:
    titles = _row("Tracker", map(escape, contents.columns))
    if len(contents.groups) == 1:
        return [titles]
    widths = [len(group.columns) for group in contents.groups]
    spans = [rf"\multicolumn{{{len(group.columns)}}}{{c}}{{{escape(group.heading)}}}" for group in contents.groups]
    ends = accumulate(widths, initial=1)
    rules = [rf"\cmidrule(lr){{{end + 1}-{end + width}}}" for end, width in zip(ends, widths, strict=False)]
    return [_row("", spans), " ".join(rules), titles]


def _row(name: str, cells: Iterable[str]) -> str:
    return " & ".join([name, *cells]) + r" \\"


def _cell(cell: Cell) -> str:
    beside = rf"\rlap{{\textsuperscript{{{_SPELLED[ALIKE]}}}}}" if cell.alike else ""
    return _WRAPPED[cell.mark].format(escape(cell.text)) + beside
