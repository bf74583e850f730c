"""The tree of errors, and the nearest names."""

import pickle
import re

import pytest

from harness.core import errors
from harness.core.errors import HarnessError, UnknownName, UsageError


def drawn() -> dict[str, str]:
    """Each error's parent in the module docstring's drawing."""
    lines = re.findall(r"^    ([│├└─ ]*)([A-Z]\w+) ", errors.__doc__, re.MULTILINE)
    parents, path = {}, []
    for branches, name in lines:
        depth = len(branches) // 4
        path = [*path[:depth], name]
        parents[name] = path[depth - 1] if depth else "Exception"
    return parents


def test_the_docstring_draws_the_tree_there_is():
    actual = {
        name: value.__base__.__name__
        for name, value in vars(errors).items()
        if isinstance(value, type) and issubclass(value, Exception)
    }
    assert drawn() == actual


def test_all_names_are_exported_and_documented():
    assert sorted(drawn()) == sorted(errors.__all__)
    assert all(getattr(errors, name).__doc__ for name in errors.__all__)
    assert all(issubclass(getattr(errors, name), HarnessError) for name in errors.__all__)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("otb10", "unknown dataset 'otb10'; did you mean 'otb100' or 'otb'? ('harness list datasets' shows all)"),
        ("UAV12", "unknown dataset 'UAV12'; did you mean 'uav123'? ('harness list datasets' shows all)"),
        ("zzz", "unknown dataset 'zzz' ('harness list datasets' shows all)"),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest(name, message):
    error = UnknownName("dataset", name, ["uav123", "otb", "otb100"])
    assert isinstance(error, UsageError)
    assert str(error) == message


def test_errors_come_from_other_processes_as_they_are():
    error = UnknownName("tracker", "kfc", ["kcf", "static"])
    back = pickle.loads(pickle.dumps(error))
    assert (type(back), str(back)) == (UnknownName, str(error))
