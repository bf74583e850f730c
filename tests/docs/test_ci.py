"""docs/ci.md, followed to the letter: its commands run, and what they print is what the page shows."""

import re
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"


def blocks(page: str, language: str) -> list[str]:
    found = re.findall(r"^```(\w*)\n(.*?)^```$", (DOCS / page).read_text(), re.DOTALL | re.MULTILINE)
    return [text for kind, text in found if kind == language]


def shape(text: str) -> str:
    """A page's or a run's output without figures, which may differ in the last place by machine."""
    return re.sub(r"\d\.\d{4}", "#", text)


def test_the_page_works_as_written(harness, tmp_path):
    tracker = next(text for text in blocks("adding-a-tracker.md", "python") if text.startswith("# matching.py"))
    first, again = (text.split()[1:] for text in blocks("ci.md", ""))
    as_good, worse = blocks("ci.md", "text")
    (workflow,) = blocks("ci.md", "yaml")
    (edit,) = re.findall(r"`(return [^`]*)`", (DOCS / "ci.md").read_text())

    (tmp_path / "matching.py").write_text(tracker)
    harness(*first, code=0)
    assert (tmp_path / "baseline.json").exists()
    assert shape(harness(*again, code=0).stdout) == shape(as_good)
    assert re.findall(r"run: harness (.*)", workflow) == [" ".join(again)]

    edited = tracker.replace("return [x, y, self.w, self.h]", edit)
    assert edited != tracker
    (tmp_path / "matching.py").write_text(edited)
    assert shape(harness(*again, code=1).stdout) == shape(worse)
