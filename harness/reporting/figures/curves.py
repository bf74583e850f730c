"""Curves as a paper shows them: one figure for each `Curves` of a table, as PNG or PDF.

Nothing here depends on a display, on LaTeX, or on the reader's matplotlibrc, and the same table gives the same
bytes.
"""

from __future__ import annotations

import io
import math
import textwrap
from collections.abc import Collection, Sequence
from functools import cache
from itertools import product
from typing import Any

import matplotlib.style
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont
from matplotlib.ft2font import FT2Font

from harness.metrics.scores import Curves, ScoreTable
from harness.reporting.tables import EMPTY, score

__all__ = ["drawn", "plot"]

# Okabe and Ito's colours, which the colour-blind tell apart; without their yellow, too pale on white.
_COLOURS = ("#D55E00", "#0072B2", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
_DASHES: tuple[Any, ...] = ("-", (0, (5, 1.5)), (0, (1.2, 1.2)), (0, (6, 1.5, 1.2, 1.5)), (0, (3, 1, 1, 1, 1, 1)))
_PENS = tuple((colour, dashes) for dashes, colour in product(_DASHES, _COLOURS))
_NAME_WIDTH = 36  # letters; longer names go on in the next line
_LEGEND_LINES = 25  # that stand beside the axes
_STYLE = {
    "font.family": ["DejaVu Sans"],  # comes with matplotlib
    "font.size": 8,
    "axes.titlesize": 8,
    "axes.linewidth": 0.6,
    "axes.grid": True,
    "grid.color": "#DDDDDD",
    "grid.linewidth": 0.5,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "lines.linewidth": 1.3,
    "legend.fontsize": 7,
    "legend.title_fontsize": 7,
    "legend.frameon": False,
    "savefig.dpi": 200,
    "savefig.bbox": "tight",
    "savefig.pad_inches": 0.03,
    "pdf.fonttype": 42,  # TrueType: publishers refuse Type 3
}
_METADATA: dict[str, dict[str, Any]] = {
    "png": {"Software": None},
    "pdf": {"Creator": None, "Producer": None, "CreationDate": None},
}


def drawn(curves: Curves) -> bool:
    """Whether any tracker has a curve."""
    return any(np.isfinite(values).any() for values in curves.by_tracker.values())


def plot(table: ScoreTable, curves: Curves, order: Sequence[str], formats: Collection[str]) -> dict[str, bytes]:
    """The figure in each of the `formats` (png, pdf).

    `order` are all trackers of the report; a tracker's pen is its place there, so that it looks the same in
    every figure. The legend is sorted by the curves' score, which stands in brackets.
    """
    with matplotlib.style.context(["default", _STYLE]):
        figure = Figure(figsize=(4.6, 3.5))
        _draw(figure.add_subplot(), table, curves, order)
        return {name: _encode(figure, name) for name in formats}


def _encode(figure: Figure, name: str) -> bytes:
    content = io.BytesIO()
    figure.savefig(content, format=name, metadata=_METADATA[name])
    return content.getvalue()


def _draw(axes: Axes, table: ScoreTable, curves: Curves, order: Sequence[str]) -> None:
    pens = {tracker: _PENS[place % len(_PENS)] for place, tracker in enumerate(order)}
    metric = next((m for m in table.metrics if m.name == curves.score), None)
    shown = [t for t in order if np.isfinite(curves.by_tracker.get(t, math.nan)).any()]
    values = {t: score(table, t, curves.score) for t in shown}
    sign = -1 if metric is None or metric.higher_is_better else 1
    shown.sort(key=lambda t: (math.isnan(values[t]), 0 if math.isnan(values[t]) else sign * values[t]))
    lines = []
    for place, tracker in enumerate(shown):
        colour, dashes = pens[tracker]
        lines += axes.plot(
            curves.thresholds, curves.by_tracker[tracker], color=colour, linestyle=dashes, zorder=3 - place / len(shown)
        )
    axes.set_xlim(float(curves.thresholds[0]), float(curves.thresholds[-1]))
    axes.set_ylim(0, 1.005)
    axes.set_xlabel(_printable(curves.x_title), parse_math=False)
    axes.set_ylabel(_printable(curves.y_title), parse_math=False)
    axes.set_title(_printable(f"{table.dataset}, {table.protocol}, {table.rule}"), parse_math=False)
    title = "" if metric is None else metric.title
    _add_legend(axes, lines, [_entry(table, t, values[t]) for t in shown], title)


def _add_legend(axes: Axes, lines: list[Any], entries: list[str], title: str) -> None:
    """Right of the axes, where it hides no curve."""
    columns = math.ceil(sum(entry.count("\n") + 1 for entry in entries) / _LEGEND_LINES)
    legend = axes.legend(
        lines,
        [str(place) for place in range(len(lines))],  # the names come later: here some letters have a meaning
        loc="upper left",
        bbox_to_anchor=(1.03, 1.02),
        borderaxespad=0,
        ncols=max(columns, 1),
        handlelength=3,
        labelspacing=0.12,
        title=_printable(title),
        alignment="left",
    )
    for text, entry in zip(legend.get_texts(), entries, strict=True):
        text.set_parse_math(False)
        text.set_text(entry)


def _entry(table: ScoreTable, tracker: str, value: float) -> str:
    """A tracker in the legend, as ``SiamX [0.696]`` or ``SiamX [0.702] 11/100``."""
    number = EMPTY if math.isnan(value) else f"{value:.3f}"
    partial = f" {table.sequences[tracker]}/{table.expected}" if table.partial(tracker) else ""
    return textwrap.fill(f"{_printable(tracker)} [{number}]{partial}", _NAME_WIDTH)


@cache
def _letters() -> frozenset[int]:
    """The code points that the font has."""
    return frozenset(FT2Font(findfont(FontProperties(family=_STYLE["font.family"]))).get_charmap())  # type: ignore[arg-type]


def _printable(text: str) -> str:
    """The text on one line; letters that the font lacks are written as escapes."""
    return "".join(c if ord(c) in _letters() else c.encode("unicode_escape").decode() for c in " ".join(text.split()))
