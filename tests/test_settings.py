"""Where data, results and reports live: argument, else environment, else harness.ini, else default."""

from pathlib import Path

import pytest

from harness import settings
from harness.core.errors import UsageError


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    for name in ("RESULTS", "REPORTS", "WEIGHTS", "DATA"):
        monkeypatch.delenv(f"HARNESS_{name}", raising=False)


@pytest.mark.parametrize("what", ["results", "reports", "weights"])
def test_the_nearest_word_wins(what, monkeypatch):
    assert settings.folder(what) == Path(what)
    Path("harness.ini").write_text(f"[paths]\n{what} = /from/100%/ini\n")
    assert settings.folder(what) == Path("/from/100%/ini")
    monkeypatch.setenv(f"HARNESS_{what.upper()}", "/from/environment")
    assert settings.folder(what) == Path("/from/environment")
    assert settings.folder(what, "/given") == Path("/given")


def test_the_nearest_data_wins(monkeypatch, tmp_path):
    assert settings.data_root("otb100") == Path("data/otb100")
    assert settings.data_root("otb100", recorded="/recorded") == Path("/recorded")
    Path("harness.ini").write_text("[data]\notb100 = /from/ini\n")
    assert settings.data_root("otb100", recorded="/recorded") == Path("/from/ini")
    assert settings.data_root("lasot") == Path("data/lasot")
    (tmp_path / "all" / "otb100").mkdir(parents=True)
    monkeypatch.setenv("HARNESS_DATA", str(tmp_path / "all"))
    assert settings.data_root("otb100", recorded="/recorded") == tmp_path / "all" / "otb100"
    assert settings.data_root("otb100", "/given", "/recorded") == Path("/given")


def test_one_benchmark_may_live_elsewhere_than_the_others(monkeypatch, tmp_path):
    monkeypatch.setenv("HARNESS_DATA", str(tmp_path))
    assert settings.data_root("lasot") == tmp_path / "lasot"
    assert settings.data_root("lasot", recorded="/recorded") == Path("/recorded")
    Path("harness.ini").write_text("[data]\nlasot = /big/disk\n")
    assert settings.data_root("lasot") == Path("/big/disk")


@pytest.mark.parametrize("text", ["no section\n", "[data]\na = 1\na = 2\n", "[data\n", "[data]\njust a word\n", "\xff"])
def test_a_file_that_cannot_be_read_is_said_in_one_line(text):
    Path("harness.ini").write_bytes(text.encode("latin-1"))
    with pytest.raises(UsageError, match=r"^harness\.ini: ") as error:
        settings.folder("results")
    assert "\n" not in str(error.value)


def test_the_sentence_about_missing_data_names_every_way(monkeypatch, tmp_path):
    sentence = settings.how_to_set_root("lasot")
    assert all(word in sentence for word in ("--root", "HARNESS_DATA", "lasot/", "'lasot = DIR'", "harness.ini"))
