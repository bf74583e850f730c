"""docs/adding-a-dataset.md, followed to the letter in a copy of the package."""

import json
import re
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "adding-a-dataset.md"


def blocks(language: str) -> list[str]:
    found = re.findall(r"^```(\w*)\n(.*?)^```$", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    return [text for kind, text in found if kind == language]


@pytest.fixture
def farm(tmp_path, otb_copy):
    """The package with the page's benchmark added (it is what `harness` runs here), and a copy of that benchmark."""
    package = tmp_path / "harness"
    shutil.copytree(ROOT / "harness", package, ignore=shutil.ignore_patterns("__pycache__"))
    names, catalog_line, homepage = blocks("text")
    (package / "datasets/lists/farm.txt").write_text(names)
    (package / "datasets/farm.py").write_text(blocks("python")[0])
    with (package / "datasets/lists/homepages.txt").open("a") as file:
        file.write(homepage)
    catalog = (package / "catalog.py").read_text()
    head = 'DATASETS = Catalog(\n    "dataset",\n    lambda: {\n'
    assert head in catalog
    (package / "catalog.py").write_text(catalog.replace(head, head + catalog_line))

    root = tmp_path / "data" / "farm"
    for name, source in {"cow-1": "Deer", "hen-2": "Bird2"}.items():
        shutil.copytree(otb_copy / source / "img", root / name / "frames")
        rows = (otb_copy / source / "groundtruth_rect.txt").read_text()
        (root / name / "truth.csv").write_text(rows)
        (root / name / "hidden.txt").write_text("0\n" * rows.count("\n"))
    return root


def test_the_page_works_as_written(harness, farm):
    check, where, run = (line.split()[1:] for line in blocks("sh")[0].splitlines())
    assert harness(*check, code=0).stdout == "farm: 2 of 2 sequences, 170 frames, nothing wrong\n"
    shown = json.loads(harness(*where, "--json", code=0).stdout)
    assert [(row["available"], row["holds"], row["homepage"]) for row in shown] == [
        (2, "images", "https://farm.example/download")
    ]
    assert "2 run" in harness(*run, code=0).stderr
    (farm / "cow-1/hidden.txt").write_text("0\n")
    shutil.rmtree(farm / "hen-2")
    found = harness(*check, "--quick", code=1).stdout.splitlines()
    assert found[0] == "farm: 1 of 2 sequences missing: hen-2"
    assert "cow-1/hidden.txt: expected 71 flags" in found[1]
