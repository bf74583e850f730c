from pathlib import PurePosixPath

from harness import __version__
from harness.reporting.content import Content
from harness.reporting.markdown import markdown_page


def test_one_dataset(mixed):
    content = Content.of("Run *1*", [mixed], compare=True, recorded={"command": "harness report", "n": 3})
    page = markdown_page(content, [[PurePosixPath("success.png")]])
    assert page == (
        "# Run \\*1\\*\n\n"
        "| Tracker | Sequences | AUC | FPS |\n"
        "| --- | ---: | ---: | ---: |\n"
        "| new | 1/2 | 87.5 \N{ALMOST EQUAL TO} | 25 |\n"
        "| a\\_b\\$% | 2/2 | **62.5** | \N{EN DASH} |\n"
        "| kcf | 2/2 | <u>37.5</u> \N{ALMOST EQUAL TO} | 160 |\n\n"
        "Best in bold, second underlined among the most complete\n\n"
        "≈ not told from a\\_b\\$%: the 95 % bootstrap interval of the mean difference holds 0 or is none\n\n"
        "## otb100\n\n"
        "otb100: 2 sequences, protocol one\\_pass, rule otb.official@1\n\n"
        "![otb100, success](success.png)\n\n"
        "### Against the best, a\\_b\\$%\n\n"
        "| Tracker | AUC difference | 95 % interval | p | Won | Tied | Lost | Sequences |\n"
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n"
        "| new | +12.5 \N{ALMOST EQUAL TO} | \N{EN DASH} | 1.000 | 1 | 0 | 0 | 1/2 |\n"
        "| kcf | -25.0 \N{ALMOST EQUAL TO} | -50.0 to +0.0 | 1.000 | 0 | 1 | 1 | 2/2 |\n\n"
        "## What is missing\n\n"
        "- new: no result (Box)\n"
        "- a\\_b\\$%: fps: never run alone on its machine\n\n"
        "## How these numbers were made\n\n"
        f"- harness {__version__}\n"
        "- otb100: 2 sequences, protocol one\\_pass, rule otb.official@1\n"
        "- command: harness report\n"
        "- n: 3\n"
    )


def test_columns_of_several_datasets_name_theirs(mixed, other):
    page = markdown_page(Content.of("both", [other, mixed]), [[PurePosixPath("la sot/success.png")], []])
    assert "| Tracker | lasot AUC | lasot FPS | otb100 Sequences | otb100 AUC | otb100 FPS |" in page
    assert "![lasot, success](la%20sot/success.png)" in page
    assert "Against" not in page


def test_no_tracker(table):
    page = markdown_page(Content.of("t", [table({})], compare=True), [[]])
    assert "| Tracker | AUC | FPS |\n| --- | ---: | ---: |\n\n## otb100" in page
    assert "missing" not in page
