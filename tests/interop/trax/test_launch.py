"""Trackers as the VOT toolkit registers them."""

import subprocess
import sys

import pytest

from harness.core.errors import UsageError
from harness.interop.trax.launch import Launch, read_launch

REGISTRY = """
[DEFAULT]
label = any

[native]
protocol = trax
command = ./bin/mine "a b" --fast
linkpaths = lib
env_threads = 4
arg_mode = slow
meta_author = nobody
timeout = 90
restart = True

[script]
protocol = traxpython
command = mine.vot_tracker
paths = src

[statement]
protocol = traxpython
command = import mine; mine.main("x")
python = /opt/py/bin/python -B
socket = true

[matlab]
protocol = traxmatlab
command = mine

[quote]
protocol = trax
command = mine 'a

[half]
protocol = trax

[wrong]
protocol = trax
command = mine
timeout = long
"""


@pytest.fixture
def registry(tmp_path):
    file = tmp_path / "trackers.ini"
    file.write_text(REGISTRY)
    return file


def test_a_section_as_the_toolkit_reads_it(registry, tmp_path):
    label, launch = read_launch(f"{registry}#native")
    assert label == "native"
    assert launch == Launch(
        ("./bin/mine", "a b", "--fast"),
        (("LD_LIBRARY_PATH", str(tmp_path / "lib")), ("THREADS", "4")),
        (("mode", "slow"),),
        restart=True,
        timeout=90.0,
        apart=True,
    )


def test_python(registry, tmp_path):
    launch = read_launch(f"{registry}#script")[1]
    assert launch.command == (sys.executable, "-m", "mine.vot_tracker")
    assert dict(launch.environment) == {"PYTHONPATH": str(tmp_path / "src"), "PYTHONUNBUFFERED": "1"}


def test_what_has_no_effect_here_is_said(registry, tmp_path):
    with pytest.warns(UserWarning, match=r"tracker 'statement' of .*: ignored: socket$"):
        launch = read_launch(f"{registry}#statement")[1]
    assert launch.command == ("/opt/py/bin/python", "-B", "-c", 'import mine; mine.main("x")')
    assert dict(launch.environment)["PYTHONPATH"] == str(tmp_path)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("#matlab", "expected protocol trax or traxpython and a command, found traxmatlab"),
        ("#half", "found trax and None"),
        ("#wrong", "timeout is a number of seconds, found 'long'"),
        ("#natve", "with a name of native, script, .*; found natve"),
        ("", "expected trax:.*trackers.ini#NAME with a name of native, .*; found none"),
        ("#quote", "No closing quotation"),
    ],
)
def test_what_cannot_be(registry, name, message):
    with pytest.raises(UsageError, match=message):
        read_launch(f"{registry}{name}")


def test_files_that_are_none(tmp_path):
    with pytest.raises(UsageError, match="No such file"):
        read_launch(f"{tmp_path}/none.ini#x")
    (tmp_path / "odd.ini").write_text("command = x\n")
    with pytest.raises(UsageError, match="no section headers"):
        read_launch(f"{tmp_path}/odd.ini#x")


def test_words_as_the_toolkit_would_run_them(registry):
    """The toolkit's own reading of the same section; importing it warns."""
    pytest.importorskip("trax")
    registry.write_text(REGISTRY.partition("[matlab]")[0])
    program = (
        "import sys, warnings; warnings.simplefilter('ignore')\n"
        "from vot.tracker import Registry\n"
        "runtime = Registry([sys.argv[1]])['native'].runtime()\n"
        "print(runtime._command, runtime._envvars, runtime._timeout, runtime._restart, runtime._arguments, sep='\\n')"
    )
    command = [sys.executable, "-c", program, str(registry)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    words, environment, timeout, restart, arguments = done.stdout.strip().splitlines()[-5:]
    launch = read_launch(f"{registry}#native")[1]
    assert words == './bin/mine "a b" --fast'
    assert str(dict(launch.environment) | {"TRAX": "1"}) == str(dict(sorted(eval(environment).items())))
    assert (float(timeout), restart, eval(arguments)) == (launch.timeout, "True", dict(launch.arguments))
