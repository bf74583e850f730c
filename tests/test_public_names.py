"""`from harness import …`: complete, lazy, and the same for a type checker."""

import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import harness


def type_checkers_names() -> dict[str, str]:
    """What the block for type checkers imports: name -> module below harness."""
    tree = ast.parse(Path(harness.__file__).read_text())
    (block,) = [node for node in tree.body if isinstance(node, ast.If)]
    imports = [node for node in block.body if isinstance(node, ast.ImportFrom) and node.module != "typing"]
    assert all(alias.asname == alias.name for node in imports for alias in node.names)  # said to be public
    return {alias.name: node.module.removeprefix("harness.") for node in imports for alias in node.names}


def test_a_type_checker_sees_the_same_names():
    assert type_checkers_names() == harness._HOME


def test_all_is_complete_and_what_dir_shows():
    assert harness.__all__ == ["__version__", *harness._HOME]
    assert dir(harness) == sorted(harness.__all__)


@pytest.mark.parametrize("name", harness._HOME)
def test_every_name_resolves_to_its_homes_own(name):
    home = import_module(f"harness.{harness._HOME[name]}")
    assert getattr(harness, name) is getattr(home, name)
    assert name in home.__all__


def test_every_noun_of_a_plug_in_author_is_there():
    tracker = import_module("harness.core.tracker")
    assert set(tracker.__all__) - {"OneTarget"} <= set(harness.__all__)


def test_an_unknown_name():
    with pytest.raises(AttributeError, match="module 'harness' has no public name 'Bbox'"):
        harness.Bbox  # noqa: B018
    with pytest.raises(ImportError):
        from harness import Bbox  # noqa: F401


def test_importing_harness_imports_next_to_nothing():
    code = "import sys; before = set(sys.modules); import harness; print(*sorted(set(sys.modules) - before))"
    command = [sys.executable, "-I", "-c", code]
    done = subprocess.run(command, cwd=Path(harness.__file__).parents[1], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["harness"]
