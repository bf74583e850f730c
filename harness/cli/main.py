"""The command `harness`: finds the subcommand, hands it its arguments, and turns errors into one line.

Only what was asked for is imported, argparse included, so that ``harness --help`` costs little more than
starting Python.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from io import TextIOWrapper

from harness import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

COMMANDS = {
    "run": "run trackers over datasets; what is done already is not done again",
    "report": "tables and plots from stored results",
    "check": "run a small subset and compare with a stored baseline",
    "status": "what is running, how far it is and what failed, from any terminal",
    "speed": "a tracker's latency: alone, warmed up, synchronised",
    "import": "other toolkits' raw results into the store",
    "export": "stored results in other toolkits' formats",
    "submit": "an evaluation server's archive, written or checked",
    "verify": "our numbers beside those of the official packages",
    "serve": "a tracker as a TraX server, for the VOT toolkit",
    "data": "check the benchmarks' copies, make one, or show where they are",
    "list": "the trackers, datasets, protocols and rules there are",
}


def main(argv: list[str] | None = None) -> int:
    """Exit code: 0 all well, 1 something failed or nothing was evaluated, 2 wrong usage, 130 stopped."""
    arguments = sys.argv[1:] if argv is None else argv
    named = [name for name in arguments[:1] if name in COMMANDS]
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # not all encodings have a table's lines, or every label's letters
    try:
        code = _main(arguments, named)
        print(end="", flush=True)  # here, where a reader that went away can be told from a bug
        return code
    except KeyboardInterrupt:
        print(f"\n{' '.join(['harness', *named])}: stopped; what was finished is kept", file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader of our output went away: nothing left to say
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _main(arguments: list[str], named: list[str]) -> int:
    if "_ARGCOMPLETE" in os.environ:
        import_module("argcomplete").autocomplete(_parser(list(COMMANDS)))
    if not arguments or arguments[0] in ("-h", "--help"):
        print(_overview())
        return 0 if arguments else 2
    return _execute(_parser(named).parse_args(arguments))


def _overview() -> str:
    commands = "\n".join(f"  {name:8}{summary}" for name, summary in COMMANDS.items())
    return (
        f"usage: harness [--help] [--version] COMMAND ...\n\n"
        f"harness {__version__}: the evaluation harness for single-object visual tracking.\n\n"
        f"{commands}\n\n"
        f"'harness COMMAND --help' explains one."
    )


def _parser(full: list[str]) -> argparse.ArgumentParser:
    """The whole parser; only the subcommands named in `full` get their arguments."""
    from harness.cli.parser import Parser

    parser = Parser(prog="harness", allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"harness {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, summary in COMMANDS.items():
        command = commands.add_parser(name, help=summary, description=summary, allow_abbrev=False)
        if name in full:
            module = import_module(f"harness.cli.{name}_" if name == "import" else f"harness.cli.{name}")
            parts = module.add_arguments(command) or ()  # those of a command that has any
            command.set_defaults(execute=module.execute)
            for one in (command, *parts):
                _add_shared(one)
    return parser


def _add_shared(command: argparse.ArgumentParser) -> None:
    shared = command.add_argument_group("everywhere")
    shared.add_argument("--results", metavar="DIR", help="where results are kept (default: results/)")
    shared.add_argument("--root", metavar="DIR", help="where the dataset's copy is (default: data/NAME)")
    shared.add_argument("--json", action="store_true", help="print one JSON document on stdout")
    shared.add_argument("-v", "--verbose", action="store_true", help="say more, tracebacks included")
    shared.add_argument("-q", "--quiet", action="store_true", help="say only what went wrong")


def _execute(options: argparse.Namespace) -> int:
    """Run the subcommand; a HarnessError is the user's to mend and gets one line, anything else is a bug."""
    from harness.core.errors import HarnessError, UsageError

    try:
        return int(options.execute(options))
    except HarnessError as error:
        if options.json:
            import json

            print(json.dumps({"error": str(error), "kind": type(error).__name__}))
        if options.verbose:
            raise
        print(f"harness {options.command}: {error}", file=sys.stderr)
        return 2 if isinstance(error, UsageError) else 1
