"""harness list: what there is."""

from __future__ import annotations

import argparse
import json

from harness.catalog import DATASETS, PROTOCOLS, RULES, TRACKERS

_CATALOGS = {"trackers": TRACKERS, "datasets": DATASETS, "protocols": PROTOCOLS, "rules": RULES}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "what", nargs="?", choices=list(_CATALOGS), help="one kind only (default: all); rules explained"
    )


def execute(options: argparse.Namespace) -> int:
    chosen = {what: list(catalog) for what, catalog in _CATALOGS.items() if options.what in (None, what)}
    if options.what == "rules":
        _explain(options.json)
    elif options.json:
        print(json.dumps(chosen, indent=1))
    elif options.what:
        print("\n".join(chosen[options.what]))
    else:
        for what, names in chosen.items():
            print(f"{what}\n  {'  '.join(names)}")
    return 0


def _explain(as_json: bool) -> None:
    """Each rule with its version, what it does in two lines, and the code it follows."""
    rules = {rule.label: (rule.summary, rule.source) for rule in map(RULES.load, RULES)}
    if as_json:
        rows = {label: {"summary": summary, "source": source} for label, (summary, source) in rules.items()}
        print(json.dumps({"rules": rows}, indent=1))
        return
    for label, (summary, source) in rules.items():
        print("\n  ".join([label, *summary.splitlines(), f"follows {source}"]))
