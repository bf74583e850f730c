import numpy as np
import pytest

from harness.store import score_cache
from harness.store.score_cache import ScoreCache

ROWS = {"success": np.array([[1, 0.5], [0.25, 0]]), "frames": np.array([3, 4])}


def test_what_is_saved_is_found_under_its_keys(tmp_path):
    cache = ScoreCache(tmp_path, "otb.official@1+nan-as-miss")
    assert cache.load() == ([], {})
    cache.save(["a b", "c d"], ROWS)
    keys, rows = ScoreCache(tmp_path, "otb.official@1+nan-as-miss").load()
    assert keys == ["a b", "c d"]
    assert rows.keys() == ROWS.keys()
    for name, values in ROWS.items():
        np.testing.assert_array_equal(rows[name], values)
        assert rows[name].dtype == values.dtype
    assert ScoreCache(tmp_path, "otb.official@2").load() == ([], {})


@pytest.mark.parametrize("content", [b"", b"junk", b"PK\x03\x04 cut short"])
def test_a_damaged_file_is_no_cache(tmp_path, content):
    cache = ScoreCache(tmp_path, "r@1")
    cache.save(["a"], {"frames": np.array([1])})
    (tmp_path / ".scores/r@1.npz").write_bytes(content)
    assert cache.load() == ([], {})


def test_another_version_is_no_cache(tmp_path, monkeypatch):
    cache = ScoreCache(tmp_path, "r@1")
    cache.save(["a"], {"frames": np.array([1])})
    monkeypatch.setattr(score_cache, "__version__", "0.0.0")
    assert cache.load() == ([], {})


def test_rows_that_do_not_match_their_keys_are_no_cache(tmp_path):
    cache = ScoreCache(tmp_path, "r@1")
    cache.save(["a", "b"], {"frames": np.array([1])})
    assert cache.load() == ([], {})


def test_where_nothing_can_be_written_there_is_no_cache(tmp_path):
    (tmp_path / ".scores").write_text("a file in the way")
    cache = ScoreCache(tmp_path, "r@1")
    cache.save(["a"], {"frames": np.array([1])})
    assert cache.load() == ([], {})
    assert [path.name for path in tmp_path.iterdir()] == [".scores"]


def test_it_is_as_open_to_others_as_any_file(tmp_path):
    (tmp_path / "any").touch()
    ScoreCache(tmp_path, "r@1").save(["a"], {"frames": np.array([1])})
    (path,) = (tmp_path / ".scores").iterdir()
    assert path.stat().st_mode == (tmp_path / "any").stat().st_mode
