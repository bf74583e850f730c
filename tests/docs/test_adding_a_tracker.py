"""docs/adding-a-tracker.md, followed to the letter."""

import re
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "adding-a-tracker.md"


def blocks(language: str) -> list[str]:
    found = re.findall(r"^```(\w*)\n(.*?)^```$", PAGE.read_text(), re.DOTALL | re.MULTILINE)
    return [text for kind, text in found if kind == language]


def test_the_page_works_as_written(harness, tmp_path):
    (tmp_path / "matching.py").write_text(blocks("python")[0])
    commands = [line.split()[1:] for line in blocks("")[0].splitlines()]
    assert len(commands) == 4
    for words in commands[:-1]:
        assert "3 run" in harness(*words, code=0).stderr
    report = harness(*commands[-1], code=0).stdout
    labels = sorted(path.name for path in (tmp_path / "results/synthetic/one_pass").iterdir())
    assert len(labels) == 3
    assert all(label in report for label in labels)


def test_the_wrapper_works_as_written(harness, tmp_path):
    (tmp_path / "wrapped.py").write_text(blocks("python")[1])
    done = harness("run", "--tracker", "./wrapped.py:Wrapped", "--dataset", "synthetic", "--subset", "1", code=0)
    assert "1 run" in done.stderr
