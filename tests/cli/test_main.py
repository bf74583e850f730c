"""The command itself: help, listing, completion, errors."""

import json
import os
import subprocess
import sys

import pytest

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


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["run", "--tracker", "kcf"], "harness run: the following arguments are required: --dataset"),
        (["run", "--tracker", "kcf", "--dataset", ""], "harness run: argument --dataset: expected a name, found ''"),
        (["run", "--tracker", ",", "--dataset", "synthetic"], "argument --tracker: expected a name, found ','"),
        (["run", "--sequences", ""], "argument --sequences: expected a name, found ''"),
        (["run", "--width", "wide"], "argument --width: expected a whole number or auto, found 'wide'"),
        (["report", "--formats", ""], "argument --formats: expected a name, found ''"),
        (["report", "--compare", ""], "argument --compare: expected a name, found ''"),
        (["list", "trakcers"], "('harness list --help' explains)"),
        (["report", "--formatss", "csv"], "harness report: unrecognized arguments: --formatss csv ('harness report --"),
        (["data"], "harness data: the following arguments are required: PART"),
    ],
)
def test_wrong_usage_is_one_line(capsys, words, message):
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    said = capsys.readouterr()
    assert message in said.err
    assert (said.out, said.err.count("\n")) == ("", 1)


@pytest.mark.parametrize("words", [["--help"], ["list"], ["run", "--help"]])
def test_a_reader_that_goes_away_is_no_error(words):
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "harness", *words]
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writer)
    assert done.stderr == ""


def test_an_encoding_without_a_tables_lines_is_no_error():
    code = "import sys; sys.argv[1:] = ['--help']; import harness.cli.main as it; it._overview = lambda: '─'; it.main()"
    ascii_only = {**os.environ, "PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, env=ascii_only, capture_output=True, text=True, check=True)
    assert done.stdout == "?\n"


def test_stopped_while_it_begins_is_one_line(monkeypatch, capsys):
    def stop(_):
        raise KeyboardInterrupt

    monkeypatch.setattr("harness.cli.main._parser", stop)
    assert main(["list"]) == 130
    assert capsys.readouterr().err == "\nharness list: stopped; what was finished is kept\n"


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
