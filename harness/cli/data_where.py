"""harness data where: where each benchmark is looked for, what is there, and where it can be had."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from harness.catalog import DATASETS
from harness.cli.names import add_names, joined
from harness.core.errors import DataError, UsageError
from harness.settings import chosen_data_root

if TYPE_CHECKING:
    from harness.core.sequence import Dataset

_SPLITS = ("test", "val", "train")  # looked for beside the one that a name alone stands for


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_names(parser, "--dataset", lambda: DATASETS, metavar="NAME[:SPLIT]", help="default: all there are")


def execute(options: argparse.Namespace) -> int:
    rows = [row for name in joined(options.dataset) or DATASETS for row in _rows(name, options.root)]
    if options.json:
        print(json.dumps([asdict(row) for row in rows], indent=1), flush=True)
    else:
        print(_table(rows, explained=bool(options.dataset)), flush=True)
    return 0


@dataclass(frozen=True, slots=True)
class _Row:
    """A benchmark, or a split of it: where it was looked for, on whose word, and what was found.

    `holds` is what its first sequence holds; `problem` why nothing was found, or that sequence cannot be opened.
    """

    dataset: str
    root: str
    chosen_by: str
    homepage: str | None
    available: int = 0
    expected: int = 0
    holds: str | None = None
    problem: str | None = None

    @property
    def found(self) -> str:
        if not self.available:
            return "nothing"
        return f"{self.available} of {self.expected}, {self.holds or 'the first cannot be opened'}"


def _rows(text: str, given: str | None) -> Iterator[_Row]:
    """The row of what was asked for and, of a name alone, of its other splits that are there."""
    name, _, split = text.partition(":")
    yield _row(name, split or None, given)
    for other in () if split else _SPLITS:
        with suppress(UsageError):  # not every benchmark has every split
            row = _row(name, other, given)
            if row.available and row.dataset != name:
                yield row


def _row(name: str, split: str | None, given: str | None) -> _Row:
    """Raises UnknownName, and UsageError for a split there is not."""
    from harness.datasets import official

    load = DATASETS.load(name)
    root, chosen_by = chosen_data_root(name, given)
    text = f"{name}:{split}" if split else name
    homepage = next((address for benchmark, address in official.rows("homepages") if benchmark == name), None)
    row = _Row(text, str(root), chosen_by, homepage)
    try:
        copy: Dataset = load(root, split)
    except DataError as error:
        return replace(row, problem=str(error))
    row = replace(row, dataset=copy.name.replace("-", ":"), available=len(copy), expected=len(copy.expected))
    try:
        return replace(row, holds=_held(copy, root) if row.homepage else "made here when first used")
    except DataError as error:
        return replace(row, problem=str(error))


def _held(copy: Dataset, root: Path) -> str:
    """What the first sequence is made of. Raises DataError where it cannot be opened."""
    frames = copy.open(copy.available[0]).frames
    if frames is None:
        return "annotations only"
    path = frames[0].path  # of an image in a zip it is a copy, elsewhere
    return "images" if path and Path(path).is_relative_to(root) else "images in zips"


def _table(rows: list[_Row], explained: bool) -> str:
    """Aligned columns; `explained`, with a row's problem below it."""
    cells = [("dataset", "found", "root", "chosen by", "official download")]
    cells += [(row.dataset, row.found, row.root, row.chosen_by, row.homepage or "") for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    head, *lines = ["  ".join(map(str.ljust, line, widths)).rstrip() for line in cells]
    for number, row in enumerate(rows):
        if explained and row.problem:
            lines[number] += f"\n  {row.problem}"
    return "\n".join([head, *lines])
