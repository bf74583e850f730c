"""The one style of all figures: colours that the colour-blind tell apart, and the same bytes for the same table.

Nothing here depends on a display, on LaTeX, or on the reader's matplotlibrc.
"""

from __future__ import annotations

import io
import math
import textwrap
from collections.abc import Callable, Collection, Sequence
from functools import cache
from itertools import product
from typing import Any

import matplotlib.style
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont
from matplotlib.ft2font import FT2Font

from harness.core.printable import one_line
from harness.metrics.scores import ScoreTable
from harness.reporting.cells import EMPTY

__all__ = ["COLOURS", "MARKERS", "add_legend", "entry", "of_all", "pens", "printable", "rendered", "title_axes"]

# Okabe and Ito's colours, which the colour-blind tell apart; without their yellow, too pale on white.
COLOURS = ("#D55E00", "#0072B2", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
_DASHES: tuple[Any, ...] = ("-", (0, (5, 1.5)), (0, (1.2, 1.2)), (0, (6, 1.5, 1.2, 1.5)), (0, (3, 1, 1, 1, 1, 1)))
_PENS = tuple((colour, dashes) for dashes, colour in product(_DASHES, COLOURS))
MARKERS = "osD^vPX*<>"
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


def rendered(draw: Callable[[Figure], None], size: tuple[float, float], formats: Collection[str]) -> dict[str, bytes]:
    """What `draw` puts on a figure of `size` (inches), in each of the `formats` (png, pdf)."""
    with matplotlib.style.context(["default", _STYLE]):
        figure = Figure(figsize=size)
        draw(figure)
        return {name: _encode(figure, name) for name in formats}


def _encode(figure: Figure, name: str) -> bytes:
    content = io.BytesIO()
    figure.savefig(content, format=name, metadata=_METADATA[name])
    return content.getvalue()


def pens(order: Sequence[str]) -> dict[str, tuple[str, Any]]:
    """Colour and dashes of each tracker: its place in `order`, all trackers of the report, decides."""
    return {tracker: _PENS[place % len(_PENS)] for place, tracker in enumerate(order)}


def title_axes(axes: Axes, table: ScoreTable, x_title: str, y_title: str) -> None:
    """The axes' titles, and above them what the numbers are."""
    axes.set_xlabel(printable(x_title), parse_math=False)
    axes.set_ylabel(printable(y_title), parse_math=False)
    axes.set_title(printable(f"{table.dataset}, {table.protocol}, {table.rule}"), parse_math=False)


def add_legend(axes: Axes, handles: Sequence[Any], entries: Sequence[str], title: str = "", left: float = 1.03) -> None:
    """Right of the axes, where it hides nothing."""
    columns = math.ceil(sum(text.count("\n") + 1 for text in entries) / _LEGEND_LINES)
    legend = axes.legend(
        handles,
        [str(place) for place in range(len(handles))],  # the names come later: here some letters have a meaning
        loc="upper left",
        bbox_to_anchor=(left, 1.02),
        borderaxespad=0,
        ncols=max(columns, 1),
        handlelength=3,
        labelspacing=0.12,
        title=printable(title),
        alignment="left",
    )
    for text, words in zip(legend.get_texts(), entries, strict=True):
        text.set_parse_math(False)
        text.set_text(words)


def entry(table: ScoreTable, tracker: str, value: float) -> str:
    """A tracker in a legend, as ``SiamX [0.696]`` or ``SiamX [0.702] 11/100``."""
    number = EMPTY if math.isnan(value) else f"{value:.3f}"
    return textwrap.fill(f"{printable(tracker)} [{number}]{of_all(table, tracker)}", _NAME_WIDTH)


def of_all(table: ScoreTable, tracker: str) -> str:
    """On how many sequences a tracker stands, as `` 11/100``; nothing where it is all of them."""
    return f" {table.sequences[tracker]}/{table.expected}" if table.partial(tracker) else ""


@cache
def _letters() -> frozenset[int]:
    """The code points that the font has."""
    return frozenset(FT2Font(findfont(FontProperties(family=_STYLE["font.family"]))).get_charmap())  # type: ignore[arg-type]


def printable(text: str) -> str:
    """The text on one line; letters that the font lacks are written as escapes."""
    return "".join(c if ord(c) in _letters() else c.encode("unicode_escape").decode() for c in one_line(text))
