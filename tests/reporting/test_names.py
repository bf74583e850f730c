"""Names and reasons from strangers, in everything that `harness report` writes: they are printed, and nothing else.

Commands refuse most such labels; a results folder may have come from anywhere.
"""

import csv
import io
import json
import shutil
import subprocess
from html.parser import HTMLParser

import cv2
import numpy as np
import pytest
from markdown_it import MarkdownIt

from harness.core.printable import one_line
from harness.metrics.scores import Gap
from harness.reporting.content import Content
from harness.reporting.latex import latex_table
from harness.reporting.report import write_report
from harness.reporting.terminal import render_terminal

HOSTILE = (
    r"$(x)", r"\input{x}", r"\errmessage{obeyed}", "[obeyed]", "*obeyed", "}obeyed{", "%obeyed", r"$\frac$", "~^^M&#",
    "<script>alert(1)</script>", "&lt;b>", "a|b", r"a\|b", "![x](y)", "[x](javascript:y)", "`x`", "https://x.org",
    "www.x.org",
    "=1+1", "@SUM(A1)", "-2+3", "+1", "\t=1+1", "-cmd|' /C calc'!A0", 'a,"b', "two\nlines", "two\u2028lines",
    "\x1b[31mred", "\x00", "\u202etxt", "\udcff",
)  # fmt: skip
PLAIN = ("kcf", "-0fuOi8JHmU_0", "a_b@1f", "Größe")


@pytest.fixture(scope="module")
def content(table):
    """Every name in the place of a label, a sequence, an attribute and a reason."""
    names = [*PLAIN, *HOSTILE]
    values = {label: {label: [place / 100, 1], "kcf": [0.5, 1]} for place, label in enumerate(names)}
    full = table(
        values,
        expected=len(names),
        gaps=tuple(Gap(name, name, f"{name} again") for name in names),
        attributes={("kcf", name): (0.5, 1, 1) for name in names},
    )
    return Content.of("two\n=<b>lines", [full], compare=True, attributes=True, recorded={"command": HOSTILE[1]})


@pytest.fixture(scope="module")
def written(content, tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    write_report(content, folder, ["csv", "json", "tex", "png", "md"])
    return lambda name: (folder / name).read_bytes()


class Shown(HTMLParser):
    """What a reader of a page sees: which tags there are, and the first cell of each row."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.rows: list[list[str]] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.links += [value for name, value in attrs if name in ("href", "src")]
        self.rows += [[]] if tag == "tr" else []
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_data(self, data):
        if self.rows and self.rows[-1]:
            self.rows[-1][-1] += data


def test_markdown(written):
    page = written("report.md").decode()
    shown = Shown(MarkdownIt("commonmark").enable("table").render(page))
    assert shown.tags <= {"h1", "h2", "h3", "p", "img", "table", "thead", "tbody", "tr", "th", "td", "strong", "u"} | {
        "ul", "ol", "li"
    }  # fmt: skip
    assert {link.rpartition(".")[0] for link in shown.links} <= {"success", "speed", "attributes"}
    first = [row[0].strip() for row in shown.rows]
    assert set(first) == {"Tracker", *map(one_line, [*PLAIN, *HOSTILE])}
    assert {len(row) for row in shown.rows[: len(PLAIN + HOSTILE) + 1]} == {4}  # Tracker, Sequences, AUC, FPS
    assert "https://" not in page  # which some pages turn into links
    assert "www.x" not in page


def test_latex(content, tmp_path):
    text = latex_table(content)
    assert not any(line.lstrip().startswith(("[", "*")) for line in text.splitlines())  # options of the row before
    if shutil.which("pdflatex") is None:
        pytest.skip("needs pdflatex")
    head = "\\documentclass{article}\n\\usepackage{booktabs}\n\\begin{document}\n"
    (tmp_path / "paper.tex").write_text(f"{head}{text}\\end{{document}}\n", encoding="utf-8")
    command = ["pdflatex", "-halt-on-error", "-interaction=nonstopmode", "paper.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout.decode(errors="replace")


@pytest.mark.parametrize("name", ["scores.csv", "per_sequence.csv", "attributes.csv"])
def test_csv(written, name):
    head, *rows = csv.reader(io.StringIO(written(name).decode(), newline=""))
    assert {len(row) for row in rows} == {len(head)}
    cells = {cell for row in rows for cell in row}
    obeyed = {cell for cell in cells if cell.lstrip()[:1] in {*"=+@-"}}
    assert obeyed == {"-0fuOi8JHmU_0"} & cells  # no operator in it that a spreadsheet knows
    as_they_are = {one.encode(errors="backslashreplace").decode() for one in (*PLAIN, *HOSTILE)}
    assert {cell.removeprefix("'") for cell in cells} > as_they_are


def test_json(written):
    (table,) = json.loads(written("report.json"))["tables"]
    assert set(table["trackers"]) == {*PLAIN, *HOSTILE}
    assert {name for one in table["trackers"].values() for name in one["per_sequence"]} == {*PLAIN, *HOSTILE}


def test_figures(written):
    for name in ("success", "speed", "attributes"):
        image = cv2.imdecode(np.frombuffer(written(f"{name}.png"), np.uint8), cv2.IMREAD_COLOR)
        assert image is not None


def test_terminal(content):
    lines = render_terminal(content).split("\n")
    assert all(line.isprintable() for line in lines)
    starts = [line.partition("  ")[0] for line in lines]
    assert all(one_line(name) in starts for name in (*PLAIN, *HOSTILE))


def test_a_store_from_somewhere(harness, tmp_path):
    """Folders of such names, put there by hand, and a trial that failed of such a reason."""
    harness("run", "--tracker", "static", "--dataset", "synthetic", "--subset", "1", code=0)
    runs = tmp_path / "results" / "synthetic" / "one_pass"
    labels = [name for name in HOSTILE if "/" not in name and "\x00" not in name][::2]
    for label in labels:
        shutil.copytree(runs / "static", runs / label)
    (sidecar,) = (path for path in (runs / labels[0]).glob("*.json") if path.name != "run.json")
    reason = "".join(HOSTILE[:-1])
    failed = {**json.loads(sidecar.read_text()), "status": "failed", "reason": reason, "files": {}}
    sidecar.write_text(json.dumps(failed))
    done = harness("report", "--allow-partial", "--formats", "csv,json,tex,md", code=0)
    assert all(line.isprintable() for line in done.stdout.split("\n"))
    report = json.loads((tmp_path / "reports" / "synthetic" / "report.json").read_text())
    (table,) = report["tables"]
    assert set(table["trackers"]) == {"static", *labels}
    assert [gap["tracker"] for gap in table["gaps"] if reason in gap["reason"]] == labels[:1]
    assert one_line(reason) in done.stdout
