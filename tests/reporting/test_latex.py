import shutil
import subprocess

import pytest

from harness.metrics.scores import Gap
from harness.reporting.content import Content
from harness.reporting.latex import escape, latex_table

SPECIAL = "_ & % # $ { } ~ ^ \\ < > | \" ' é ü ß"


def test_what_tex_would_obey_is_escaped():
    assert escape("_&%#${}") == r"\_\&\%\#\$\{\}"
    assert escape("a\\b~c^d") == r"a\textbackslash{}b\textasciitilde{}c\textasciicircum{}d"
    assert escape("two\nlines  and\tmore") == "two lines and more"
    assert escape("Größe-1 (β)") == "Größe-1 (β)"


def test_one_dataset(mixed):
    assert latex_table(Content.of("Run #1", [mixed])) == (
        r"""\begin{table}
  \centering
  \caption{Run \#1. otb100: 2 sequences, protocol one\_pass, rule otb.official@1. LEGEND.}
  \label{tab:run-1}
  \begin{tabular}{lrrr}
    \toprule
    Tracker & Sequences & AUC & FPS \\
    \midrule
    new & 1/2 & 87.5 & 25 \\
    a\_b\$\% & 2/2 & \textbf{62.5} & -- \\
    kcf & 2/2 & \underline{37.5} & 160 \\
    \bottomrule
  \end{tabular}
  \par\smallskip{\footnotesize new: no result (Box)\par}
  \par\smallskip{\footnotesize a\_b\$\%: fps: never run alone on its machine\par}
\end{table}
""".replace("LEGEND", "Best in bold, second underlined among the most complete")
    )


def test_several_datasets_have_headings(mixed, other):
    lines = latex_table(Content.of("both", [other, mixed])).splitlines()
    assert r"     & \multicolumn{2}{c}{lasot} & \multicolumn{3}{c}{otb100} \\" in lines
    assert r"    \cmidrule(lr){2-3} \cmidrule(lr){4-6}" in lines
    assert r"    Tracker & AUC & FPS & Sequences & AUC & FPS \\" in lines
    assert r"    kcf & \textbf{12.5} & \textbf{60.0} & 2/2 & \underline{37.5} & 160 \\" in lines


def test_it_compiles(tmp_path, mixed, other, table):
    if shutil.which("pdflatex") is None:
        pytest.skip("needs pdflatex")
    odd = table({SPECIAL: {}}, dataset=SPECIAL, gaps=(Gap(SPECIAL, SPECIAL, SPECIAL),))
    contents = ([mixed], [mixed, other, odd], [odd], [table({})])
    parts = [latex_table(Content.of(SPECIAL, tables, compare=True)) for tables in contents]
    head = "\\documentclass{article}\n\\usepackage{booktabs}\n\\begin{document}\n"
    (tmp_path / "paper.tex").write_text(head + "\n".join(parts) + "\\end{document}\n", encoding="utf-8")
    command = ["pdflatex", "-halt-on-error", "-interaction=nonstopmode", "paper.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout.decode(errors="replace")
    assert (tmp_path / "paper.pdf").read_bytes().startswith(b"%PDF")
