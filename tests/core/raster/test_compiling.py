"""Machine code is kept under a name that changes with all it is made of, in whatever file that stands."""

import importlib
import sys

import pytest

PART = """
from harness.core.raster.compiling import compiled

STEP = {step}

@compiled
def part(x):
    return x + STEP
"""
WHOLE = """
from harness.core.raster.compiling import compiled
from raster_part import part

@compiled
def whole(x):
    return 10 * part(x)
"""


@pytest.fixture
def whole(tmp_path, monkeypatch):
    """Writes two files, one of which calls the other, and gives what they compute as a fresh process would."""
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "raster_whole.py").write_text(WHOLE)  # once: numba itself would notice this file's change

    def build(step):
        (tmp_path / "raster_part.py").write_text(PART.format(step=step))
        for name in ("raster_part", "raster_whole"):
            sys.modules.pop(name, None)
        importlib.invalidate_caches()
        return importlib.import_module("raster_whole").whole

    yield build
    for name in ("raster_part", "raster_whole"):
        sys.modules.pop(name, None)


def test_a_change_in_another_file_is_seen(whole):
    first = whole(1)
    assert first(1) == 20
    second = whole(200)
    assert second(1) == 2010
    assert second.__qualname__ != first.__qualname__


def test_what_has_not_changed_is_not_compiled_again(whole):
    assert whole(1)(1) == 20
    again = whole(1)
    assert again(1) == 20
    assert sum(again.stats.cache_hits.values()) == 1
