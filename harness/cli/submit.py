"""harness submit: an evaluation server's archive, written whole or not at all, or checked."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from harness import settings
from harness.catalog import DATASETS, open_dataset
from harness.cli.stored import dataset_of, stored_runs
from harness.core.errors import UsageError

if TYPE_CHECKING:
    from harness.core.record import RunKey
    from harness.interop.submissions.draft import Draft
    from harness.interop.submissions.submission import Server
    from harness.reporting.stored import Stored
    from harness.store.results import ResultStore

_SERVERS = ("got10k", "trackingnet", "vot")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--to", choices=_SERVERS, required=True, help="the server")
    dataset = parser.add_argument("--dataset", metavar="NAME", help="default: the one that the server scores")
    dataset.completer = lambda **_: list(DATASETS)  # type: ignore[attr-defined]
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--tracker", metavar="LABEL", help="write the archive of these stored results")
    what.add_argument("--validate", metavar="FILE", help="say all that is wrong with an archive")
    parser.add_argument("--out", metavar="FILE.zip", help="default: LABEL-DATASET.zip here")
    parser.add_argument(
        "--shared-times", action="store_true", help="take seconds of a run that shared its machine; they are no speed"
    )
    parser.add_argument(
        "--nan-as-miss", action="store_true", help="write an empty box where the tracker gave no answer"
    )


def execute(options: argparse.Namespace) -> int:
    from harness.interop.source import Source
    from harness.interop.submissions.submission import SERVERS, faults
    from harness.reporting.stored import Copy

    server = SERVERS[options.to]
    name = (options.dataset or server.datasets[0]).replace(":test", "")
    if (options.dataset is None and len(server.datasets) > 1) or name not in server.datasets:
        found = "" if options.dataset is None else f", found {options.dataset}"
        raise UsageError(f"{options.to}'s server takes results of {', '.join(server.datasets)}{found}: --dataset NAME")
    if options.validate:
        archive = Path(options.validate)
        source = Source(archive)
        copy = Copy.of(open_dataset(name, options.root))
        sequences = {one: copy.truths.get(one) for one in copy.dataset.expected}
        return _tell(options, archive, faults(server, source, sequences), [])
    out = Path(options.out or f"{options.tracker}-{name}.zip")
    if out.suffix != ".zip":
        raise UsageError(f"--out names a zip, found {out}")
    return _write(options, server, name, out)


def _write(options: argparse.Namespace, server: Server, dataset: str, out: Path) -> int:
    from harness.interop.submissions.submission import submit
    from harness.reporting.stored import Copy, Stored
    from harness.store.results import ResultStore

    store = ResultStore(settings.folder("results", options.results))
    runs = [run for run in stored_runs(store, [dataset], [options.tracker]) if run.protocol in server.protocols]
    if not runs:
        raise UsageError(f"{options.to}'s server takes results of protocol {' or '.join(server.protocols)}")
    copy = Copy.of(dataset_of(store, runs[0], options.root))
    stored = [Stored(store, run, copy) for run in runs]
    drafts = [_draft(options, store, run, one, server) for run, one in zip(runs, stored, strict=True)]
    faults = [f"{name}: {reason}" for one in stored for name, reason in one.reasons.items()]
    faults += [fault for one in drafts for fault in one.faults]
    if not faults:
        entries = [entry for one in drafts for entry in one.entries]
        sequences = {name: copy.truths.get(name) for name in copy.dataset.expected}
        faults += submit(server, entries, sequences, out, label=options.tracker, dataset=dataset)
    return _tell(options, out, faults, [note for one in drafts for note in one.notes])


def _draft(options: argparse.Namespace, store: ResultStore, run: RunKey, stored: Stored, server: Server) -> Draft:
    from harness.interop.submissions.draft import draft_one_pass, draft_trials

    if run.protocol != "one_pass":
        return draft_trials(store, stored.trials)
    return draft_one_pass(
        store,
        run,
        stored.trials,
        timed=server.timed,
        shared_times=options.shared_times,
        nan_as_miss=options.nan_as_miss,
    )


def _tell(options: argparse.Namespace, archive: Path, faults: Sequence[str], notes: Sequence[str]) -> int:
    """Say what came of it; exit code 1 where anything is wrong."""
    written = not options.validate and not faults
    if options.json:
        print(json.dumps({"archive": str(archive), "written": written, "faults": faults, "notes": notes}, indent=1))
    else:
        print("".join(f"{fault}\n" for fault in faults), end="")
        if faults:
            done = "" if options.validate else "; nothing was written"
            print(f"harness submit: {archive}: {len(faults)} fault{'s' * (len(faults) > 1)}{done}", file=sys.stderr)
        elif not options.quiet:
            print("".join(f"note: {note}\n" for note in notes), end="")
            print(f"{archive}: {'no fault' if options.validate else 'written'}")
    return 1 if faults else 0
