"""docs/adding-a-tracker.md, followed to the letter: every file is written, and every command run."""

import re
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "adding-a-tracker.md"


def blocks(language: str) -> list[str]:
    found = re.findall(r"^```(\w*)\n(.*?)^```$", PAGE.read_text(), re.DOTALL | re.MULTILINE)
    return [text for kind, text in found if kind == language]


COMMANDS = [line.split()[1:] for text in blocks("") for line in text.splitlines() if line.startswith("harness ")]


def test_the_page_works_as_written(harness, tmp_path):
    files = {text.split()[1]: text for text in blocks("python")}  # the first line is "# name.py"
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    results = tmp_path / "results/synthetic/one_pass"
    for words in COMMANDS:
        done = harness(*words, code=0)
        labels = {path.name for path in results.iterdir()}
        if words[0] == "run":
            assert f"{words[words.index('--subset') + 1]} run, 0 found" in done.stderr
        else:
            assert labels == {label for label in labels if label in done.stdout}
    assert sorted(label.partition("@")[0].lower() for label in labels) == sorted(name[:-3] for name in files)
