"""The sizes of SBT as data: table 2's four, the code's fifth, and the ablations whose layout can be established.

Not here: table 1's A1-A4, A6, A7 and figure 4's C1-C10, of which neither paper nor code gives the layout, and the rows
of tables 8-10 that cannot be read off table or text.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import prod

from trackers.blocks.single_branch import Stage
from trackers.sbt.head import HeadKind

__all__ = ["ARCHITECTURES", "Architecture", "as_printed"]


@dataclass(frozen=True, slots=True)
class Architecture:
    """A network to build: its stages, its heads, and the sides in pixels of the crops that it is made for."""

    stages: tuple[Stage, ...]
    head: HeadKind = "mixer"
    template_size: int = 128
    search_size: int = 256

    @property
    def grid(self) -> int:
        """Cells a side of the search features.

        >>> ARCHITECTURES["base"].grid
        32
        """
        return self.search_size // prod(stage.stride for stage in self.stages)


def as_printed(architecture: Architecture) -> Architecture:
    """The paper's reading where the code differs: hidden channels 4 times the width, heads in eq. 7's order."""
    stages = tuple(replace(stage, mlp_ratio=4) for stage in architecture.stages)
    return replace(architecture, stages=stages, head="mixer_eq7" if architecture.head == "mixer" else architecture.head)


def _stages(
    widths: tuple[int, ...],
    depths: tuple[int, ...],
    *,
    heads: tuple[int, ...] = (1, 2, 5, 8),
    strides: tuple[int, ...] = (4, 2, 1, 1),
    cross: tuple[int, ...] | None = None,
) -> tuple[Stage, ...]:
    """Stages of which the third correlates: in every second block, unless `cross` names them."""
    cross = tuple(range(2, depths[2] + 1, 2)) if cross is None else cross
    columns = widths, depths, heads, strides, (8, 4, 2, 1), (8, 8, 4, 4), ((), (), cross, ())
    return tuple(Stage(*column) for column in zip(*columns, strict=False))


WIDTHS = (64, 128, 320)
BASE = (3, 4, 10)

TABLE_2 = {
    "light": Architecture(_stages((32, 64, 160), (2, 2, 6))),
    "small": Architecture(_stages(WIDTHS, (2, 2, 6))),
    "base": Architecture(_stages(WIDTHS, BASE)),
    "large": Architecture(_stages(WIDTHS, (3, 4, 18), cross=tuple(range(6, 19, 2)))),
    "huge": Architecture(_stages(WIDTHS, (3, 8, 27), cross=tuple(range(3, 28, 2)))),  # the code's alone
}

# Of the heads tried, one MLP a cell is the one with which most of this table's parameters and FLOPs agree.
TABLE_1 = {
    "b1": Architecture(_stages(WIDTHS, BASE), "mlp"),
    "b2": Architecture(_stages((*WIDTHS, 512), (4, 2, 6, 1)), "mlp"),
    "b3": Architecture(_stages((*WIDTHS, 512), (2, 2, 6, 2)), "mlp"),
    "b4": Architecture(_stages((64, 128, 512), (2, 2, 4), heads=(1, 2, 8)), "mlp"),
    "b5": Architecture(_stages(WIDTHS, BASE, strides=(4, 1, 2)), "mlp"),
    "b6": Architecture(_stages((*WIDTHS, 512), (2, 4, 6, 1)), "mlp"),
    "b7": Architecture(_stages(WIDTHS, (3, 4, 12), strides=(4, 2, 2)), "mlp", search_size=320),
    "b8": Architecture(_stages((32, 64, 320), BASE), "mlp"),
}

TABLE_8 = {  # where base correlates
    "t8_a1": Architecture(_stages(WIDTHS, BASE, cross=(6, 8, 10))),
    "t8_a2": Architecture(_stages(WIDTHS, BASE, cross=(8, 9, 10))),
    "t8_a3": Architecture(_stages(WIDTHS, BASE, cross=(6, 9, 10))),
    "t8_a4": Architecture(_stages(WIDTHS, BASE, cross=(4, 9, 10))),
}

TABLE_9 = {"t9_b2": Architecture(_stages(WIDTHS, (4, 4, 14)))}

TABLE_10 = {  # the paper names no heads: of 64 channels, as in base
    "t10_c1": Architecture(_stages((64, 128, 256), BASE, heads=(1, 2, 4))),
    "t10_c6": Architecture(_stages((64, 128, 512), BASE, heads=(1, 2, 8))),
    "t10_c7": Architecture(_stages((128, 256, 512), BASE, heads=(2, 4, 8))),
}

ARCHITECTURES = {**TABLE_2, **TABLE_1, "a5": TABLE_1["b1"], **TABLE_8, **TABLE_9, **TABLE_10}
