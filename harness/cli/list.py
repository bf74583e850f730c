"""harness list: what there is."""

from __future__ import annotations

import argparse
import json

from harness.catalog import DATASETS, PROTOCOLS, RULES, TRACKERS

_CATALOGS = {"trackers": TRACKERS, "datasets": DATASETS, "protocols": PROTOCOLS, "rules": RULES}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", nargs="?", choices=list(_CATALOGS), help="one kind only (default: all)")


def execute(options: argparse.Namespace) -> int:
    chosen = {what: list(catalog) for what, catalog in _CATALOGS.items() if options.what in (None, what)}
    if options.json:
        print(json.dumps(chosen, indent=1))
    elif options.what:
        print("\n".join(chosen[options.what]))
    else:
        for what, names in chosen.items():
            print(f"{what}\n  {'  '.join(names)}")
    return 0
