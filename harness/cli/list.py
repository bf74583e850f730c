"""harness list: what there is."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict

from harness.catalog import DATASETS, PROTOCOLS, RULES, TRACKERS
from harness.core.errors import UsageError

_CATALOGS = {"trackers": TRACKERS, "datasets": DATASETS, "protocols": PROTOCOLS, "rules": RULES}

# Of `--complexity`: key, heading, unit, format; of parameters first, then of multiply-adds.
_COLUMNS = (
    ("parameters", "all", 1e6, ".3f"),
    ("thop_parameters", "counted", 1e6, ".3f"),
    ("params_m", "printed", 1, ".2f"),
    ("macs", "all", 1e9, ".3f"),
    ("thop_macs", "counted", 1e9, ".3f"),
    ("gflops", "printed", 1, ".2f"),
)
_LEGEND = """\
all: everything; counted: as papers do, without layer norms' parameters and without products of attention or
correlation; printed: in the paper"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "what", nargs="?", choices=list(_CATALOGS), help="one kind only (default: all); rules explained"
    )
    parser.add_argument("--complexity", action="store_true", help="trackers' parameters and multiply-adds")


def execute(options: argparse.Namespace) -> int:
    if options.complexity and options.what != "trackers":
        raise UsageError("--complexity is of trackers: harness list trackers --complexity")
    chosen = {what: list(catalog) for what, catalog in _CATALOGS.items() if options.what in (None, what)}
    if options.complexity:
        _measure(options.json)
    elif options.what == "rules":
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


def _measure(as_json: bool) -> None:
    """How large each network is and how much a step of it computes, beside what its paper prints."""
    from harness.reporting.published import MISPRINTS, properties

    printed = {metric: properties(metric) for metric in ("params_m", "gflops")}
    rows = {
        name: {**asdict(cls.complexity()), **{metric: printed[metric].get(name) for metric in printed}}
        for name in TRACKERS
        if hasattr(cls := TRACKERS.resolve(name), "complexity")
    }
    misprints = {name: what for name, what in MISPRINTS.items() if name in rows}
    if as_json:
        print(json.dumps({"trackers": rows, "misprints": misprints}, indent=1))
        return
    wide = max(map(len, rows), default=0) + 2
    print(f"{'':{wide}}{'parameters, M':>30}{'multiply-adds, G':>30}")
    print(" " * wide + "".join(f"{heading:>10}" for _, heading, _, _ in _COLUMNS))
    for name, row in rows.items():
        cells = ["" if row[key] is None else f"{row[key] / unit:{form}}" for key, _, unit, form in _COLUMNS]
        print((f"{name + ' *' * (name in misprints):{wide}}" + "".join(f"{cell:>10}" for cell in cells)).rstrip())
    print("\n".join([_LEGEND, *(f"* {name}: {what}" for name, what in misprints.items())]))
