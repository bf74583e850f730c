"""The command itself: help, listing, completion, errors."""

import json
import os
import subprocess
import sys

from harness import __version__
from harness.cli.main import COMMANDS, main


def test_help_lists_every_command(capsys):
    assert main(["--help"]) == 0
    shown = capsys.readouterr().out
    assert all(name in shown and summary in shown for name, summary in COMMANDS.items())
    assert main([]) == 2


def test_version(harness):
    assert harness("--version", code=0).stdout == f"harness {__version__}\n"


def test_help_imports_nothing_heavy():
    code = "import sys; from harness.cli.main import main; main(['--help']); print(sorted(sys.modules))"
    modules = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert not any(f"'{name}'" in modules for name in ("argparse", "numpy", "cv2", "pandas", "pydantic", "torch"))


def test_every_command_has_help(harness):
    for name in COMMANDS:
        shown = harness(name, "--help", code=0).stdout
        assert "--json" in shown
        assert "--results DIR" in shown


def test_unknown_command_is_wrong_usage(harness):
    assert "invalid choice: 'rum'" in harness("rum", code=2).stderr


def test_list(harness):
    everything = json.loads(harness("list", "--json", code=0).stdout)
    assert set(everything) == {"trackers", "datasets", "protocols", "rules"}
    assert {"kcf", "static", "scripted"} <= set(everything["trackers"])
    assert harness("list", "trackers", code=0).stdout.split() == everything["trackers"]
    assert "otb.official" in harness("list", code=0).stdout
    explained = harness("list", "rules", code=0).stdout.split("otb.official@1\n")[1].splitlines()[:3]
    assert explained[0].startswith("  Success > 21 thresholds")
    assert explained[2].startswith("  follows OTB tracker_benchmark")
    assert set(json.loads(harness("list", "rules", "--json", code=0).stdout)["rules"]) > {"lasot.official@1"}


def test_completion_knows_names(tmp_path):
    """What the shell asks when TAB is pressed after `harness run --tracker k`."""
    line = "harness run --tracker k"
    asked = {
        **os.environ,
        "_ARGCOMPLETE": "1",
        "_ARGCOMPLETE_STDOUT_FILENAME": str(tmp_path / "out"),
        "COMP_LINE": line,
        "COMP_POINT": str(len(line)),
        "_ARGCOMPLETE_IFS": "\n",
    }
    code = "import sys; sys.argv[0] = 'harness'; from harness.cli.main import main; main()"
    subprocess.run([sys.executable, "-c", code], env=asked, capture_output=True, check=False)
    assert (tmp_path / "out").read_text().split() == ["kcf"]


def test_a_bug_keeps_its_traceback_and_a_mistake_does_not(harness):
    assert "Traceback" not in harness("run", "--tracker", "none", "--dataset", "otb100", code=2).stderr
    verbose = harness("run", "--tracker", "none", "--dataset", "otb100", "-v")
    assert "Traceback" in verbose.stderr


def test_json_errors_are_one_document(harness):
    done = harness("run", "--tracker", "none", "--dataset", "otb100", "--json", code=2)
    assert json.loads(done.stdout)["kind"] == "UnknownName"
