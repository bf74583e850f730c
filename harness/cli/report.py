"""harness report: what the stored results say."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from harness import settings
from harness.catalog import RULES, open_dataset
from harness.cli.names import add_names, joined, some_name
from harness.core.errors import EvaluationError
from harness.core.record import checked_label

if TYPE_CHECKING:
    from harness.reporting.collect import Collected

FORMATS = "csv,json,tex,png,pdf,md"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--compare",
        nargs="*",
        type=some_name,
        metavar="LABEL",
        help="set trackers (all, or these labels) against the best of them",
    )
    add_names(parser, "--dataset", _stored, metavar="NAME[:SPLIT]", help="default: every one there are results of")
    add_names(
        parser, "--rules", lambda: ["all", *RULES], metavar="RULE,…", help="default: each dataset's official rule"
    )
    parser.add_argument("--allow-partial", action="store_true", help="report incomplete results too, labelled n/N")
    parser.add_argument("--attributes", action="store_true", help="scores by challenge too (attributes.csv)")
    parser.add_argument("--published", action="store_true", help="set the papers' own figures beside these")
    parser.add_argument("--nan-as-miss", action="store_true", help="count answers with NaN as misses, and say so")
    parser.add_argument("--no-cache", action="store_true", help="compute all scores anew, from the trajectories")
    parser.add_argument("--name", help="the report's folder under reports/ (default: the dataset, or 'all')")
    parser.add_argument("--reports", metavar="DIR", help="where reports are kept (default: reports/)")
    parser.add_argument("--out", metavar="DIR", help="write exactly here instead")
    parser.add_argument("--formats", type=some_name, default=FORMATS, metavar="A,B", help="default: %(default)s")


def execute(options: argparse.Namespace) -> int:
    from harness.reporting.collect import Question, collect
    from harness.store.results import ResultStore

    if options.name:
        checked_label(options.name)
    question = Question(
        datasets=tuple(name.replace(":", "-") for name in joined(options.dataset)),
        labels=joined(options.compare or []),
        rules=joined(options.rules),
        allow_partial=options.allow_partial,
        nan_as_miss=options.nan_as_miss,
        cache=not options.no_cache,
    )
    store = ResultStore(settings.folder("results", options.results))
    collected = collect(store, question, lambda name, recorded: open_dataset(name, options.root, recorded))
    for error in collected.refused:
        print(f"harness report: {error}", file=sys.stderr)
    if not collected.tables:
        raise EvaluationError(f"nothing was evaluated: no complete results in {store.root}")
    _write(collected, options)
    return 1 if collected.refused else 0


def _write(collected: Collected, options: argparse.Namespace) -> None:
    from harness.reporting.content import Content
    from harness.reporting.published import figures
    from harness.reporting.report import write_report
    from harness.reporting.terminal import render_terminal

    datasets = {table.dataset for table in collected.tables}
    name = options.name or (next(iter(datasets)) if len(datasets) == 1 else "all")
    folder = Path(options.out) if options.out else settings.folder("reports", options.reports) / name
    content = Content.of(
        name,
        collected.tables,
        compare=options.compare is not None,
        attributes=options.attributes,
        published=tuple(one for one in figures() if options.published and one.dataset in datasets),
        recorded={"command": " ".join(["harness", *sys.argv[1:]])},
    )
    report = write_report(content, folder, joined([options.formats]))
    if options.json:
        print(json.dumps({"folder": str(folder), "files": [str(file) for file in report.files]}))
    elif not options.quiet:
        print(render_terminal(content))
        print(f"\nreport: {folder}/")


def _stored() -> list[str]:
    return sorted({path.name for path in settings.folder("results").glob("*") if path.is_dir()})
