"""harness data check: what is wrong with a copy, one line a finding."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from harness.catalog import DATASETS, open_dataset
from harness.cli.names import add_names, joined
from harness.core.errors import DataError

if TYPE_CHECKING:
    from rich.progress import Progress

    from harness.core.sequence import Dataset
    from harness.datasets.check import Finding


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_names(parser, "--dataset", lambda: DATASETS, metavar="NAME[:SPLIT]", required=True, help="may be repeated")
    parser.add_argument("--quick", action="store_true", default=False, help="do not decode the images")


def execute(options: argparse.Namespace) -> int:
    # All are opened first, so that a wrong name is said before hours of decoding.
    copies = [(name, _open(name, options.root)) for name in joined(options.dataset)]
    with _bar(options.quiet) as bar:
        verdicts = [_check(name, copy, options, bar) for name, copy in copies]
    if options.json:
        print(json.dumps([{**asdict(verdict), "wrong": verdict.wrong} for verdict in verdicts], indent=1), flush=True)
    return 1 if any(verdict.wrong for verdict in verdicts) else 0


def _open(name: str, root: str | None) -> Dataset | DataError:
    try:
        return open_dataset(name, root)
    except DataError as error:
        return error


@dataclass(slots=True)
class _Verdict:
    """What came of checking one dataset; `available` of the `expected` sequences were looked at."""

    dataset: str
    root: str | None = None
    available: int = 0
    expected: int = 0
    frames: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def wrong(self) -> int:
        return sum(finding.wrong for finding in self.findings)

    def summary(self) -> str:
        wrong = {0: "nothing", 1: "1 thing"}.get(self.wrong, f"{self.wrong} things")
        return f"{self.dataset}: {self.available} of {self.expected} sequences, {self.frames:,} frames, {wrong} wrong"


def _check(name: str, copy: Dataset | DataError, options: argparse.Namespace, bar: Progress) -> _Verdict:
    verdict = _Verdict(name)
    if not isinstance(copy, DataError):
        verdict = _Verdict(name, copy.root, len(copy), len(copy.expected))
    task = bar.add_task(name, total=verdict.available, frames=0)

    def told(frames: int) -> None:
        verdict.frames += frames
        bar.update(task, advance=1, frames=verdict.frames)

    with closing(_findings(name, copy, options.quick, told)) as findings:
        for finding in findings:
            verdict.findings.append(finding)
            if not options.json and (finding.wrong or not options.quiet):
                print(": ".join(filter(None, (name, finding.sequence, finding.text))), flush=True)
    bar.remove_task(task)
    if verdict.expected and not options.json and not options.quiet:
        print(verdict.summary(), flush=True)
    return verdict


def _findings(
    name: str, copy: Dataset | DataError, quick: bool, told: Callable[[int], None]
) -> Generator[Finding, None, None]:
    from harness.datasets.check import Finding, check

    if isinstance(copy, DataError):
        yield Finding(None, str(copy).removeprefix(f"{name}: "))
    else:
        yield from check(copy, quick=quick, told=told)


def _bar(quiet: bool) -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True, highlight=False, soft_wrap=True)
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("sequences, {task.fields[frames]:,} frames"),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=quiet or not console.is_terminal,
        redirect_stdout=sys.stdout.isatty(),  # lines stand above the bar, but go to a file where one is given
    )
